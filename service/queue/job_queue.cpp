#include "service/queue/job_queue.h"

#include "service/queue/scripts.h"
#include "shared/core/json_text.h"

namespace oo {

namespace {

QByteArray nowMs()
{
    return QByteArray::number(Instant::now().milliseconds());
}

QByteArray jobOptions(const RetryPolicy &policy)
{
    QByteArray backoff;
    JsonObjectWriter inner(backoff);
    inner.string("type", bytesOf(policy.type));
    inner.number("delay", policy.delayMs);
    inner.close();
    QByteArray out;
    JsonObjectWriter json(out);
    json.number("attempts", policy.attempts);
    json.raw("backoff", backoff);
    json.boolean("removeOnComplete", true);
    json.boolean("removeOnFail", false);
    json.close();
    return out;
}

struct ActionRow
{
    JobEnd::Action action;
    const char *text;
};
constexpr ActionRow kActions[] = {
    {JobEnd::Action::Done, "done"},   {JobEnd::Action::Fail, "fail"},       {JobEnd::Action::Retry, "retry"},
    {JobEnd::Action::Later, "later"}, {JobEnd::Action::Release, "release"},
};

QList<QByteArray> texts(const RedisReply &reply)
{
    QList<QByteArray> list;
    for (const auto &item : reply.items)
        list.append(item.text);
    return list;
}

} // namespace

NewJob eventJob(EventId event, const QByteArray &name, const QByteArray &suffix)
{
    const QByteArray number = QByteArray::number(event.value());
    return {"ev-" + number + suffix, name, "{\"eventStoreId\":" + number + '}', 0};
}

JobQueue::JobQueue(RedisConnection &connection, QueueName name, const RetryPolicy &policy)
    : m_connection(connection), m_name(name), m_prefix("bull:" + bytesOf(name) + ':'), m_opts(jobOptions(policy))
{
}

Result<int> JobQueue::add(const QList<NewJob> &jobs, bool quiet)
{
    constexpr qsizetype kAtOnce = 250; // Redis serves nobody else meanwhile (bullmq-wire-format.md §18)
    int added = 0;
    for (qsizetype from = 0; from < jobs.size(); from += kAtOnce) {
        QList<QByteArray> arguments{nowMs(), m_opts, quiet ? "1" : "0"};
        for (qsizetype i = from; i < std::min(jobs.size(), from + kAtOnce); ++i)
            arguments << jobs[i].id << jobs[i].name << jobs[i].data << QByteArray::number(jobs[i].delayMs);
        const auto reply = runScript(m_connection, Script::AddJobs, m_prefix, arguments);
        if (!reply)
            return failure(reply);
        added += static_cast<int>(reply->integer);
    }
    return added;
}

Result<TakenJobs> JobQueue::take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit)
{
    const auto reply = runScript(m_connection, Script::TakeJobs, m_prefix,
                                 {nowMs(), QByteArray::number(max), token, QByteArray::number(lockMs), worker,
                                  QByteArray::number(limit.max), QByteArray::number(limit.durationMs)});
    if (!reply)
        return failure(reply);
    TakenJobs taken;
    const auto &items = reply->items;
    if (items.size() < 2)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: take_jobs answered too little"));
    if (items[0].integer > 0)
        taken.nextDueMs = items[0].integer;
    if (items[1].integer > 0)
        taken.limitedForMs = items[1].integer;
    for (size_t i = 2; i < items.size(); ++i) {
        const auto &job = items[i].items;
        taken.jobs.push_back({job[0].text, job[1].text, job[2].text, static_cast<int>(job[3].integer), job[4].text, job[5].text});
    }
    return taken;
}

Result<std::vector<int>> JobQueue::finish(const QByteArray &token, const std::vector<JobEnd> &ends)
{
    QList<QByteArray> arguments{nowMs(), token};
    for (const auto &end : ends) {
        arguments << end.id << kActions[static_cast<size_t>(end.action)].text
                  << (end.text.isEmpty() ? QByteArray("null") : end.text) << QByteArray::number(end.delayMs);
    }
    const auto reply = runScript(m_connection, Script::FinishJobs, m_prefix, arguments);
    if (!reply)
        return failure(reply);
    std::vector<int> codes;
    for (const auto &item : reply->items)
        codes.push_back(static_cast<int>(item.integer));
    return codes;
}

Result<QList<QByteArray>> JobQueue::extendLocks(const QList<std::pair<QByteArray, QByteArray>> &idsAndTokens)
{
    QList<QByteArray> arguments{QByteArray::number(lockMs)};
    for (const auto &[id, token] : idsAndTokens)
        arguments << id << token;
    const auto reply = runScript(m_connection, Script::ExtendLocks, m_prefix, arguments);
    if (!reply)
        return failure(reply);
    return texts(*reply);
}

Result<JobQueue::Recovery> JobQueue::recover(const QByteArray &workerPrefix, const QList<QByteArray> &locklessBefore)
{
    const auto reply = runScript(m_connection, Script::RecoverJobs, m_prefix, QList<QByteArray>{workerPrefix} + locklessBefore);
    if (!reply)
        return failure(reply);
    if (reply->items.size() != 2)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: recover_jobs answered something else"));
    return Recovery{texts(reply->items[0]), texts(reply->items[1])};
}

Status JobQueue::promote()
{
    const auto reply = runScript(m_connection, Script::PromoteJobs, m_prefix, {nowMs()});
    return reply ? Status() : failure(reply);
}

Result<QueueCounts> JobQueue::counts()
{
    const auto replies = m_connection.run(std::vector<RedisCommand>{{"LLEN", m_prefix + "wait"},
                                                                    {"LLEN", m_prefix + "active"},
                                                                    {"ZCARD", m_prefix + "delayed"},
                                                                    {"ZCARD", m_prefix + "failed"},
                                                                    {"ZCARD", m_prefix + "prioritized"},
                                                                    {"LLEN", m_prefix + "paused"}});
    if (!replies)
        return failure(replies);
    const auto &r = *replies;
    return QueueCounts{r[0].integer, r[1].integer, r[2].integer, r[3].integer, r[4].integer, r[5].integer};
}

} // namespace oo
