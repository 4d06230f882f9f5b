#include "service/workers/order_json.h"

#include "shared/core/json_text.h"

namespace oo {

namespace {

std::optional<QByteArray> textOf(const std::optional<Instant> &instant)
{
    return instant ? std::optional(toText(*instant)) : std::nullopt;
}

} // namespace

QByteArray writeOrderJson(const OrderRow &order)
{
    const auto &state = order.state;
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("id", toText(order.id));
    json.string("refId", order.refId);
    json.string("source", order.source);
    json.optionalString("name", state.name);
    json.optionalString("shopDomain", state.shopDomain);
    json.string("paymentStatus", bytesOf(state.payment));
    json.optionalString("businessUpdatedAt", textOf(state.businessUpdatedAt));
    json.string("shippingStatus", bytesOf(state.shipping));
    json.optionalString("shippingUpdatedAt", textOf(state.shippingUpdatedAt));
    json.boolean("placeholder", state.placeholder);
    json.optionalString("courier", state.courier);
    json.optionalString("trackingNumber", state.trackingNumber);
    json.optionalString("shippingFee", state.shippingFee);
    json.optionalString("deliveryAt", textOf(state.deliveryAt));
    json.optionalString("cancelledAt", textOf(state.cancelledAt));
    json.string("createdAt", toText(order.createdAt));
    json.string("updatedAt", toText(order.updatedAt));
    json.raw("customer", state.customer.value_or(QByteArray()));
    json.optionalString("totalPrice", state.totalPrice);
    json.optionalString("currency", state.currency);
    json.raw("shippingAddress", state.shippingAddress.value_or(QByteArray()));
    json.close();
    return out;
}

} // namespace oo
