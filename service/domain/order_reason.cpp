#include "service/domain/order_reason.h"

namespace oo {

namespace {

QByteArray textOf(EventId id)
{
    return QByteArray::number(id.value());
}

bool isRefused(const EffectProgress &booking)
{
    return booking.call == CallState::Refused || booking.parked == ParkReason::Refused;
}

OrderExplanation explainCancelled(const OrderSituation &order)
{
    if (!order.cancellation) {
        if (!order.booking && order.shipping != ShippingStatus::Pending)
            return {OrderReason::BookedElsewhere, {{"payment", bytesOf(order.payment)}}};
        if (!order.booking || order.booking->outcome == Outcome::Superseded || isRefused(*order.booking))
            return {OrderReason::CancelledUnbooked, {}};
        return {OrderReason::CancellationWaits, {{"event", textOf(order.booking->event)}}}; // its booking is resolved first
    }
    const auto &cancellation = *order.cancellation;
    if (cancellation.parked)
        return {OrderReason::CancellationParked, {{"event", textOf(cancellation.event)}, {"reason", bytesOf(*cancellation.parked)}}};
    if (cancellation.settled)
        return {OrderReason::CancelledAfterBooking, {{"event", textOf(cancellation.event)}}};
    return {OrderReason::CancellationWaits, {{"event", textOf(cancellation.event)}}};
}

OrderExplanation explainBooking(const EffectProgress &booking)
{
    const std::pair<QByteArray, QByteArray> event{"event", textOf(booking.event)};
    if (isRefused(booking))
        return {OrderReason::BookingRefused, {event, {"answer", booking.answer}}};
    if (booking.parked)
        return {OrderReason::BookingParked, {event, {"reason", bytesOf(*booking.parked)}, {"answer", booking.answer}}};
    if (booking.call == CallState::Accepted)
        return {OrderReason::Booked, {event}};
    if (booking.settled)
        return {OrderReason::BookedElsewhere, {event}}; // processed without a call of ours (design §4)
    if (!booking.call)
        return {OrderReason::BookingWaits, {event}};
    if (booking.leased)
        return {OrderReason::BookingInFlight, {event, {"attempt", QByteArray::number(booking.attempt)}}};
    return {OrderReason::BookingUnknown, {event, {"attempt", QByteArray::number(booking.attempt)}, {"answer", booking.answer}}};
}

} // namespace

OrderExplanation explain(const OrderSituation &order)
{
    if (order.shipping == ShippingStatus::Delivered)
        return {OrderReason::Delivered, {}};
    if (order.parkedEvent)
        return {OrderReason::EventParked, {{"event", textOf(order.parkedEvent->first)}, {"reason", bytesOf(order.parkedEvent->second)}}};
    if (order.openEvents > 0)
        return {OrderReason::EventsWaiting, {{"count", QByteArray::number(order.openEvents)}}};
    if (order.payment == PaymentStatus::Cancelled)
        return explainCancelled(order);
    if (order.shipping == ShippingStatus::Shipped)
        return {OrderReason::Shipped, {}};
    if (order.booking)
        return explainBooking(*order.booking);
    if (order.shipping == ShippingStatus::Fulfilling)
        return {OrderReason::BookedElsewhere, {}};
    if (order.placeholder)
        return {OrderReason::WaitsForCreate, {}};
    if (order.payment == PaymentStatus::Pending)
        return {OrderReason::PaymentPending, {{"financialStatus", order.financialStatus.value_or(QByteArray())}}};
    if (order.test && !order.bookTestOrders)
        return {OrderReason::TestOrder, {}};
    return {OrderReason::ReadyToBook, {}};
}

} // namespace oo
