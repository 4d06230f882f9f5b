#include "service/queue/queue_control.h"

#include <algorithm>

namespace oo {

namespace {
constexpr int kAtOnce = 500; // Redis serves nobody else meanwhile (bullmq-wire-format.md §18)
}

qint64 QueueCounts::of(JobState state) const
{
    switch (state) {
    case JobState::Waiting: return waiting;
    case JobState::Paused: return paused;
    case JobState::Prioritized: return prioritized;
    case JobState::Delayed: return delayed;
    case JobState::Active: return active;
    case JobState::Completed: return completed;
    case JobState::Failed: return failed;
    case JobState::WaitingChildren: return waitingChildren;
    }
    return 0;
}

QueueControl::QueueControl(RedisConnection &connection, const QByteArray &queue)
    : m_connection(connection), m_queue(queue), m_prefix(JobQueue::keyPrefix(queue))
{
}

Status QueueControl::pause()
{
    const auto reply = runScript(m_connection, Script::PauseQueue, m_prefix, {"1"});
    return reply ? Status() : failure(reply);
}

Status QueueControl::resume()
{
    const auto reply = runScript(m_connection, Script::PauseQueue, m_prefix, {"0"});
    return reply ? Status() : failure(reply);
}

Result<bool> QueueControl::isPaused()
{
    const auto reply = m_connection.run(RedisCommand{"HEXISTS", m_prefix + "meta", "paused"});
    if (!reply)
        return failure(reply);
    return reply->integer == 1;
}

Status QueueControl::setGlobalConcurrency(std::optional<int> jobs)
{
    const auto reply = m_connection.run(jobs ? RedisCommand{"HSET", m_prefix + "meta", "concurrency", QByteArray::number(*jobs)}
                                             : RedisCommand{"HDEL", m_prefix + "meta", "concurrency"});
    return reply ? Status() : failure(reply);
}

Status QueueControl::setGlobalRateLimit(std::optional<RateLimit> limit)
{
    const auto reply = m_connection.run(limit ? RedisCommand{"HSET", m_prefix + "meta", "max", QByteArray::number(limit->max),
                                                             "duration", QByteArray::number(limit->durationMs)}
                                              : RedisCommand{"HDEL", m_prefix + "meta", "max", "duration"});
    return reply ? Status() : failure(reply);
}

Status QueueControl::limitFor(qint64 ms)
{
    constexpr char kMoreThanAny[] = "9007199254740991"; // §7 "Manual limit"
    const auto reply = m_connection.run(RedisCommand{"SET", m_prefix + "limiter", kMoreThanAny, "PX", QByteArray::number(ms)});
    return reply ? Status() : failure(reply);
}

Status QueueControl::endLimit()
{
    const auto reply = m_connection.run(RedisCommand{"DEL", m_prefix + "limiter"});
    return reply ? Status() : failure(reply);
}

Result<qint64> QueueControl::limitedForMs()
{
    const auto reply = m_connection.run(RedisCommand{"PTTL", m_prefix + "limiter"});
    if (!reply)
        return failure(reply);
    return std::max<qint64>(reply->integer, 0);
}

Result<QueueCounts> QueueControl::counts()
{
    const auto replies = m_connection.run(std::vector<RedisCommand>{
        {"LLEN", m_prefix + "wait"}, {"LLEN", m_prefix + "active"}, {"ZCARD", m_prefix + "delayed"}, {"ZCARD", m_prefix + "failed"},
        {"ZCARD", m_prefix + "prioritized"}, {"LLEN", m_prefix + "paused"}, {"ZCARD", m_prefix + "completed"},
        {"ZCARD", m_prefix + "waiting-children"}});
    if (!replies)
        return failure(replies);
    const auto &r = *replies;
    return QueueCounts{r[0].integer, r[1].integer, r[2].integer, r[3].integer, r[4].integer, r[5].integer, r[6].integer, r[7].integer};
}

// In steps, until one finds fewer than it may look at, or nothing to move among them.
Result<int> QueueControl::repeat(Script script, const QList<QByteArray> &arguments)
{
    int all = 0;
    for (;;) {
        const auto reply = runScript(m_connection, script, m_prefix, arguments);
        if (!reply)
            return failure(reply);
        if (reply->items.size() != 2)
            return fail(ErrorCode::Internal, QStringLiteral("Redis: a script answered something else"));
        const auto looked = reply->items[0].integer, moved = reply->items[1].integer;
        all += static_cast<int>(moved);
        if (looked < kAtOnce || moved == 0)
            return all;
    }
}

Result<int> QueueControl::drain(bool delayedToo)
{
    return repeat(Script::DrainQueue, {delayedToo ? "1" : "0", QByteArray::number(kAtOnce)});
}

Result<QList<QByteArray>> QueueControl::clean(JobState state, qint64 graceMs, int limit)
{
    const auto reply = runScript(m_connection, Script::CleanJobs, m_prefix,
                                 {bytesOf(state), QByteArray::number(m_connection.nowMs() - graceMs), QByteArray::number(limit)});
    if (!reply)
        return failure(reply);
    QList<QByteArray> ids;
    for (const auto &item : reply->items)
        ids.append(item.text);
    return ids;
}

Result<int> QueueControl::retryAll(JobState from)
{
    return repeat(Script::RetryJobs, {bytesOf(from), "0", "0", QByteArray::number(kAtOnce), QByteArray::number(m_connection.nowMs())});
}

Result<int> QueueControl::promoteAll()
{
    return repeat(Script::PromoteJobs, {QByteArray::number(m_connection.nowMs()), "all", QByteArray::number(kAtOnce)});
}

Result<QueueControl::Metrics> QueueControl::metrics(JobState state)
{
    const auto key = m_prefix + "metrics:" + bytesOf(state);
    const auto replies = m_connection.run(std::vector<RedisCommand>{{"HGET", key, "count"}, {"LRANGE", key + ":data", "0", "-1"}});
    if (!replies)
        return failure(replies);
    Metrics metrics{replies->front().text.toLongLong(), {}};
    for (const auto &item : replies->back().items)
        metrics.perMinute.append(item.text.toLongLong());
    return metrics;
}

Result<QList<QByteArray>> QueueControl::workerNames()
{
    const auto reply = m_connection.run(RedisCommand{"CLIENT", "LIST"});
    if (!reply)
        return failure(reply);
    const auto plain = JobQueue::clientName(m_queue, {}), named = plain + ":w:";
    QList<QByteArray> names;
    for (const auto &line : reply->text.split('\n')) {
        for (const auto &field : line.split(' ')) {
            if (field == "name=" + plain)
                names.append(QByteArray());
            else if (field.startsWith("name=" + named))
                names.append(field.mid(5 + named.size()));
        }
    }
    return names;
}

} // namespace oo
