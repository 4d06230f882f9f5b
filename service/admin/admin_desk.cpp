#include "service/admin/admin_desk.h"

#include "service/admin/changes.h"
#include "service/admin/chaos_answers.h"
#include "service/admin/event_answers.h"
#include "service/admin/failed_jobs.h"
#include "service/admin/park_answers.h"
#include "service/admin/queue_answers.h"
#include "service/admin/replay_answers.h"
#include "service/admin/tail_answers.h"
#include "service/domain/signature.h"
#include "service/store/admin_audit.h"

#include <QJsonDocument>
#include <QLoggingCategory>
#include <QUuid>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logAdmin, "orders.admin")

constexpr qsizetype kMostReason = 500;

bool isQuick(const EndpointRow &row)
{
    return row.changes() || row.endpoint == Endpoint::Metrics || row.endpoint == Endpoint::ServiceStatus || row.endpoint == Endpoint::Instances;
}

QByteArray nameOf(const EndpointRow &row)
{
    return QByteArray(row.method.data(), static_cast<qsizetype>(row.method.size())) + ' ' + QByteArray(row.path.data(), static_cast<qsizetype>(row.path.size()));
}

QByteArray targetOf(const ApiCall &call)
{
    auto names = call.path.keys();
    std::sort(names.begin(), names.end());
    QByteArray target;
    for (const auto &name : std::as_const(names))
        target += (target.isEmpty() ? "" : " ") + call.path.value(name);
    return target;
}

HttpResponse responseOf(const ApiFailure &failure)
{
    auto response = errorResponse(failure.status, failure.code, failure.message);
    if (failure.status == 401)
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
    return response;
}

HttpResponse responseOf(const ApiResult<QByteArray> &result)
{
    return result ? HttpResponse{200, *result, "application/json", {}} : responseOf(result.error());
}

// A member that people or programs must give.
ApiResult<QByteArray> textMember(const QJsonObject &body, const char *name, qsizetype least, qsizetype most)
{
    const auto text = body.value(QLatin1StringView(name)).toString().trimmed();
    if (text.size() < least || text.size() > most || text.contains(QChar(0)))
        return badRequest(QByteArray(name) + " is not a text of " + QByteArray::number(least) + " to " + QByteArray::number(most) + " characters");
    return text.toUtf8();
}

} // namespace

bool AdminLine::offer(ApiCall call)
{
    const std::lock_guard lock(m_mutex);
    if (m_closed || m_calls.size() >= most)
        return false;
    m_calls.push_back(std::move(call));
    m_changed.notify_all(); // not every desk takes every call
    return true;
}

std::optional<ApiCall> AdminLine::next(bool quickOnly)
{
    std::unique_lock lock(m_mutex);
    auto found = m_calls.end();
    m_changed.wait(lock, [&] {
        found = std::find_if(m_calls.begin(), m_calls.end(), [&](const ApiCall &call) { return !quickOnly || isQuick(*call.endpoint); });
        return m_closed || found != m_calls.end();
    });
    if (m_closed)
        return std::nullopt;
    auto call = std::move(*found);
    m_calls.erase(found);
    return call;
}

QList<quint64> AdminLine::close()
{
    const std::lock_guard lock(m_mutex);
    QList<quint64> left;
    for (const auto &call : m_calls)
        left.append(call.exchange);
    m_calls.clear();
    m_closed = true;
    m_changed.notify_all();
    return left;
}

AdminDesk::AdminDesk(const AdminContext &context)
    : m_context(context), m_postgres(searching(context.postgres)), m_redis(context.redis),
      m_status(m_postgres, m_redis, context.facts, context.counters)
{
}

void AdminDesk::run(AdminLine &line, bool quickOnly, const std::function<void(quint64, const HttpResponse &)> &answered)
{
    while (auto call = line.next(quickOnly)) {
        const auto exchange = call->exchange;
        answered(exchange, answer(std::move(*call)));
    }
}

