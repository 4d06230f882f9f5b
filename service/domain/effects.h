#pragma once
// Which outside effects an order's state calls for (design §4 "Effects"). Each is stored as an event under its effect key,
// which a unique index allows once.

#include "service/domain/fold.h"
#include "shared/core/result.h"

namespace oo {

struct EffectPolicy
{
    bool bookTestOrders = true;
    QByteArray courier;
    QByteArray shippingFee; // decimal text
    bool bookOnce = true; // false: a booking that is there does not hinder another (a negative control of proof runs)
};

bool isBookable(const Fold &fold, const EffectPolicy &policy);

// The effects that `fold` calls for and does not hold yet, as events ready to be stored.
QList<NewEvent> decideEffects(const OrderId &order, QByteArrayView refId, const Fold &fold, const EffectPolicy &policy);

// Why an order may not be booked again, as a sentence for the person who asked.
enum class BookAgainRefusal { WaitsForCreate, Cancelled, NotPaid, TestOrder, NeverBooked, Shipped, CancelRequested, NotRefused };
template <>
struct EnumTable<BookAgainRefusal>
{
    static constexpr std::array rows{
        EnumRow{BookAgainRefusal::WaitsForCreate, "only updates of the order came so far, not the order itself"},
        EnumRow{BookAgainRefusal::Cancelled, "the order is cancelled"},
        EnumRow{BookAgainRefusal::NotPaid, "the order is not paid"},
        EnumRow{BookAgainRefusal::TestOrder, "it is a test order, which is not booked here"},
        EnumRow{BookAgainRefusal::NeverBooked, "the order was not booked yet: that happens by itself"},
        EnumRow{BookAgainRefusal::Shipped, "the order is shipped already"},
        EnumRow{BookAgainRefusal::CancelRequested, "the cancellation of its booking is decided"},
        EnumRow{BookAgainRefusal::NotRefused, "the courier has not refused its last booking"},
    };
};
static_assert(rowsFollowEnum<BookAgainRefusal>());

// The booking of the next generation, which only a recorded refusal of the last one opens: never one that is unknown.
tl::expected<NewEvent, BookAgainRefusal> decideBookAgain(const OrderId &order, QByteArrayView refId, const Fold &fold,
                                                         const EffectPolicy &policy);

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
