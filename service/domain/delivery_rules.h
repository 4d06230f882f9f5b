#pragma once
// What to do next with an effect event (design §4, last paragraphs): decided under the order's lock, from what is stored.

#include "shared/model/event_types.h"
#include "shared/model/statuses.h"

#include <optional>

namespace oo {

// How far an order's booking of the same generation has come.
enum class BookingProgress { NotBooked, Unresolved, Accepted, Refused, Superseded };

struct DeliverySituation
{
    EventType type = EventType::BookingCreateRequest;
    bool settled = false;                // the effect event has its outcome
    bool parked = false;                 // it waits for a person
    std::optional<CallState> call;       // its row in the call ledger
    bool leased = false;                 // somebody holds that call now
    PaymentStatus payment = PaymentStatus::Pending;
    BookingProgress booking = BookingProgress::NotBooked; // for a cancellation: the booking it cancels
};

enum class DeliveryStep {
    Call,           // claim it, then send
    LookUpThenCall, // it may have been carried out: ask under its key first, if the other side offers that
    Finish,         // nothing left to do: the job ends
    Supersede,      // no longer wanted, and nothing of it ever left this process
    Wait,           // another call has to end first
};

DeliveryStep nextStep(const DeliverySituation &situation);

} // namespace oo
