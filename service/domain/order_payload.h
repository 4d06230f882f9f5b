#pragma once
// The payloads that we write (design §5, "Payload shape"), one function a type.

#include "service/domain/event.h"

namespace oo {

struct Booking
{
    qint64 generation = 1;
    std::optional<QByteArray> courier;
    std::optional<QByteArray> trackingNumber;
    std::optional<QByteArray> shippingFee;
};

struct OrderPayload
{
    QByteArray refId;
    EventFacts facts;
    std::optional<QByteArray> date; // ISO 8601 as sent
    QByteArray topic;
    std::optional<QByteArray> triggeredAt;
};

QByteArray writeOrderPayload(const OrderPayload &payload);
QByteArray writeBookingPayload(const OrderId &order, QByteArrayView refId, const Booking &booking,
                               const std::optional<QByteArray> &reason = std::nullopt);
QByteArray writeNotificationPayload(const OrderId &order, QByteArrayView refId, ShippingStatus status);

// PENDING while the text says nothing that we know; the caller counts unknown texts (see isKnownFinancialStatus).
PaymentStatus paymentStatusOf(const std::optional<QByteArray> &financialStatus,
                              const std::optional<QByteArray> &cancelledAt);
bool isKnownFinancialStatus(QByteArrayView text);

// A fee as PostgreSQL's numeric writes it back: digits, perhaps a fraction; no sign, no exponent, no leading zeros.
std::optional<QByteArray> decimalText(QByteArrayView text);

} // namespace oo
