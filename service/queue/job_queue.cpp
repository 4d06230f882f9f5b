#include "service/queue/job_queue.h"

#include "service/domain/json_reader.h"
#include "service/queue/scripts.h"
#include "shared/core/json_text.h"

#include <QRandomGenerator>

namespace oo {

namespace {

QByteArray nowMs()
{
    return QByteArray::number(Instant::now().milliseconds());
}

QByteArray optionsOf(const RetryPolicy &policy)
{
    JobOptions options;
    options.attempts = policy.attempts;
    options.backoff = policy;
    options.removeOnComplete = Retention{0, {}};
    options.removeOnFail = Retention{};
    return writeJobOptions(options);
}

QByteArray retentionJson(const FinishOptions &options)
{
    JobOptions both;
    both.removeOnComplete = options.completed;
    both.removeOnFail = options.failed;
    return writeJobOptions(both);
}

Status checkUsable(const QList<NewJob> &jobs)
{
    thread_local JsonReader reader;
    for (const auto &job : jobs) {
        if (!isUsableJobId(job.id))
            return fail(ErrorCode::Invalid, QStringLiteral("not usable as a job id: ") + QString::fromUtf8(job.id));
        if (!reader.isValue(job.data) || !(job.opts.isEmpty() || reader.isObject(job.opts)))
            return fail(ErrorCode::Invalid, QStringLiteral("job %1: data or options are not JSON").arg(QString::fromUtf8(job.id)));
    }
    return {};
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

QList<QByteArray> takeArguments(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit)
{
    return {nowMs(), QByteArray::number(max), token, QByteArray::number(JobQueue::lockMs), worker, QByteArray::number(limit.max),
            QByteArray::number(limit.durationMs)};
}

QList<QByteArray> finishArguments(const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options)
{
    QList<QByteArray> arguments{nowMs(), token, QByteArray::number(options.metricPoints), retentionJson(options)};
    for (const auto &end : ends) {
        arguments << end.id << kActions[static_cast<size_t>(end.action)].text
                  << (end.text.isEmpty() ? QByteArray("null") : end.text) << QByteArray::number(end.delayMs);
    }
    return arguments;
}

std::vector<int> codesOf(const RedisReply &reply)
{
    std::vector<int> codes;
    for (const auto &item : reply.items)
        codes.push_back(static_cast<int>(item.integer));
    return codes;
}

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

JobEnd failedAttempt(const TakenJob &job, const QByteArray &reason)
{
    const int made = job.attemptsMade + 1;
    if (!mayRetry(job.retries, made))
        return {job.id, JobEnd::Action::Fail, reason, 0};
    return {job.id, JobEnd::Action::Retry, reason, retryDelayMs(job.retries, made, QRandomGenerator::global()->generateDouble())};
}

JobQueue::JobQueue(RedisConnection &connection, const QByteArray &queue, const RetryPolicy &policy)
    : m_connection(connection), m_policy(policy), m_prefix(keyPrefix(queue)), m_opts(optionsOf(policy))
{
}

QByteArray JobQueue::clientName(const QByteArray &queue, const QByteArray &worker)
{
    const QByteArray name = "bull:" + queue.toBase64();
    return worker.isEmpty() ? name : name + ":w:" + worker;
}

Result<AddedJobs> JobQueue::add(const QList<NewJob> &jobs, bool quiet)
{
    constexpr qsizetype kAtOnce = 250; // Redis serves nobody else meanwhile (bullmq-wire-format.md §18)
    if (const auto usable = checkUsable(jobs); !usable)
        return failure(usable);
    AddedJobs all;
    for (qsizetype from = 0; from < jobs.size(); from += kAtOnce) {
        QList<QByteArray> arguments{nowMs(), m_opts, quiet ? "1" : "0"};
        for (qsizetype i = from; i < std::min(jobs.size(), from + kAtOnce); ++i)
            arguments << jobs[i].id << jobs[i].name << jobs[i].data << QByteArray::number(jobs[i].delayMs) << jobs[i].opts;
        const auto reply = runScript(m_connection, Script::AddJobs, m_prefix, arguments);
        if (!reply)
            return failure(reply);
        if (reply->items.size() != 3)
            return fail(ErrorCode::Internal, QStringLiteral("Redis: add_jobs answered something else"));
        all.added += static_cast<int>(reply->items[0].integer);
        all.ids += texts(reply->items[1]);
        all.revived += texts(reply->items[2]);
    }
    return all;
}

Result<TakenJobs> JobQueue::readTaken(const RedisReply &reply) const
{
    TakenJobs taken;
    const auto &items = reply.items;
    if (items.size() < 2)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: take_jobs answered too little"));
    if (items[0].integer > 0)
        taken.nextDueMs = items[0].integer;
    if (items[1].integer > 0)
        taken.limitedForMs = items[1].integer;
    for (size_t i = 2; i < items.size(); ++i) {
        const auto &job = items[i].items;
        const auto &opts = job[4].text;
        taken.jobs.push_back({job[0].text, job[1].text, job[2].text, static_cast<int>(job[3].integer),
                              opts == m_opts ? m_policy : retryPolicyOf(opts, m_policy), job[5].text});
    }
    return taken;
}

Result<TakenJobs> JobQueue::take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit)
{
    const auto reply = runScript(m_connection, Script::TakeJobs, m_prefix, takeArguments(max, token, worker, limit));
    if (!reply)
        return failure(reply);
    return readTaken(*reply);
}

Result<std::vector<int>> JobQueue::finish(const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options)
{
    const auto reply = runScript(m_connection, Script::FinishJobs, m_prefix, finishArguments(token, ends, options));
    if (!reply)
        return failure(reply);
    return codesOf(*reply);
}

Result<JobQueue::EndedAndTaken> JobQueue::finishAndTake(const QByteArray &token, const std::vector<JobEnd> &ends, int max,
                                                        const QByteArray &worker, RateLimit limit, const FinishOptions &options)
{
    const auto replies = runScripts(m_connection, m_prefix,
                                    {{Script::FinishJobs, finishArguments(token, ends, options)},
                                     {Script::TakeJobs, takeArguments(max, token, worker, limit)}});
    if (!replies)
        return failure(replies);
    for (const auto &reply : *replies) {
        if (reply.kind == RedisReply::Kind::Error)
            return fail(ErrorCode::Internal, QStringLiteral("Redis: %1").arg(QString::fromUtf8(reply.text)));
    }
    auto taken = readTaken(replies->back());
    if (!taken)
        return failure(taken);
    return EndedAndTaken{codesOf(replies->front()), std::move(*taken)};
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

Result<std::optional<QList<QByteArray>>> JobQueue::checkStalled(qint64 intervalMs, int maxStalls)
{
    const auto reply = runScript(m_connection, Script::CheckStalled, m_prefix,
                                 {nowMs(), QByteArray::number(intervalMs), QByteArray::number(maxStalls)});
    if (!reply)
        return failure(reply);
    return reply->kind == RedisReply::Kind::Array ? std::optional(texts(*reply)) : std::nullopt;
}

Status JobQueue::promote()
{
    const auto reply = runScript(m_connection, Script::PromoteJobs, m_prefix, {nowMs(), "due"});
    return reply ? Status() : failure(reply);
}

} // namespace oo
