#pragma once
// Why an order is where it is: a closed list. `explain()` decides it, the console has a sentence for each.

#include "shared/core/enum_table.h"

namespace oo {

enum class OrderReason {
    Delivered,             // nothing more is expected
    EventParked,           // an event of it waits for a person
    EventsWaiting,         // stored events are not worked yet
    CancelledUnbooked,     // cancelled before anybody was called
    CancellationWaits,     // the courier is still to be told
    CancellationParked,    // telling the courier waits for a person
    CancelledAfterBooking, // the courier was told
    Shipped,               // the courier has it
    BookingWaits,          // decided, its call has not begun
    BookingInFlight,       // the courier is being asked
    BookingUnknown,        // the courier may have booked: it is looked up or sent again under its key
    BookingRefused,        // the courier said no, for good
    BookingParked,         // the call waits for a person, for another reason
    Booked,                // the courier said yes; its first status is awaited
    BookedElsewhere,       // booked by another program, or before this one took over
    WaitsForCreate,        // only updates came so far
    PaymentPending,        // not paid yet
    TestOrder,             // a test order, which is not booked here
    ReadyToBook,           // should be booked with its next event or sweep
};
template <>
struct EnumTable<OrderReason>
{
    static constexpr std::array rows{
        EnumRow{OrderReason::Delivered, "delivered"},
        EnumRow{OrderReason::EventParked, "event_parked"},
        EnumRow{OrderReason::EventsWaiting, "events_waiting"},
        EnumRow{OrderReason::CancelledUnbooked, "cancelled_unbooked"},
        EnumRow{OrderReason::CancellationWaits, "cancellation_waits"},
        EnumRow{OrderReason::CancellationParked, "cancellation_parked"},
        EnumRow{OrderReason::CancelledAfterBooking, "cancelled_after_booking"},
        EnumRow{OrderReason::Shipped, "shipped"},
        EnumRow{OrderReason::BookingWaits, "booking_waits"},
        EnumRow{OrderReason::BookingInFlight, "booking_in_flight"},
        EnumRow{OrderReason::BookingUnknown, "booking_unknown"},
        EnumRow{OrderReason::BookingRefused, "booking_refused"},
        EnumRow{OrderReason::BookingParked, "booking_parked"},
        EnumRow{OrderReason::Booked, "booked"},
        EnumRow{OrderReason::BookedElsewhere, "booked_elsewhere"},
        EnumRow{OrderReason::WaitsForCreate, "waits_for_create"},
        EnumRow{OrderReason::PaymentPending, "payment_pending"},
        EnumRow{OrderReason::TestOrder, "test_order"},
        EnumRow{OrderReason::ReadyToBook, "ready_to_book"},
    };
};
static_assert(rowsFollowEnum<OrderReason>());

} // namespace oo