HttpResponse AdminDesk::answer(ApiCall call)
{
    const auto owner = AdminTokens(m_postgres).find(call.token);
    if (!owner)
        return responseOf(failureOf(owner.error()).value());
    if (!*owner)
        return responseOf(refused(401, "unauthorized", "the token is not known, or was revoked").value());
    call.caller = **owner;
    if (call.caller.role < call.endpoint->role)
        return responseOf(refused(403, "forbidden", "this takes the role " + bytesOf(call.endpoint->role)).value());
    if (call.endpoint->endpoint == Endpoint::Metrics)
        return {200, m_status.metrics(), "text/plain; version=0.0.4", {}};
    if (call.endpoint->endpoint == Endpoint::Stream)
        return admit(call);
    return call.endpoint->changes() ? change(call) : responseOf(look(call));
}

HttpResponse AdminDesk::admit(const ApiCall &call)
{
    QueryParameters query(call.query);
    const auto from = TailAnswers(m_postgres).start(query);
    return from ? HttpResponse{kSwitchingProtocols, from->text(), {}, {}} : responseOf(from.error());
}

ApiResult<QByteArray> AdminDesk::look(const ApiCall &call)
{
    QueryParameters query(call.query);
    EventAnswers events(m_postgres, m_redis);
    OrderAnswers orders(m_postgres, m_context.stuckAfter, m_context.effects.bookTestOrders);
    ParkAnswers parks(m_postgres);
    QueueAnswers queues(m_postgres, m_redis);
    ReplayAnswers replays(m_postgres, m_redis, m_context.retries);
    switch (call.endpoint->endpoint) {
    case Endpoint::Events: return events.list(query, call.caller);
    case Endpoint::EventTail: return TailAnswers(m_postgres).tail(query);
    case Endpoint::UnmatchedCourierEvents: return events.unmatched(query);
    case Endpoint::Orders: return orders.list(query, call.caller);
    case Endpoint::Event:
    case Endpoint::Order:
    case Endpoint::Jobs:
    case Endpoint::Job:
    case Endpoint::ParkedEvents:
    case Endpoint::Calls: return lookRevealed(call, query);
    case Endpoint::JobsPreview:
        return queueOf(call).and_then([&](QueueName queue) { return previewFailed(m_redis, bytesOf(queue), query); });
    case Endpoint::QueueSeries: return queueOf(call).and_then([&](QueueName queue) { return queues.series(queue, query); });
    case Endpoint::Audit: return parks.audit(query);
    case Endpoint::Refusals: return refusals(query);
    case Endpoint::ReplayPreview: return replays.preview(query);
    case Endpoint::Replays: return replays.list(query);
    case Endpoint::ReplayResults: return replays.results(call.path.value("id"), query);
    case Endpoint::RebuildCheck: return replays.rebuildCheck(query);
    case Endpoint::ChaosRuns: return ChaosAnswers(m_postgres).list(query);
    default: break;
    }
    if (const auto wrong = query.problem()) // the rest take none
        return tl::unexpected(*wrong);
    switch (call.endpoint->endpoint) {
    case Endpoint::ServiceStatus: return m_status.status(call.caller);
    case Endpoint::Instances: return m_status.instances();
    case Endpoint::Balance: return m_status.balance();
    case Endpoint::StuckOrders: return orders.stuck();
    case Endpoint::Queues: return queues.list();
    case Endpoint::ParkedGroups: return parks.groups();
    case Endpoint::Downstreams: return parks.downstreams();
    case Endpoint::Replay: return replays.one(call.path.value("id"));
    case Endpoint::ChaosRun: return ChaosAnswers(m_postgres).one(call.path.value("id"));
    default: return refused(500, "internal_error", "nothing answers this path");
    }
}

// Personal data only for an operator who says why; the audit knows it before he does.
ApiResult<QByteArray> AdminDesk::lookRevealed(const ApiCall &call, QueryParameters &query)
{
    const bool reveal = query.flag("reveal");
    if (!reveal)
        return personal(call, query, false);
    const auto reason = query.text("reason");
    if (!reason || reason->size() > kMostReason)
        return badRequest("reason must say why personal data is revealed");
    if (call.caller.role < ApiRole::Operator)
        return refused(403, "forbidden", "a viewer cannot reveal personal data");
    const auto id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    AdminAudit audit(m_postgres);
    if (const auto begun = audit.begin({id, sha256(id), call.caller, "reveal", nameOf(*call.endpoint) + ' ' + targetOf(call), *reason}); !begun)
        return failureOf(begun.error());
    auto result = personal(call, query, true);
    if (const auto done = audit.finish(id, result ? 200 : result.error().status, "null"); !done)
        return failureOf(done.error());
    return result;
}

