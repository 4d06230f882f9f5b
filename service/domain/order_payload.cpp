#include "service/domain/order_payload.h"

#include "shared/core/json_text.h"

#include <algorithm>

namespace oo {

namespace {

struct FinancialStatusRow
{
    std::string_view text;
    PaymentStatus status;
};

// shopify-webhooks.md §4 for the texts, design §4 for their meaning; `cancelled` comes from the older service's tests.
constexpr FinancialStatusRow kFinancialStatuses[] = {
    {"pending", PaymentStatus::Pending},         {"authorized", PaymentStatus::Pending},
    {"partially_paid", PaymentStatus::Pending},  {"expired", PaymentStatus::Pending},
    {"paid", PaymentStatus::Paid},               {"partially_refunded", PaymentStatus::Paid},
    {"voided", PaymentStatus::Cancelled},        {"refunded", PaymentStatus::Cancelled},
    {"cancelled", PaymentStatus::Cancelled},
};

const FinancialStatusRow *findFinancialStatus(QByteArrayView text)
{
    for (const auto &row : kFinancialStatuses) {
        if (text == QByteArrayView(row.text.data(), static_cast<qsizetype>(row.text.size())))
            return &row;
    }
    return nullptr;
}

void writeOrderIdentity(JsonObjectWriter &json, const OrderId &order, QByteArrayView refId)
{
    json.string("orderId", toText(order));
    json.string("refId", refId);
}

} // namespace

QByteArray writeOrderPayload(const OrderPayload &payload)
{
    const auto &facts = payload.facts;
    QByteArray out;
    out.reserve(512 + (facts.customer ? facts.customer->size() : 0)
                + (facts.shippingAddress ? facts.shippingAddress->size() : 0));
    JsonObjectWriter json(out);
    json.string("refId", QByteArrayView(payload.refId));
    json.string("source", bytesOf(EventSource::Shopify));
    json.raw("customer", facts.customer.value_or(QByteArray()));
    json.raw("shippingAddress", facts.shippingAddress.value_or(QByteArray()));
    json.optionalString("totalPrice", facts.totalPrice);
    json.optionalString("currency", facts.currency);
    json.optionalString("financialStatus", facts.financialStatus);
    json.optionalString("fulfillmentStatus", facts.fulfillmentStatus);
    json.optionalString("cancelledAt", facts.cancelledAt);
    json.optionalString("date", payload.date);
    json.optionalString("name", facts.name);
    json.string("topic", QByteArrayView(payload.topic));
    json.optionalString("shopDomain", facts.shopDomain);
    json.optionalString("triggeredAt", payload.triggeredAt);
    if (facts.test)
        json.boolean("test", *facts.test);
    if (facts.stub)
        json.boolean("stub", true);
    json.close();
    return out;
}

QByteArray writeBookingPayload(const OrderId &order, QByteArrayView refId, const Booking &booking,
                               const std::optional<QByteArray> &reason)
{
    QByteArray out;
    JsonObjectWriter json(out);
    writeOrderIdentity(json, order, refId);
    json.number("generation", booking.generation);
    json.optionalString("courier", booking.courier);
    json.optionalString("trackingNumber", booking.trackingNumber);
    json.optionalString("shippingFee", booking.shippingFee);
    if (reason)
        json.string("reason", QByteArrayView(*reason));
    json.close();
    return out;
}

QByteArray writeNotificationPayload(const OrderId &order, QByteArrayView refId, ShippingStatus status)
{
    QByteArray out;
    JsonObjectWriter json(out);
    writeOrderIdentity(json, order, refId);
    json.string("notifiedStatus", bytesOf(status));
    json.close();
    return out;
}

PaymentStatus paymentStatusOf(const std::optional<QByteArray> &financialStatus,
                              const std::optional<QByteArray> &cancelledAt)
{
    if (cancelledAt)
        return PaymentStatus::Cancelled;
    const auto *row = financialStatus ? findFinancialStatus(*financialStatus) : nullptr;
    return row ? row->status : PaymentStatus::Pending;
}

std::optional<QByteArray> decimalText(QByteArrayView text)
{
    constexpr qsizetype kMaxDigits = 12;
    const auto isDigits = [](QByteArrayView part) {
        return !part.isEmpty() && part.size() <= kMaxDigits
               && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const auto dot = text.indexOf('.');
    auto whole = dot < 0 ? text : text.first(dot);
    if (!isDigits(whole) || (dot >= 0 && !isDigits(text.sliced(dot + 1))))
        return std::nullopt;
    while (whole.size() > 1 && whole.front() == '0')
        whole = whole.sliced(1);
    return dot < 0 ? whole.toByteArray() : whole.toByteArray() + text.sliced(dot).toByteArray();
}

bool isKnownFinancialStatus(QByteArrayView text)
{
    return findFinancialStatus(text) != nullptr;
}

} // namespace oo
