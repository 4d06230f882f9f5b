#pragma once
// Members of payloads that name no person: shown and searched without revealing anybody. An allow-list.

#include <string_view>

namespace oo {

// Of our own payloads (design §5) and of the bodies of other topics.
inline constexpr std::string_view kOpenPayloadFields[] = {
    "refId", "source", "totalPrice", "currency", "financialStatus", "fulfillmentStatus", "cancelledAt", "date", "name", "topic",
    "shopDomain", "triggeredAt", "test", "trackingNumber", "courier", "status", "timestamp", "shippingFee", "generation", "paymentStatus",
    "shippingStatus", "placeholder", "businessUpdatedAt", "shippingUpdatedAt", "deliveryAt", "id", "order_id", "created_at", "updated_at",
    "financial_status", "fulfillment_status", "total_price", "eventStoreId",
};

} // namespace oo
