#include "service/admin/park_answers.h"

#include "service/admin/message_rows.h"
#include "service/domain/masking.h"
#include "shared/model/event_types.h"
#include "shared/model/statuses.h"
#include "shared/api/service_messages.h"

#include <algorithm>
#include <limits>

namespace oo {

namespace {

constexpr qint64 kBeyondAll = std::numeric_limits<qint64>::max();

// A page in the order of falling ids, which `idOf` gives.
template <class M, class IdOf>
QByteArray pageJson(const PgRows &rows, int limit, bool reveal, IdOf idOf)
{
    auto messages = messagesOf<M>(rows);
    if constexpr (requires(M message) { mask(message); }) {
        if (!reveal)
            std::for_each(messages.begin(), messages.end(), [](auto &message) { mask(message); });
    }
    return listJson(jsonOf(messages), static_cast<int>(messages.size()) < limit ? std::nullopt : std::optional(QByteArray::number(idOf(messages.back()))));
}

} // namespace

void mask(CallSummary &call)
{
    if (call.answer && !call.answer->isEmpty())
        call.answer = QByteArray(kMasked);
}

bool holdsForeignText(QByteArrayView parkReason)
{
    const auto reason = fromText<ParkReason>(parkReason);
    return reason == ParkReason::Refused || reason == ParkReason::AttemptsExhausted || reason == ParkReason::Poison;
}

void mask(ParkSummary &park)
{
    if (holdsForeignText(park.reason))
        park.detail = kMasked;
}

ApiResult<QByteArray> ParkAnswers::groups()
{
    const auto rows = m_postgres.run(sql::adminParkGroups);
    if (!rows)
        return failureOf(rows.error());
    return listJson(jsonOf(messagesOf<ParkGroup>(*rows)), std::nullopt);
}

ApiResult<QByteArray> ParkAnswers::list(const QByteArray &reason, QueryParameters &query, bool reveal)
{
    const auto run = query.text("run");
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    if (!fromText<ParkReason>(QByteArrayView(reason)))
        return notFound("there is no reason " + reason + " to park for");
    const auto rows = m_postgres.run(sql::adminParks, PgParams().add(reason).addNull().add(position ? *position : kBeyondAll).add(limit).add(run));
    if (!rows)
        return failureOf(rows.error());
    return pageJson<ParkSummary>(*rows, limit, reveal, [](const ParkSummary &park) { return park.eventId.value; });
}

ApiResult<QByteArray> ParkAnswers::calls(QueryParameters &query, bool reveal)
{
    const auto state = query.oneOf<CallState>("state");
    const auto downstream = query.text("downstream"), run = query.text("run");
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    PgArray types(PgArray::Element::Text);
    if (downstream == QByteArray("courier"))
        types.add(bytesOf(EventType::BookingCreateRequest)).add(bytesOf(EventType::BookingCancelRequest));
    else if (downstream == QByteArray("shop"))
        types.add(bytesOf(EventType::ShopNotification));
    else if (downstream)
        query.wrong("downstream", "is none of courier, shop");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto rows = m_postgres.run(sql::adminCalls, PgParams().add(position ? *position : kBeyondAll)
                                                          .add(state ? std::optional(bytesOf(*state)) : std::nullopt)
                                                          .add(downstream ? std::optional(types) : std::nullopt).addNull().add(limit).add(run));
    if (!rows)
        return failureOf(rows.error());
    return pageJson<CallSummary>(*rows, limit, reveal, [](const CallSummary &call) { return call.eventId.value; });
}

ApiResult<QByteArray> ParkAnswers::downstreams()
{
    const auto rows = m_postgres.run(sql::adminDownstreams);
    if (!rows)
        return failureOf(rows.error());
    return listJson(jsonOf(messagesOf<DownstreamSummary>(*rows)), std::nullopt);
}

ApiResult<QByteArray> ParkAnswers::audit(QueryParameters &query)
{
    const auto actor = query.text("actor"), action = query.text("action");
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto rows = m_postgres.run(sql::auditList, PgParams().add(position ? std::optional(*position) : std::nullopt)
                                                         .add(actor).add(action).add(limit));
    if (!rows)
        return failureOf(rows.error());
    return pageJson<AuditEntry>(*rows, limit, true, [](const AuditEntry &entry) { return entry.id.value; });
}

} // namespace oo
