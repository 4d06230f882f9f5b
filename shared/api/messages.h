#pragma once
// What the admin API answers. A list is {"items": […], "next": position or null}.

#include "shared/api/fields.h"

namespace oo {

using ApiText = QByteArray; // UTF-8
using OptionalText = std::optional<QByteArray>;

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
    ApiText orderId, refId, downstream, idempotencyKey, state;
    qint64 attempt = 0;
    std::optional<qint64> httpStatus;
    OptionalText answer;
    Instant createdAt, updatedAt;
    bool leased = false; // a worker holds it now
};
template <>
struct ApiMessage<CallSummary>
{
    using S = CallSummary;
    static constexpr std::tuple fields{
        ApiField{"eventId", &S::eventId}, ApiField{"orderId", &S::orderId}, ApiField{"refId", &S::refId}, ApiField{"downstream", &S::downstream},
        ApiField{"idempotencyKey", &S::idempotencyKey}, ApiField{"state", &S::state}, ApiField{"attempt", &S::attempt},
        ApiField{"httpStatus", &S::httpStatus}, ApiField{"answer", &S::answer}, ApiField{"createdAt", &S::createdAt},
        ApiField{"updatedAt", &S::updatedAt}, ApiField{"leased", &S::leased}};
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

// What happened to an order, in the order of arrival.
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

// The order after one of its events: the fold of what had arrived by then.
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

struct QueueSummary
{
    ApiText queue;
    qint64 waiting = 0, active = 0, delayed = 0, prioritized = 0, paused = 0, failed = 0, completed = 0;
    bool isPaused = false;
    std::optional<qint64> oldestMs; // age of the oldest job that waits
    qint64 limitedForMs = 0;
    RawJson workers; // their names
};
template <>
struct ApiMessage<QueueSummary>
{
    using S = QueueSummary;
    static constexpr std::tuple fields{
        ApiField{"queue", &S::queue}, ApiField{"waiting", &S::waiting}, ApiField{"active", &S::active}, ApiField{"delayed", &S::delayed},
        ApiField{"prioritized", &S::prioritized}, ApiField{"paused", &S::paused}, ApiField{"failed", &S::failed},
        ApiField{"completed", &S::completed}, ApiField{"isPaused", &S::isPaused}, ApiField{"oldestMs", &S::oldestMs},
        ApiField{"limitedForMs", &S::limitedForMs}, ApiField{"workers", &S::workers}};
};

struct QueueSample
{
    Instant at;
    qint64 waiting = 0, active = 0, delayed = 0, failed = 0, oldestMs = 0;
};
template <>
struct ApiMessage<QueueSample>
{
    using S = QueueSample;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"waiting", &S::waiting}, ApiField{"active", &S::active},
                                       ApiField{"delayed", &S::delayed}, ApiField{"failed", &S::failed}, ApiField{"oldestMs", &S::oldestMs}};
};

struct InstanceSummary
{
    ApiText instance, host;
    qint64 pid = 0;
    ApiText version, roles;
    Instant startedAt, heartbeatAt;
    std::optional<Instant> stoppedAt;
    qint64 silentMs = 0;
    bool silent = false; // for five seconds, without a goodbye
    RawJson counters;
};
template <>
struct ApiMessage<InstanceSummary>
{
    using S = InstanceSummary;
    static constexpr std::tuple fields{
        ApiField{"instance", &S::instance}, ApiField{"host", &S::host}, ApiField{"pid", &S::pid}, ApiField{"version", &S::version},
        ApiField{"roles", &S::roles}, ApiField{"startedAt", &S::startedAt}, ApiField{"heartbeatAt", &S::heartbeatAt},
        ApiField{"stoppedAt", &S::stoppedAt}, ApiField{"silentMs", &S::silentMs}, ApiField{"silent", &S::silent}, ApiField{"counters", &S::counters}};
};

