#pragma once
// Orders and their histories. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/fields.h"

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
    ApiText kind;                       // delivery, repeat, event, settled, parked, released, call, answer
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

} // namespace oo
