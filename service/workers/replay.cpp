#include "service/workers/replay.h"

#include "service/domain/masking.h"
#include "service/queue/job_records.h"

namespace oo {

namespace {
using Element = PgArray::Element;
}

Replay::Replay(PgConnection &postgres, RedisConnection &redis, const RetryPolicy &retries)
    : m_postgres(postgres), m_rebuild(postgres), m_redis(redis), m_jobs(redis, retries)
{
}

Result<std::vector<ReplayItem>> Replay::select(const ReplaySelection &selection, EventId after, EventId last, int limit)
{
    PgParams params;
    params.add(after.value());
    if (selection.events.isEmpty()) {
        params.addNull();
    } else {
        PgArray ids(Element::Int8);
        for (const auto &id : selection.events)
            ids.add(id.value());
        params.add(ids);
    }
    params.add(selection.refId).add(selection.type).add(selection.since).add(selection.until);
    params.add(selection.parked ? std::optional(bytesOf(*selection.parked)) : std::nullopt).add(last.value()).add(limit);
    const auto rows = m_postgres.run(sql::replaySelect, params);
    if (!rows)
        return failure(rows);
    std::vector<ReplayItem> items;
    for (int row = 0; row < rows->size(); ++row) {
        ReplayItem item;
        item.event = EventId(rows->int8(row, rows->column("id")));
        item.source = rows->optionalText(row, rows->column("source")).value_or(QByteArray());
        item.type = rows->text(row, rows->column("type"));
        item.topic = rows->optionalText(row, rows->column("topic")).value_or(QByteArray());
        item.refId = rows->optionalText(row, rows->column("ref_id"));
        item.orderId = rows->optionalOrderId(row, rows->column("order_id"));
        item.settled = rows->boolean(row, rows->column("settled"));
        item.parked = rows->boolean(row, rows->column("parked"));
        item.outcome = rows->optionalText(row, rows->column("outcome"));
        item.idempotencyKey = rows->optionalText(row, rows->column("idempotency_key"));
        item.callPath = rows->optionalText(row, rows->column("path"));
        item.callBody = rows->optionalText(row, rows->column("request_body"));
        items.push_back(std::move(item));
    }
    return items;
}

Result<ReplayResult> Replay::run(const ReplayItem &item, const QByteArray &by, const QByteArray &why)
{
    const auto result = item.settled ? reCheck(item) : reRun(item, by, why);
    if (!result)
        return failure(result);
    return ReplayResult{item.event, item.action(false), *result};
}

Result<ReplayResult> Replay::preview(const ReplayItem &item, bool reSend)
{
    const auto action = item.action(reSend);
    if (action == ReplayAction::ReRun)
        return ReplayResult{item.event, action, item.parked ? "would be released and enqueued" : "would be enqueued"};
    if (action == ReplayAction::ReSend)
        return ReplayResult{item.event, action, "would be sent again under the key " + *item.idempotencyKey};
    const auto result = reCheck(item);
    if (!result)
        return failure(result);
    return ReplayResult{item.event, action, *result};
}

Result<QByteArray> Replay::reRun(const ReplayItem &item, const QByteArray &by, const QByteArray &why)
{
    const auto route = routeOf(item.source, item.type, item.topic);
    auto &queue = m_jobs.queue(route.queue);
    QByteArray suffix;
    if (item.parked) {
        const auto released = ParkedEvents(m_postgres).release({item.event}, by, why);
        if (!released)
            return failure(released);
        if (released->isEmpty())
            return QByteArray("somebody else released it just now");
        suffix = runSuffix(released->front().second); // the kept failed job holds the plain id
    }
    const auto added = queue.add({eventJob(item.event, route.jobName, suffix)}, true);
    if (added && !added->failed.empty()) {
        const auto retried = JobRecords(m_redis, bytesOf(route.queue)).retry(JobState::Failed, {added->failed.front().id}, true);
        return QByteArray(retried ? "its failed job runs again" : "waits for Redis; the janitor will enqueue it");
    }
    if (!added)
        return QByteArray(item.parked ? "released; the janitor will enqueue it" : "waits for Redis; the janitor will enqueue it");
    return QByteArray(item.parked ? "released and enqueued" : added->added > 0 ? "enqueued" : "its job is there already");
}

Result<QByteArray> Replay::reCheck(const ReplayItem &item)
{
    if (!item.orderId)
        return QByteArray("no change: it belongs to no order");
    const auto difference = m_rebuild.recheck(*item.orderId, false);
    if (!difference)
        return failure(difference);
    if (!*difference)
        return QByteArray("no change");
    QByteArray text = "its order differs from its events:";
    for (const auto &field : (*difference)->fields)
        text += ' ' + field.field + (isPersonal(field.field) ? QByteArray(" differs;") : " is " + field.is + ", should be " + field.shouldBe + ';');
    return text + " see `rebuild --apply`";
}

} // namespace oo