struct JobSummary
{
    ApiText id, name, state;
    RawJson data, options;
    qint64 attemptsMade = 0, attemptsStarted = 0, stalls = 0, priority = 0, delayMs = 0;
    Instant createdAt;
    std::optional<Instant> processedAt, finishedAt;
    ApiText worker, failedReason;
    RawJson stackTrace, progress, returnValue;
    RawJson logs; // of a single job; else null
};
template <>
struct ApiMessage<JobSummary>
{
    using S = JobSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"name", &S::name}, ApiField{"state", &S::state}, ApiField{"data", &S::data},
        ApiField{"options", &S::options}, ApiField{"attemptsMade", &S::attemptsMade}, ApiField{"attemptsStarted", &S::attemptsStarted},
        ApiField{"stalls", &S::stalls}, ApiField{"priority", &S::priority}, ApiField{"delayMs", &S::delayMs}, ApiField{"createdAt", &S::createdAt},
        ApiField{"processedAt", &S::processedAt}, ApiField{"finishedAt", &S::finishedAt}, ApiField{"worker", &S::worker},
        ApiField{"failedReason", &S::failedReason}, ApiField{"stackTrace", &S::stackTrace}, ApiField{"progress", &S::progress},
        ApiField{"returnValue", &S::returnValue}, ApiField{"logs", &S::logs}};
};

struct AuditEntry
{
    ApiId id;
    Instant at;
    ApiText actor, role, action, target, reason, requestId;
    std::optional<qint64> status; // null while it runs
    RawJson result;
};
template <>
struct ApiMessage<AuditEntry>
{
    using S = AuditEntry;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"at", &S::at}, ApiField{"actor", &S::actor}, ApiField{"role", &S::role}, ApiField{"action", &S::action},
        ApiField{"target", &S::target}, ApiField{"reason", &S::reason}, ApiField{"requestId", &S::requestId}, ApiField{"status", &S::status},
        ApiField{"result", &S::result}};
};

// A replay (design §7) of many events at a rate.
struct ReplayRunSummary
{
    ApiId id;
    ApiText state; // running, done, cancelled
    RawJson selection;
    ApiText requestedBy, reason;
    bool reSend = false;
    qint64 rate = 0; // events a second
    Instant startedAt;
    std::optional<Instant> finishedAt;
    qint64 done = 0; // events with a result
    ApiId cursorId, lastId; // it is at its end when the cursor is at the last
};
template <>
struct ApiMessage<ReplayRunSummary>
{
    using S = ReplayRunSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"state", &S::state}, ApiField{"selection", &S::selection}, ApiField{"requestedBy", &S::requestedBy},
        ApiField{"reason", &S::reason}, ApiField{"reSend", &S::reSend}, ApiField{"rate", &S::rate}, ApiField{"startedAt", &S::startedAt},
        ApiField{"finishedAt", &S::finishedAt}, ApiField{"done", &S::done}, ApiField{"cursorId", &S::cursorId}, ApiField{"lastId", &S::lastId}};
};

struct ReplayedEvent
{
    ApiId eventId;
    ApiText action, result;
    Instant at;
};
template <>
struct ApiMessage<ReplayedEvent>
{
    using S = ReplayedEvent;
    static constexpr std::tuple fields{ApiField{"eventId", &S::eventId}, ApiField{"action", &S::action}, ApiField{"result", &S::result}, ApiField{"at", &S::at}};
};

struct Refusal
{
    Instant at;
    qint64 status = 0;
    ApiText code, reason, peer, topic, shop;
    qint64 bytes = 0;
};
template <>
struct ApiMessage<Refusal>
{
    using S = Refusal;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"status", &S::status}, ApiField{"code", &S::code},
                                       ApiField{"reason", &S::reason}, ApiField{"peer", &S::peer}, ApiField{"topic", &S::topic},
                                       ApiField{"shop", &S::shop}, ApiField{"bytes", &S::bytes}};
};

} // namespace oo
