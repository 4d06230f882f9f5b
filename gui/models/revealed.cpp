#include "gui/models/revealed.h"

#include <algorithm>

namespace oo::gui {

namespace {

// An answer belongs to one attempt.
void keepAnswer(CallSummary &call, const CallSummary &shown)
{
    if (call.eventId.value == shown.eventId.value && call.attempt == shown.attempt && call.state == shown.state)
        call.answer = shown.answer;
}

template <class Row, class Same, class Keep>
void keepOfEach(std::vector<Row> &rows, const std::vector<Row> &shown, const Same &isSame, const Keep &keep)
{
    for (auto &row : rows) {
        const auto found = std::find_if(shown.cbegin(), shown.cend(), [&](const Row &other) { return isSame(row, other); });
        if (found != shown.cend())
            keep(row, *found);
    }
}

} // namespace

OrderPage withRevealed(OrderPage next, const OrderPage &shown)
{
    if (next.revealed || !shown.revealed || next.order.id != shown.order.id)
        return next;
    next.revealed = true;
    next.order.customer = shown.order.customer;
    next.order.shippingAddress = shown.order.shippingAddress;
    for (auto &call : next.calls) {
        for (const auto &other : shown.calls)
            keepAnswer(call, other);
    }
    keepOfEach(next.timeline, shown.timeline,
               [](const TimelineEntry &a, const TimelineEntry &b) {
                   return a.at == b.at && a.kind == b.kind && a.eventId.has_value() == b.eventId.has_value() && (!a.eventId || a.eventId->value == b.eventId->value);
               },
               [](TimelineEntry &entry, const TimelineEntry &other) { entry.text = other.text; });
    return next;
}

EventPage withRevealed(EventPage next, const EventPage &shown)
{
    if (next.revealed || !shown.revealed || next.event.id.value != shown.event.id.value)
        return next;
    next.revealed = true;
    next.payload = shown.payload; // an event never changes
    keepOfEach(next.deliveries, shown.deliveries, [](const DeliverySummary &a, const DeliverySummary &b) { return a.receivedAt == b.receivedAt; },
               [](DeliverySummary &delivery, const DeliverySummary &other) { delivery = other; });
    keepOfEach(next.parks, shown.parks, [](const ParkSummary &a, const ParkSummary &b) { return a.since == b.since; },
               [](ParkSummary &park, const ParkSummary &other) { park.detail = other.detail; });
    if (next.call && shown.call)
        keepAnswer(*next.call, *shown.call);
    return next;
}

} // namespace oo::gui
