#include "service/store/order_rows.h"

namespace oo {

namespace {
using Element = PgArray::Element;
}

std::vector<OrderRow> readOrderRows(const PgRows &rows)
{
    std::vector<OrderRow> orders;
    orders.reserve(static_cast<size_t>(rows.size()));
    const auto text = [&](int row, const char *name) { return rows.optionalText(row, rows.column(name)); };
    const auto instant = [&](int row, const char *name) { return rows.optionalInstant(row, rows.column(name)); };
    for (int row = 0; row < rows.size(); ++row) {
        OrderRow order;
        order.id = rows.orderId(row, rows.column("id"));
        order.refId = text(row, "ref_id").value_or(QByteArray());
        order.source = text(row, "source").value_or(QByteArray());
        order.version = rows.int8(row, rows.column("version"));
        order.createdAt = instant(row, "created_at").value_or(Instant{});
        order.updatedAt = instant(row, "updated_at").value_or(Instant{});
        auto &state = order.state;
        state.payment =
            fromText<PaymentStatus>(text(row, "payment_status").value_or(QByteArray())).value_or(PaymentStatus::Pending);
        state.shipping =
            fromText<ShippingStatus>(text(row, "shipping_status").value_or(QByteArray())).value_or(ShippingStatus::Pending);
        state.placeholder = rows.boolean(row, rows.column("placeholder"));
        state.name = text(row, "name");
        state.shopDomain = text(row, "shop_domain");
        state.financialStatus = text(row, "financial_status");
        state.fulfillmentStatus = text(row, "fulfillment_status");
        state.customer = text(row, "customer");
        state.shippingAddress = text(row, "shipping_address");
        state.totalPrice = text(row, "total_price");
        state.currency = text(row, "currency");
        state.cancelledAt = instant(row, "cancelled_at");
        state.businessUpdatedAt = instant(row, "business_updated_at");
        state.shippingUpdatedAt = instant(row, "shipping_updated_at");
        state.deliveryAt = instant(row, "delivery_at");
        state.courier = text(row, "courier");
        state.trackingNumber = text(row, "tracking_number");
        state.shippingFee = text(row, "shipping_fee");
        orders.push_back(std::move(order));
    }
    return orders;
}

PgCommand writeOrderRows(const std::vector<OrderRow> &orders, QByteArrayView tombstoneKey)
{
    PgArray id(Element::Uuid), payment(Element::Text), shipping(Element::Text), placeholder(Element::Bool),
        name(Element::Text), shopDomain(Element::Text), financial(Element::Text), fulfillment(Element::Text),
        customer(Element::Text), address(Element::Text), totalPrice(Element::Text), currency(Element::Text),
        cancelledAt(Element::TimestampTz), businessAt(Element::TimestampTz), shippingAt(Element::TimestampTz),
        deliveryAt(Element::TimestampTz), courier(Element::Text), tracking(Element::Text), fee(Element::Text), hash(Element::Bytea);
    for (const auto &order : orders) {
        const auto &state = order.state;
        id.add(order.id);
        payment.add(bytesOf(state.payment));
        shipping.add(bytesOf(state.shipping));
        placeholder.add(state.placeholder);
        name.add(state.name);
        shopDomain.add(state.shopDomain);
        financial.add(state.financialStatus);
        fulfillment.add(state.fulfillmentStatus);
        customer.add(state.customer);
        address.add(state.shippingAddress);
        totalPrice.add(state.totalPrice);
        currency.add(state.currency);
        cancelledAt.add(state.cancelledAt);
        businessAt.add(state.businessUpdatedAt);
        shippingAt.add(state.shippingUpdatedAt);
        deliveryAt.add(state.deliveryAt);
        courier.add(state.courier);
        tracking.add(state.trackingNumber);
        fee.add(state.shippingFee);
        hash.add(subjectHash(tombstoneKey, state.shopDomain.value_or(QByteArray()), subjectOf(SubjectKind::Order, order.refId)));
    }
    PgParams params;
    params.add(id).add(payment).add(shipping).add(placeholder).add(name).add(shopDomain).add(financial).add(fulfillment);
    params.add(customer).add(address).add(totalPrice).add(currency).add(cancelledAt).add(businessAt).add(shippingAt);
    params.add(deliveryAt).add(courier).add(tracking).add(fee).add(hash);
    return {sql::ordersWrite, std::move(params)};
}

} // namespace oo
