#pragma once
// Orders and their histories. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/event_messages.h"

namespace oo {

struct OrderSummary
{
    ApiText id, refId, source;
    OptionalText name, shopDomain;
    ApiText paymentStatus, shippingStatus;
    OptionalText financialStatus, fulfillmentStatus;
    bool placeholder = false;
    OptionalText totalPrice, currency, courier, trackingNumber, shippingFee;
    RawJson customer, shippingAddress; // masked unless revealed
    std::optional<Instant> businessUpdatedAt, cancelledAt, shippingUpdatedAt, deliveryAt;
    Instant createdAt, updatedAt;
    qint64 version = 0;
};
template <>
struct ApiMessage<OrderSummary>
{
    using S = OrderSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"refId", &S::refId}, ApiField{"source", &S::source}, ApiField{"name", &S::name},
        ApiField{"shopDomain", &S::shopDomain}, ApiField{"paymentStatus", &S::paymentStatus}, ApiField{"shippingStatus", &S::shippingStatus},
        ApiField{"financialStatus", &S::financialStatus}, ApiField{"fulfillmentStatus", &S::fulfillmentStatus},
        ApiField{"placeholder", &S::placeholder}, ApiField{"totalPrice", &S::totalPrice}, ApiField{"currency", &S::currency},
        ApiField{"courier", &S::courier}, ApiField{"trackingNumber", &S::trackingNumber}, ApiField{"shippingFee", &S::shippingFee},
        ApiField{"customer", &S::customer}, ApiField{"shippingAddress", &S::shippingAddress},
        ApiField{"businessUpdatedAt", &S::businessUpdatedAt}, ApiField{"cancelledAt", &S::cancelledAt},
        ApiField{"shippingUpdatedAt", &S::shippingUpdatedAt}, ApiField{"deliveryAt", &S::deliveryAt}, ApiField{"createdAt", &S::createdAt},
        ApiField{"updatedAt", &S::updatedAt}, ApiField{"version", &S::version}};
};

struct TimelineEntry
{
    Instant at;                         // when it reached us, or happened here
    std::optional<Instant> businessAt;  // when it happened, by its own account
    bool outOfOrder = false;            // an entry before this one is later by its own account
    ApiText kind;                       // event, decision, repeat, settled, parked, released, call, answer
    std::optional<ApiId> eventId;
    ApiText text;
};
template <>
struct ApiMessage<TimelineEntry>
{
    using S = TimelineEntry;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"businessAt", &S::businessAt}, ApiField{"outOfOrder", &S::outOfOrder},
                                       ApiField{"kind", &S::kind}, ApiField{"eventId", &S::eventId}, ApiField{"text", &S::text}};
};

struct StateAfter
{
    ApiId eventId;
    ApiText type, paymentStatus, shippingStatus;
    bool placeholder = false;
    RawJson changed; // fields that differ from the state before: {"name": ["was", "is"], …}
};
template <>
struct ApiMessage<StateAfter>
{
    using S = StateAfter;
    static constexpr std::tuple fields{ApiField{"eventId", &S::eventId}, ApiField{"type", &S::type}, ApiField{"paymentStatus", &S::paymentStatus},
                                       ApiField{"shippingStatus", &S::shippingStatus}, ApiField{"placeholder", &S::placeholder},
                                       ApiField{"changed", &S::changed}};
};

// How many orders are stuck, by kind: what lists take as `stuck`.
struct StuckCounts
{
    qint64 unbooked = 0;    // paid and bookable, and not booked for too long
    qint64 callOpen = 0;    // a call of it is without a certain answer
    qint64 parked = 0;      // an event of it waits for a person
    qint64 placeholder = 0; // its create never came
};
template <>
struct ApiMessage<StuckCounts>
{
    using S = StuckCounts;
    static constexpr std::tuple fields{ApiField{"unbooked", &S::unbooked}, ApiField{"call_open", &S::callOpen}, ApiField{"parked", &S::parked},
                                       ApiField{"placeholder", &S::placeholder}};
};

// Everything about one order.
struct OrderPage
{
    OrderSummary order;
    RawJson why; // {"code": an OrderReason, and its parameters as texts}
    bool revealed = false;
    std::vector<EventSummary> events;    // in the order of their ids
    std::vector<TimelineEntry> timeline; // in the order of arrival
    std::vector<StateAfter> states;      // after each folding event
    std::vector<CallSummary> calls;      // to courier and shop, in the order of their events
    bool cut = false;                    // it has more events than are told
};
template <>
struct ApiMessage<OrderPage>
{
    using S = OrderPage;
    static constexpr std::tuple fields{ApiField{"order", &S::order}, ApiField{"why", &S::why}, ApiField{"revealed", &S::revealed},
                                       ApiField{"events", &S::events}, ApiField{"timeline", &S::timeline}, ApiField{"states", &S::states},
                                       ApiField{"calls", &S::calls}, ApiField{"cut", &S::cut}};
};

} // namespace oo
