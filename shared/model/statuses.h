#pragma once
// The vocabulary of orders and events (design §4 and §5). The order of rows is the order of rank where ranks matter.

#include "shared/core/enum_table.h"

namespace oo {

// Only ever rises: the highest rank that any event of the order reached.
enum class PaymentStatus { Pending, Paid, Cancelled };
template <>
struct EnumTable<PaymentStatus>
{
    static constexpr std::array rows{
        EnumRow{PaymentStatus::Pending, "pending"},
        EnumRow{PaymentStatus::Paid, "paid"},
        EnumRow{PaymentStatus::Cancelled, "cancelled"},
    };
};
static_assert(rowsFollowEnum<PaymentStatus>());

// Only ever rises. Fulfilling comes from booking, the rest from the courier.
enum class ShippingStatus { Pending, Fulfilling, Shipped, Delivered };
template <>
struct EnumTable<ShippingStatus>
{
    static constexpr std::array rows{
        EnumRow{ShippingStatus::Pending, "pending"},
        EnumRow{ShippingStatus::Fulfilling, "fulfilling"},
        EnumRow{ShippingStatus::Shipped, "shipped"},
        EnumRow{ShippingStatus::Delivered, "delivered"},
    };
};
static_assert(rowsFollowEnum<ShippingStatus>());

// How an event ended; null in the store while it has not.
enum class Outcome {
    Applied,    // the order holds something that this event said
    Superseded, // everything it said is overruled by other events
    Recorded,   // kept, changes no order
    Delivered,  // an effect that was carried out
};
template <>
struct EnumTable<Outcome>
{
    static constexpr std::array rows{
        EnumRow{Outcome::Applied, "applied"},
        EnumRow{Outcome::Superseded, "superseded"},
        EnumRow{Outcome::Recorded, "recorded"},
        EnumRow{Outcome::Delivered, "delivered"},
    };
};
static_assert(rowsFollowEnum<Outcome>());

// Why an event waits for a person (parked_events.reason).
enum class ParkReason {
    Poison,            // the event itself cannot be stored or folded
    AttemptsExhausted, // the other side kept answering with an error
    Refused,           // the other side refused for good
    Unmatched,         // a courier event that no order claimed in time
    Ambiguous,         // a tracking number that two orders hold
    Stalled,           // worker after worker died over it
    Adopted,           // an old effect of the older service, not to be sent unasked
};
template <>
struct EnumTable<ParkReason>
{
    static constexpr std::array rows{
        EnumRow{ParkReason::Poison, "poison"},
        EnumRow{ParkReason::AttemptsExhausted, "attempts_exhausted"},
        EnumRow{ParkReason::Refused, "refused"},
        EnumRow{ParkReason::Unmatched, "unmatched"},
        EnumRow{ParkReason::Ambiguous, "ambiguous"},
        EnumRow{ParkReason::Stalled, "stalled"},
        EnumRow{ParkReason::Adopted, "adopted"},
    };
};
static_assert(rowsFollowEnum<ParkReason>());

// The call ledger's states (outbound_calls.state).
enum class CallState {
    Intent,   // claimed; nothing known to have left the process
    Accepted, // the other side said yes
    Refused,  // the other side said no, for good
    Unknown,  // it may have been carried out: look up or send again under the same key
};
template <>
struct EnumTable<CallState>
{
    static constexpr std::array rows{
        EnumRow{CallState::Intent, "intent"},
        EnumRow{CallState::Accepted, "accepted"},
        EnumRow{CallState::Refused, "refused"},
        EnumRow{CallState::Unknown, "unknown"},
    };
};
static_assert(rowsFollowEnum<CallState>());

} // namespace oo
