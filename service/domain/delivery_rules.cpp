#include "service/domain/delivery_rules.h"

namespace oo {

namespace {

DeliveryStep callStep(const DeliverySituation &situation)
{
    if (!situation.call)
        return DeliveryStep::Call;
    if (*situation.call == CallState::Accepted || *situation.call == CallState::Refused)
        return DeliveryStep::Finish;
    // An intent whose lease ran out may have left the process that died: it is as unknown as an unknown.
    return situation.leased ? DeliveryStep::Wait : DeliveryStep::LookUpThenCall;
}

} // namespace

DeliveryStep nextStep(const DeliverySituation &situation)
{
    if (situation.settled || situation.parked)
        return DeliveryStep::Finish;
    if (situation.type == EventType::BookingCreateRequest && situation.payment == PaymentStatus::Cancelled
        && !situation.call)
        return DeliveryStep::Supersede;
    if (situation.type == EventType::BookingCancelRequest && !situation.call) {
        switch (situation.booking) {
        case BookingProgress::NotBooked:
        case BookingProgress::Refused:
        case BookingProgress::Superseded:
            return DeliveryStep::Supersede;
        case BookingProgress::Unresolved:
            return DeliveryStep::Wait;
        case BookingProgress::Accepted:
            break;
        }
    }
    return callStep(situation);
}

} // namespace oo
