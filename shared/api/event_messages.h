#pragma once
// Events and what belongs to one: deliveries, calls, parks. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/queue_messages.h"

namespace oo {

struct EventSummary
{
    ApiId id;
    ApiText source, type;
    OptionalText refId, orderId, deliveryId;
    Instant receivedAt;
    std::optional<Instant> businessAt, processedAt;
    OptionalText outcome, outcomeDetail; // why it ended as it did
    OptionalText parked;                 // reason, while it waits for a person
};
template <>
struct ApiMessage<EventSummary>
{
    using S = EventSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"source", &S::source}, ApiField{"type", &S::type}, ApiField{"refId", &S::refId},
        ApiField{"orderId", &S::orderId}, ApiField{"deliveryId", &S::deliveryId}, ApiField{"receivedAt", &S::receivedAt},
        ApiField{"businessAt", &S::businessAt}, ApiField{"processedAt", &S::processedAt}, ApiField{"outcome", &S::outcome},
        ApiField{"outcomeDetail", &S::outcomeDetail}, ApiField{"parked", &S::parked}};
};

struct DeliverySummary
{
    Instant receivedAt;
    bool repeated = false;
    RawJson headers;  // [[name, value], …]; of a viewer's: those that name no person
    OptionalText body; // base64 of the raw bytes; only when revealed
};
template <>
struct ApiMessage<DeliverySummary>
{
    using S = DeliverySummary;
    static constexpr std::tuple fields{ApiField{"receivedAt", &S::receivedAt}, ApiField{"repeated", &S::repeated},
                                       ApiField{"headers", &S::headers}, ApiField{"body", &S::body}};
};

struct CallSummary
{
    ApiId eventId;
    ApiText orderId, refId, type, idempotencyKey, state; // type: of the effect event
    qint64 attempt = 0;
    std::optional<qint64> httpStatus, tookMs; // of the last attempt
    OptionalText answer;
    Instant createdAt, updatedAt;
    bool leased = false; // a worker holds it now
};
template <>
struct ApiMessage<CallSummary>
{
    using S = CallSummary;
    static constexpr std::tuple fields{
        ApiField{"eventId", &S::eventId}, ApiField{"orderId", &S::orderId}, ApiField{"refId", &S::refId}, ApiField{"type", &S::type},
        ApiField{"idempotencyKey", &S::idempotencyKey}, ApiField{"state", &S::state}, ApiField{"attempt", &S::attempt},
        ApiField{"httpStatus", &S::httpStatus}, ApiField{"tookMs", &S::tookMs}, ApiField{"answer", &S::answer}, ApiField{"createdAt", &S::createdAt},
        ApiField{"updatedAt", &S::updatedAt}, ApiField{"leased", &S::leased}};
};

struct DownstreamSummary
{
    ApiText downstream; // courier, shop
    bool circuitOpen = false; // a process does not call it for a while, for want of answers
    qint64 intents = 0, unknown = 0; // open calls
    qint64 recentAccepted = 0, recentRefused = 0; // of the last thousand calls to both
    std::optional<qint64> p50Ms, p99Ms;           // of those
};
template <>
struct ApiMessage<DownstreamSummary>
{
    using S = DownstreamSummary;
    static constexpr std::tuple fields{
        ApiField{"downstream", &S::downstream}, ApiField{"circuitOpen", &S::circuitOpen}, ApiField{"intents", &S::intents},
        ApiField{"unknown", &S::unknown}, ApiField{"recentAccepted", &S::recentAccepted}, ApiField{"recentRefused", &S::recentRefused},
        ApiField{"p50Ms", &S::p50Ms}, ApiField{"p99Ms", &S::p99Ms}};
};

struct ParkSummary
{
    ApiId eventId;
    ApiText type;
    OptionalText refId, orderId;
    ApiText reason, detail;
    Instant since;
    std::optional<Instant> releasedAt;
    OptionalText releasedBy, releaseReason;
};
template <>
struct ApiMessage<ParkSummary>
{
    using S = ParkSummary;
    static constexpr std::tuple fields{
        ApiField{"eventId", &S::eventId}, ApiField{"type", &S::type}, ApiField{"refId", &S::refId}, ApiField{"orderId", &S::orderId},
        ApiField{"reason", &S::reason}, ApiField{"detail", &S::detail}, ApiField{"since", &S::since}, ApiField{"releasedAt", &S::releasedAt},
        ApiField{"releasedBy", &S::releasedBy}, ApiField{"releaseReason", &S::releaseReason}};
};

struct ParkGroup
{
    ApiText reason;
    qint64 count = 0;
    Instant first, last;
};
template <>
struct ApiMessage<ParkGroup>
{
    using S = ParkGroup;
    static constexpr std::tuple fields{ApiField{"reason", &S::reason}, ApiField{"count", &S::count}, ApiField{"first", &S::first},
                                       ApiField{"last", &S::last}};
};

// Everything about one event.
struct EventPage
{
    EventSummary event;
    RawJson payload; // masked unless revealed
    bool revealed = false;
    std::vector<DeliverySummary> deliveries; // the first, and its repeats
    std::vector<ParkSummary> parks;
    std::optional<CallSummary> call;
    std::optional<JobSummary> job; // the newest one that Redis holds
};
template <>
struct ApiMessage<EventPage>
{
    using S = EventPage;
    static constexpr std::tuple fields{ApiField{"event", &S::event}, ApiField{"payload", &S::payload}, ApiField{"revealed", &S::revealed},
                                       ApiField{"deliveries", &S::deliveries}, ApiField{"parks", &S::parks}, ApiField{"call", &S::call},
                                       ApiField{"job", &S::job}};
};

} // namespace oo
