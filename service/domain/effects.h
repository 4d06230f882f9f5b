#pragma once
// Which outside effects an order's state calls for (design §4 "Effects"). Each is stored as an event under its effect key,
// which a unique index allows once.

#include "service/domain/fold.h"

namespace oo {

struct EffectPolicy
{
    bool bookTestOrders = true;
    QByteArray courier;
    QByteArray shippingFee; // decimal text
};

bool isBookable(const Fold &fold, const EffectPolicy &policy);

// The effects that `fold` calls for and does not hold yet, as events ready to be stored.
QList<NewEvent> decideEffects(const OrderId &order, QByteArrayView refId, const Fold &fold, const EffectPolicy &policy);

// What the answer of a call makes: BOOKING_CONFIRMED or BOOKING_REFUSED, keyed by the effect event that was carried out.
struct BookingAnswer
{
    std::optional<QByteArray> courier;
    std::optional<QByteArray> trackingNumber;
    std::optional<QByteArray> shippingFee;
    std::optional<QByteArray> refusal;
};
NewEvent bookingAnswerEvent(const OrderId &order, QByteArrayView refId, EventId call, qint64 generation,
                            const BookingAnswer &answer);

} // namespace oo