ApiResult<QByteArray> AdminDesk::personal(const ApiCall &call, QueryParameters &query, bool reveal)
{
    const auto id = call.path.value("id");
    switch (call.endpoint->endpoint) {
    case Endpoint::ParkedEvents: return ParkAnswers(m_postgres).list(call.path.value("reason"), query, reveal);
    case Endpoint::Calls: return ParkAnswers(m_postgres).calls(query, reveal);
    case Endpoint::Jobs: return queueOf(call).and_then([&](QueueName queue) { return QueueAnswers(m_postgres, m_redis).jobs(queue, query, reveal); });
    default: break;
    }
    if (const auto wrong = query.problem()) // the rest take no more
        return tl::unexpected(*wrong);
    switch (call.endpoint->endpoint) {
    case Endpoint::Job: return queueOf(call).and_then([&](QueueName queue) { return QueueAnswers(m_postgres, m_redis).job(queue, call.path.value("job"), reveal); });
    case Endpoint::Order: return OrderAnswers(m_postgres, m_context.stuckAfter, m_context.effects.bookTestOrders).one(id, reveal);
    default: return eventIdOf(id).and_then([&](EventId event) { return EventAnswers(m_postgres, m_redis).one(event, reveal); });
    }
}

ApiResult<QByteArray> AdminDesk::refusals(QueryParameters &query)
{
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    std::vector<std::pair<Instant, QByteArray>> all; // messages by time; of this process as of now, of others as of their last beat
    for (const auto &refusal : m_context.refusals.newestFirst())
        all.emplace_back(refusal.at, toJson(refusal));
    const auto others = m_postgres.run(sql::instancesRefusals, PgParams().add(m_context.facts.instance).add(limit));
    if (!others)
        return failureOf(others.error());
    for (int row = 0; row < others->size(); ++row)
        all.emplace_back(others->instant(row, 0), others->text(row, 1));
    std::stable_sort(all.begin(), all.end(), [](const auto &one, const auto &other) { return one.first > other.first; });
    QList<QByteArray> items;
    for (size_t i = 0; i < all.size() && static_cast<int>(i) < limit; ++i)
        items.append(all[i].second);
    return listJson(items, std::nullopt);
}

HttpResponse AdminDesk::change(const ApiCall &call)
{
    QueryParameters query(call.query);
    const auto document = QJsonDocument::fromJson(call.body);
    if (const auto wrong = query.problem())
        return responseOf(*wrong);
    if (!document.isObject())
        return responseOf(badRequest("the body is not a JSON object").value());
    const auto body = document.object();
    const auto requestId = textMember(body, "requestId", 8, 100);
    const auto reason = textMember(body, "reason", 1, kMostReason);
    if (!requestId || !reason)
        return responseOf(requestId ? reason : requestId);
    const auto target = targetOf(call);
    AdminAudit audit(m_postgres);
    const auto claim = audit.begin({*requestId, sha256(nameOf(*call.endpoint) + ' ' + target + ' ' + call.caller.name + ' ' + document.toJson(QJsonDocument::Compact)),
                                    call.caller, nameOf(*call.endpoint), target, *reason});
    if (!claim)
        return responseOf(failureOf(claim.error()).value());
    switch (claim->kind) {
    case AuditClaim::Kind::Answered: return {claim->status, claim->result, "application/json", {}};
    case AuditClaim::Kind::Running: return responseOf(refused(409, "in_progress", "this request was begun and has no result yet").value());
    case AuditClaim::Kind::Other: return responseOf(refused(409, "conflict", "another request had this requestId").value());
    case AuditClaim::Kind::New: break;
    }
    auto response = responseOf(Changes(m_postgres, m_redis, m_context).carryOut(call, body));
    if (const auto kept = audit.finish(*requestId, response.status, response.body); !kept)
        qCWarning(logAdmin) << "the result of request" << *requestId << "was not kept:" << kept.error().message;
    return response;
}

} // namespace oo
