#pragma once
// A Shopify webhook as an event (design §4 "Types by topic", shopify-webhooks.md).

#include "service/domain/event.h"
#include "shared/core/result.h"

namespace oo {

// The headers that matter, as sent; empty if absent. They are not signed: nothing destructive hangs on them.
struct ShopifyHeaders
{
    QByteArray topic;
    QByteArray shopDomain;
    QByteArray webhookId;
    QByteArray triggeredAt;
};

struct MappedWebhook
{
    NewEvent event;
    QByteArray jobName;
    std::optional<QByteArray> unknownFinancialStatus; // for the counter and the log
};

// Error Invalid (HTTP 400): no topic, not a JSON object, or an order topic without a usable 64-bit id.
Result<MappedWebhook> mapShopifyWebhook(const ShopifyHeaders &headers, const QByteArray &body);

} // namespace oo
