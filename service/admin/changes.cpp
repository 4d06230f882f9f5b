#include "service/admin/changes.h"

#include "service/admin/chaos_answers.h"
#include "service/admin/event_answers.h"
#include "service/admin/failed_jobs.h"
#include "service/admin/queue_answers.h"
#include "service/admin/replay_answers.h"
#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"
#include "service/queue/routing.h"
#include "service/store/transaction.h"
#include "service/workers/book_again.h"
#include "service/workers/replay.h"
#include "shared/api/change_messages.h"

namespace oo {

namespace {

QByteArray resultsJson(const QList<QByteArray> &ids, const QList<QByteArray> &results)
{
    ChangeResults all;
    for (qsizetype i = 0; i < ids.size(); ++i)
        all.results.push_back({ids[i], results.value(i)});
    return toJson(all);
}

QByteArray resultOfCode(int code)
{
    switch (static_cast<JobCode>(code)) {
    case JobCode::Done: return "done";
    case JobCode::Locked: return "a worker holds it: nothing was done";
    case JobCode::NoJob: return "there is no such job";
    case JobCode::NotInState: return "it is not in that state";
    case JobCode::ChildrenPending: return "it has children that are not done";
    case JobCode::OfScheduler: return "it belongs to a job scheduler";
    default: return "refused with code " + QByteArray::number(code);
    }
}

} // namespace

ApiResult<QByteArray> Changes::carryOut(const ApiCall &call, const QJsonObject &body)
{
    const auto what = call.endpoint->endpoint;
    if (what == Endpoint::ParkedRelease)
        return release(body, call.caller.name);
    if (what == Endpoint::CourierEventLink)
        return link(call.path.value("id"), body);
    if (what == Endpoint::BookAgain)
        return bookAgain(call, body);
    if (what == Endpoint::CallAsk)
        return ask(call.path.value("id"));
    ReplayAnswers replays(m_postgres, m_redis, m_context.retries);
    if (what == Endpoint::ReplayStart)
        return replays.start(body, call.caller.name);
    if (what == Endpoint::ReplayCancel)
        return replays.cancel(call.path.value("id"));
    if (what == Endpoint::RebuildApply)
        return replays.rebuildApply(call.path.value("id"));
    ChaosAnswers chaos(m_postgres);
    if (what == Endpoint::ChaosStart)
        return chaos.start(body, call.caller.name, m_context.facts.instance, m_context.chaosRefusal);
    if (what == Endpoint::ChaosCancel)
        return chaos.cancel(call.path.value("id"));
    const auto queue = queueOf(call);
    if (!queue)
        return tl::unexpected(queue.error());
    if (what == Endpoint::QueuePause || what == Endpoint::QueueResume)
        return pause(*queue, what == Endpoint::QueuePause);
    return changeJobs(what, *queue, body);
}

ApiResult<QByteArray> Changes::pause(QueueName queue, bool paused)
{
    QueueControl control(m_redis, bytesOf(queue));
    if (const auto done = paused ? control.pause() : control.resume(); !done)
        return failureOf(done.error());
    return QByteArray(paused ? R"({"isPaused":true})" : R"({"isPaused":false})");
}

ApiResult<QByteArray> Changes::changeJobs(Endpoint what, QueueName queue, const QJsonObject &body)
{
    JobRecords records(m_redis, bytesOf(queue));
    const auto ids = jobsOf(m_redis, bytesOf(queue), body);
    if (!ids)
        return tl::unexpected(ids.error());
    QList<QByteArray> results;
    for (qsizetype first = 0; first < ids->size(); first += kMostAtOnce) {
        const auto some = ids->mid(first, kMostAtOnce);
        const auto codes = what == Endpoint::JobsRetry     ? records.retry(JobState::Failed, some, true)
                           : what == Endpoint::JobsPromote ? records.promote(some)
                                                           : records.remove(some);
        if (!codes && first == 0)
            return failureOf(codes.error());
        for (qsizetype i = 0; i < some.size(); ++i)
            results.append(codes ? resultOfCode((*codes)[static_cast<size_t>(i)]) : "not known: Redis did not answer");
    }
    return resultsJson(*ids, results);
}

// Either ids, or all of a reason as a preview counted them: those parked until then, whose number must still be right.
ApiResult<QList<EventId>> Changes::parkedOf(const QJsonObject &body)
{
    QList<EventId> events;
    if (body.contains(QLatin1StringView("eventIds"))) {
        const auto ids = textsOf(body, "eventIds");
        if (!ids)
            return tl::unexpected(ids.error());
        for (const auto &text : *ids) {
            const auto id = eventIdOf(text);
            if (!id)
                return tl::unexpected(id.error());
            events.append(*id);
        }
        return events;
    }
    const auto reason = body.value(QLatin1StringView("parked")).toString().toUtf8();
    const auto until = parseInstant(body.value(QLatin1StringView("until")).toString().toUtf8());
    const int count = body.value(QLatin1StringView("count")).toInt(-1);
    if (!fromText<ParkReason>(QByteArrayView(reason)) || !until || count < 0)
        return badRequest("say which: eventIds, or parked (a reason) with until and count as the list of groups gave them");
    const auto rows = m_postgres.run(sql::adminParkedUntil, PgParams().add(reason).add(*until).add(kMostAtOnce + 1));
    if (!rows)
        return failureOf(rows.error());
    if (count > kMostAtOnce)
        return badRequest("more than 1000 at once: release them in parts, by ids, or by a replay of parked ones");
    if (rows->size() != count)
        return refused(409, "conflict", QByteArray::number(rows->size()) + " events are parked for that now, not " + QByteArray::number(count) + ": look again");
    for (int row = 0; row < rows->size(); ++row)
        events.append(EventId(rows->int8(row, 0)));
    return events;
}

ApiResult<QByteArray> Changes::release(const QJsonObject &body, const QByteArray &by)
{
    const auto why = body.value(QLatin1StringView("reason")).toString().toUtf8();
    const auto events = parkedOf(body);
    if (!events)
        return tl::unexpected(events.error());
    if (events->isEmpty())
        return resultsJson({}, {});
    Replay replay(m_postgres, m_redis, m_context.retries);
    QHash<qint64, QByteArray> results;
    EventId after(0);
    for (;;) {
        const auto items = replay.select({*events, {}, {}, {}, {}, {}}, after);
        if (!items)
            return failureOf(items.error());
        for (const auto &item : *items) {
            const auto result = item.settled ? Result<ReplayResult>(ReplayResult{item.event, ReplayAction::ReRun, "it is processed: nothing was done"})
                                             : replay.run(item, by, why);
            results.insert(item.event.value(), result ? result->result : "not done: " + result.error().message.toUtf8());
        }
        if (items->size() < Replay::pageSize)
            break;
        after = items->back().event;
    }
    QList<QByteArray> ids, texts;
    for (const auto &event : *events) {
        ids.append(QByteArray::number(event.value()));
        texts.append(results.value(event.value(), "there is no such event"));
    }
    return resultsJson(ids, texts);
}

// The courier is asked under the call's key, and the call's job is run now: it settles what the courier says, on the workers' own path.
ApiResult<QByteArray> Changes::ask(const QByteArray &event)
{
    const auto id = eventIdOf(event);
    if (!id)
        return tl::unexpected(id.error());
    const auto items = Replay(m_postgres, m_redis, m_context.retries).select({{*id}, {}, {}, {}, {}, {}}, EventId(0));
    if (!items)
        return failureOf(items.error());
    if (items->empty() || !items->front().idempotencyKey)
        return notFound("there is no call for event " + event);
    const auto &item = items->front();
    if (item.settled)
        return refused(409, "conflict", "the call is not open: " + item.outcome.value_or("it is processed"));
    const auto known = ReSend(m_context.downstreams).lookUp(item);
    const auto queue = routeOf(item.source, item.type, item.topic).queue;
    const auto promoted = JobRecords(m_redis, bytesOf(queue)).promote({eventJob(*id, {}).id});
    const bool runs = promoted && !promoted->empty() && promoted->front() == 1;
    return toJson(CallAsked{known.has_value(), runs ? "runs now" : "was not delayed: it waits, runs, or is parked"});
}

ApiResult<QByteArray> Changes::bookAgain(const ApiCall &call, const QJsonObject &body)
{
    const OrderId order(QUuid::fromString(QString::fromUtf8(call.path.value("id"))));
    if (order.value().isNull())
        return badRequest("the id is not one of an order: look it up with /admin/v1/orders?q=");
    const auto why = body.value(QLatin1StringView("reason")).toString().toUtf8();
    const auto booked = BookAgain(m_postgres, m_context.effects, m_context.counters).book(order, call.caller.name, why);
    if (!booked)
        return failureOf(booked.error());
    (void)JobDispatch(m_redis, m_context.retries).addFor(booked->stored); // else the janitor's sweep will
    return toJson(BookingOpened{{booked->event.value()}, booked->generation});
}

ApiResult<QByteArray> Changes::link(const QByteArray &event, const QJsonObject &body)
{
    const auto id = eventIdOf(event);
    const OrderId order(QUuid::fromString(body.value(QLatin1StringView("orderId")).toString()));
    if (!id)
        return tl::unexpected(id.error());
    if (order.value().isNull())
        return badRequest("orderId is not the id of an order");
    const auto found = m_postgres.run(sql::adminCourierEvent, PgParams().add(id->value()));
    if (!found)
        return failureOf(found.error());
    if (found->size() == 0)
        return notFound("there is no courier event " + event + " that waits for its order");
    OrderStore store(m_postgres);
    const PgCommand others{sql::trackingOthers, PgParams().add(found->text(0, 0)).add(found->text(0, 1)).add(order)};
    auto locked = store.beginLockAnd({{}, {order}, {}}, LockMode::Wait, {others});
    Transaction transaction(m_postgres); // rolls back unless something is written
    if (!locked)
        return failureOf(locked.error());
    if (locked->orders.empty())
        return notFound("there is no order " + toText(order));
    if (locked->answers.front().size() > 0)
        return refused(409, "conflict", "order " + toText(locked->answers.front().orderId(0, 0)) + " has this tracking number already");
    OrderRow tracked = locked->orders.front();
    tracked.state.courier = found->text(0, 0);
    tracked.state.trackingNumber = found->text(0, 1);
    const auto written = store.writeAndCommit({{}, {}, {}, {tracked}});
    if (!written)
        return failureOf(written.error());
    transaction.committed();
    const auto added = JobDispatch(m_redis, m_context.retries).addFor(*written);
    QList<QByteArray> ids, results;
    for (const auto &attached : written->courierEvents) {
        ids.append(QByteArray::number(attached.value()));
        results.append(added ? "belongs to the order now" : "belongs to the order now; Redis is not reachable, and the janitor will add its job");
    }
    return resultsJson(ids, results);
}

} // namespace oo
