#include "service/admin/event_answers.h"

#include "service/admin/job_messages.h"
#include "service/admin/message_rows.h"
#include "service/admin/park_answers.h"
#include "service/domain/masking.h"
#include "service/queue/routing.h"
#include "shared/api/event_messages.h"

#include <algorithm>
#include <limits>

namespace oo {

namespace {

constexpr qint64 kBeyondAll = std::numeric_limits<qint64>::max();
constexpr qint64 kUnorderedUs = 60ll * 1000000; // ids grow with time but for transactions under way at once
constexpr qsizetype kMostIds = 1000;
constexpr char kTimedOut[] = "57014"; // statement_timeout
constexpr std::string_view kOpenOutcomes[] = {"open", "parked"};

std::optional<QByteArray> outcomeFilter(QueryParameters &query)
{
    auto given = query.text("outcome");
    if (!given || fromText<Outcome>(QByteArrayView(*given)))
        return given;
    if (std::none_of(std::begin(kOpenOutcomes), std::end(kOpenOutcomes), [&](const auto &text) { return *given == QByteArrayView(text.data(), static_cast<qsizetype>(text.size())); }))
        query.wrong("outcome", "is none of applied, superseded, recorded, delivered, open, parked");
    return given;
}

std::optional<PgArray> idsOf(QueryParameters &query)
{
    const auto words = query.words("eventIds");
    if (words.size() > kMostIds)
        query.wrong("eventIds", "holds more than 1000 ids");
    PgArray ids(PgArray::Element::Int8);
    for (const auto &word : words) {
        if (const auto id = eventIdOf(word))
            ids.add(id->value());
        else
            query.wrong("eventIds", "holds something that is no id");
    }
    return words.isEmpty() ? std::nullopt : std::optional(ids);
}

// Of a page in the order of falling ids.
std::optional<QByteArray> nextOf(const std::vector<EventSummary> &events, int limit)
{
    return static_cast<int>(events.size()) < limit ? std::nullopt : std::optional(QByteArray::number(events.back().id.value));
}

} // namespace

ApiResult<EventId> eventIdOf(const QByteArray &text)
{
    bool ok = false;
    const auto id = text.toLongLong(&ok);
    if (!ok || id <= 0)
        return badRequest("the id is not a positive 64-bit integer");
    return EventId(id);
}

Result<qint64> EventAnswers::firstIdSince(Instant time, qint64 first, qint64 last)
{
    while (first < last) {
        const qint64 middle = first + (last - first) / 2;
        const auto rows = m_postgres.run(sql::adminEventAt, PgParams().add(middle));
        if (!rows)
            return failure(rows);
        if (rows->size() == 0 || rows->instant(0, 1) >= time)
            last = middle;
        else
            first = rows->int8(0, 0) + 1;
    }
    return first;
}

// Bounds (without them) of the ids that may have arrived between the two.
Result<std::pair<qint64, qint64>> EventAnswers::idsBetween(std::optional<Instant> since, std::optional<Instant> until)
{
    std::pair<qint64, qint64> ids{0, kBeyondAll};
    if (!since && !until)
        return ids;
    const auto bounds = m_postgres.run(sql::adminEventBounds);
    if (!bounds)
        return failure(bounds);
    const auto first = bounds->int8(0, 0), end = bounds->int8(0, 1) + 1;
    ids.second = end;
    if (since) {
        const auto found = firstIdSince({since->us - kUnorderedUs}, first, end);
        if (!found)
            return failure(found);
        ids.first = *found - 1;
    }
    if (until) {
        const auto found = firstIdSince({until->us + kUnorderedUs}, first, end);
        if (!found)
            return failure(found);
        ids.second = *found + 1;
    }
    return ids;
}

ApiResult<QByteArray> EventAnswers::list(QueryParameters &query, const AdminIdentity &caller)
{
    const auto type = query.text("type"), ref = query.text("ref"), delivery = query.text("deliveryId"), outcome = outcomeFilter(query);
    const auto source = query.oneOf<EventSource>("source");
    const auto order = query.text("order");
    const auto orderId = QUuid::fromString(QString::fromUtf8(order.value_or(QByteArray())));
    if (order && orderId.isNull())
        query.wrong("order", "is not the id of an order");
    const auto ids = idsOf(query);
    const auto run = query.text("run");
    const auto since = query.instant("since"), until = query.instant("until");
    const auto payload = query.text("payload"); // path=value
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    const auto equals = payload ? payload->indexOf('=') : 0;
    if (payload && equals < 1)
        query.wrong("payload", "is not path=value");
    if (payload && !since)
        query.wrong("payload", "needs since: it is looked for in a range of time");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto path = payload ? std::optional(payload->left(equals)) : std::nullopt;
    if (path && caller.role == ApiRole::Viewer && !isOpenPayloadField(*path))
        return refused(403, "forbidden", "a viewer cannot search by " + *path + ": its values are masked");
    std::optional<Instant> begin = since;
    if (run && !begin) {
        const auto found = m_postgres.run(sql::chaosRunBegin, PgParams().add(*run));
        if (!found)
            return failureOf(found.error());
        if (found->size() > 0)
            begin = found->instant(0, 0);
    }
    auto range = idsBetween(begin, until);
    if (!range)
        return failureOf(range.error());
    if (position)
        range->second = std::min(range->second, *position);
    const auto rows = m_postgres.run(
        sql::adminEvents, PgParams().add(range->first).add(range->second).add(type).add(source ? std::optional(bytesOf(*source)) : std::nullopt).add(ref)
                              .add(order ? std::optional(OrderId(orderId)) : std::nullopt).add(outcome).add(delivery).add(since).add(until)
                              .add(path).add(payload ? std::optional(payload->mid(equals + 1)) : std::nullopt).add(limit).add(run).add(ids));
    if (!rows && m_postgres.lastSqlState() == kTimedOut)
        return badRequest("this takes too long: narrow since and until, or name a type, an order or a ref");
    if (!rows)
        return failureOf(rows.error());
    std::optional<qint64> searched; // a payload is compared row by row: how many rows that may have been
    if (payload)
        searched = std::max<qint64>(range->second - range->first - 1, 0);
    const auto events = messagesOf<EventSummary>(*rows);
    return listJson(jsonOf(events), nextOf(events, limit), searched);
}

ApiResult<QByteArray> EventAnswers::unmatched(QueryParameters &query)
{
    const auto run = query.text("run");
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto rows = m_postgres.run(sql::adminUnmatched, PgParams().add(position ? *position : kBeyondAll).add(limit).add(run));
    if (!rows)
        return failureOf(rows.error());
    const auto events = messagesOf<EventSummary>(*rows);
    return listJson(jsonOf(events), nextOf(events, limit));
}

// The newest of the event's jobs that Redis holds, or nothing; Redis may be down without harm to the rest.
Result<std::optional<JobSummary>> EventAnswers::jobOf(const PgRows &event, bool reveal)
{
    const auto text = [&](const char *column) { return event.optionalText(0, event.column(column)).value_or(QByteArray()); };
    const auto route = routeOf(text("source"), text("type"), text("topic"));
    JobRecords records(m_redis, bytesOf(route.queue));
    QList<QByteArray> suffixes{runSuffix(event.int8(0, event.column("released_park"))), "-attached", {}};
    for (const auto &suffix : std::as_const(suffixes)) {
        const auto id = eventJob(EventId(event.int8(0, event.column("id"))), {}, suffix).id;
        const auto record = records.get(id);
        if (!record)
            return failure(record);
        if (!*record)
            continue;
        const auto state = records.stateOf(id);
        return jobMessage(**record, state ? *state : std::nullopt, reveal);
    }
    return std::nullopt;
}

ApiResult<QByteArray> EventAnswers::one(EventId event, bool reveal)
{
    const auto rows = m_postgres.runAll({{sql::adminEvent, PgParams().add(event.value())},
                                         {sql::adminDeliveries, PgParams().add(event.value()).add(reveal)},
                                         {sql::adminParks, PgParams().addNull().add(event.value()).add(kBeyondAll).add(100).addNull()},
                                         {sql::adminCalls, PgParams().add(kBeyondAll).addNull().addNull().add(event.value()).add(1).addNull()}});
    if (!rows)
        return failureOf(rows.error());
    const auto &found = (*rows)[0];
    if (found.size() == 0)
        return notFound("there is no event " + QByteArray::number(event.value()));
    const auto summary = messageOf<EventSummary>(found, 0);
    auto deliveries = messagesOf<DeliverySummary>((*rows)[1]);
    const auto payload = found.text(0, found.column("payload"));
    auto parks = messagesOf<ParkSummary>((*rows)[2]);
    auto calls = messagesOf<CallSummary>((*rows)[3]);
    if (!reveal) {
        for (auto &delivery : deliveries)
            delivery.headers.text = maskedHeaders(delivery.headers.text);
        std::for_each(parks.begin(), parks.end(), [](auto &park) { mask(park); });
        std::for_each(calls.begin(), calls.end(), [](auto &call) { mask(call); });
    }
    const auto job = jobOf(found, reveal);
    EventPage page{summary, {reveal ? payload : maskedPayload(payload)}, reveal, std::move(deliveries), std::move(parks), {}, {}};
    if (!calls.empty())
        page.call = calls.front();
    if (job)
        page.job = *job;
    return toJson(page);
}

} // namespace oo
