#include "service/domain/effects.h"

#include "service/domain/order_payload.h"
#include "service/domain/signature.h"

#include <algorithm>

namespace oo {

namespace {

NewEvent effectEvent(EventType type, const OrderId &order, QByteArrayView refId, const QByteArray &key, const QByteArray &payload)
{
    NewEvent event;
    event.source = bytesOf(EventSource::Internal);
    event.type = bytesOf(type);
    event.refId = refId.toByteArray();
    event.orderId = order;
    event.bodyDigest = sha256(payload);
    event.payload = payload;
    event.effectKey = key;
    return event;
}

QByteArray key(const char *what, const OrderId &order, QByteArrayView detail)
{
    return QByteArray(what) + ':' + toText(order) + ':' + detail.toByteArray();
}

// Stands in for the number that the courier may give in its answer; the same order and generation give the same number.
QByteArray provisionalTrackingNumber(const OrderId &order, qint64 generation)
{
    const auto digest = sha256(toText(order) + ':' + QByteArray::number(generation));
    return "OO-" + digest.first(8).toHex().toUpper();
}

NewEvent bookingRequest(const OrderId &order, QByteArrayView refId, qint64 generation, const EffectPolicy &policy)
{
    const Booking booking{generation, policy.courier, provisionalTrackingNumber(order, generation), policy.shippingFee};
    return effectEvent(EventType::BookingCreateRequest, order, refId, key("book", order, QByteArray::number(generation)),
                       writeBookingPayload(order, refId, booking));
}

} // namespace

bool isBookable(const Fold &fold, const EffectPolicy &policy)
{
    const auto &order = fold.order;
    const bool unbooked = order.shipping == ShippingStatus::Pending && fold.bookings.isEmpty();
    return order.payment == PaymentStatus::Paid && !order.placeholder && (unbooked || !policy.bookOnce) && (!fold.test || policy.bookTestOrders);
}

QList<NewEvent> decideEffects(const OrderId &order, QByteArrayView refId, const Fold &fold, const EffectPolicy &policy)
{
    QList<NewEvent> effects;
    if (isBookable(fold, policy))
        effects.append(bookingRequest(order, refId, 1, policy));

    const auto &state = fold.order;
    const bool newlyCancelled =
        state.payment == PaymentStatus::Cancelled && fold.adoptedPayment != PaymentStatus::Cancelled;
    if (newlyCancelled && state.shipping != ShippingStatus::Delivered) {
        for (const auto &booking : fold.bookings) {
            if (booking.refused || booking.cancelRequested)
                continue;
            effects.append(effectEvent(EventType::BookingCancelRequest, order, refId,
                                       key("cancel", order, QByteArray::number(booking.generation)),
                                       writeBookingPayload(order, refId, {booking.generation, state.courier,
                                                                          state.trackingNumber, state.shippingFee})));
        }
    }

    const bool newlyTaken = state.shipping >= ShippingStatus::Shipped && state.shipping > fold.adoptedShipping;
    if (newlyTaken && !fold.notified.contains(static_cast<int>(state.shipping))) {
        effects.append(effectEvent(EventType::ShopNotification, order, refId,
                                   key("notify", order, bytesOf(state.shipping)),
                                   writeNotificationPayload(order, refId, state.shipping)));
    }
    return effects;
}

tl::expected<NewEvent, BookAgainRefusal> decideBookAgain(const OrderId &order, QByteArrayView refId, const Fold &fold,
                                                         const EffectPolicy &policy)
{
    const auto refuse = [](BookAgainRefusal why) { return tl::unexpected(why); };
    const auto &state = fold.order;
    if (state.placeholder)
        return refuse(BookAgainRefusal::WaitsForCreate);
    if (state.payment != PaymentStatus::Paid)
        return refuse(state.payment == PaymentStatus::Cancelled ? BookAgainRefusal::Cancelled : BookAgainRefusal::NotPaid);
    if (fold.test && !policy.bookTestOrders)
        return refuse(BookAgainRefusal::TestOrder);
    if (fold.bookings.isEmpty())
        return refuse(BookAgainRefusal::NeverBooked);
    if (state.shipping >= ShippingStatus::Shipped)
        return refuse(BookAgainRefusal::Shipped);
    if (std::any_of(fold.bookings.cbegin(), fold.bookings.cend(), [](const auto &booking) { return booking.cancelRequested; }))
        return refuse(BookAgainRefusal::CancelRequested);
    const auto &last = fold.bookings.last();
    if (!last.refused || last.confirmed)
        return refuse(BookAgainRefusal::NotRefused);
    return bookingRequest(order, refId, last.generation + 1, policy);
}

NewEvent bookingAnswerEvent(const OrderId &order, QByteArrayView refId, EventId call, qint64 generation,
                            const BookingAnswer &answer)
{
    const bool refused = answer.refusal.has_value();
    return effectEvent(refused ? EventType::BookingRefused : EventType::BookingConfirmed, order, refId,
                       QByteArray(refused ? "refused:" : "confirmed:") + QByteArray::number(call.value()),
                       writeBookingPayload(order, refId,
                                           {generation, answer.courier, answer.trackingNumber, answer.shippingFee},
                                           answer.refusal));
}

} // namespace oo
