#include "service/queue/job_queue.h"

#include "shared/core/json_reader.h"
#include "service/queue/scripts.h"
#include "shared/core/json_text.h"

namespace oo {

namespace {

constexpr char kNull[] = "null";

QByteArray nowOf(RedisConnection &connection)
{
    return QByteArray::number(connection.nowMs());
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

thread_local JsonReader reader;

Status checkUsable(const QList<NewJob> &jobs)
{
    for (const auto &job : jobs) {
        if (!isUsableJobId(job.id))
            return fail(ErrorCode::Invalid, QStringLiteral("not usable as a job id: ") + QString::fromUtf8(job.id));
        if (!reader.isValue(job.data) || !(job.opts.isEmpty() || reader.isObject(job.opts)))
            return fail(ErrorCode::Invalid, QStringLiteral("job %1: data or options are not JSON").arg(QString::fromUtf8(job.id)));
    }
    return {};
}

Status checkReturnValues(const std::vector<JobEnd> &ends)
{
    for (const auto &end : ends) {
        if (end.action == JobEnd::Action::Done && !end.text.isEmpty() && end.text != kNull && !reader.isValue(end.text))
            return fail(ErrorCode::Invalid, QStringLiteral("job %1: what it returns is not JSON").arg(QString::fromUtf8(end.id)));
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

QList<QByteArray> takeArguments(const QByteArray &now, int max, const QByteArray &token, const QByteArray &worker, RateLimit limit)
{
    return {now, QByteArray::number(max), token, QByteArray::number(JobQueue::lockMs), worker, QByteArray::number(limit.max),
            QByteArray::number(limit.durationMs)};
}

QList<QByteArray> finishArguments(const QByteArray &now, const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options)
{
    QList<QByteArray> arguments{now, token, QByteArray::number(options.metricPoints), retentionJson(options)};
    for (const auto &end : ends) {
        arguments << end.id << kActions[static_cast<size_t>(end.action)].text
                  << (end.text.isEmpty() ? QByteArray(kNull) : end.text) << QByteArray::number(end.delayMs);
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
        QList<QByteArray> arguments{nowOf(m_connection), m_opts, quiet ? "1" : "0"};
        for (qsizetype i = from; i < std::min(jobs.size(), from + kAtOnce); ++i)
            arguments << jobs[i].id << jobs[i].name << jobs[i].data << QByteArray::number(jobs[i].delayMs) << jobs[i].opts;
        const auto reply = runScript(m_connection, Script::AddJobs, m_prefix, arguments);
        if (!reply)
            return failure(reply);
        if (reply->items.size() != 3)
            return fail(ErrorCode::Internal, QStringLiteral("Redis: add_jobs answered something else"));
        all.added += static_cast<int>(reply->items[0].integer);
        all.ids += texts(reply->items[1]);
        for (const auto &job : reply->items[2].items)
            all.failed.push_back({job.items[0].text, job.items[1].text, job.items[2].text, job.items[3].integer == 1});
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
        if (job.size() != 6)
            return fail(ErrorCode::Internal, QStringLiteral("Redis: take_jobs answered something else"));
        const auto &opts = job[4].text;
        taken.jobs.push_back({job[0].text, job[1].text, job[2].text, static_cast<int>(job[3].integer),
                              opts == m_opts ? m_policy : retryPolicyOf(opts, m_policy), job[5].text});
    }
    return taken;
}

Result<TakenJobs> JobQueue::take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit)
{
    const auto reply = runScript(m_connection, Script::TakeJobs, m_prefix, takeArguments(nowOf(m_connection), max, token, worker, limit));
    if (!reply)
        return failure(reply);
    return readTaken(*reply);
}

Result<std::vector<int>> JobQueue::finish(const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options)
{
    if (const auto usable = checkReturnValues(ends); !usable)
        return failure(usable);
    const auto reply = runScript(m_connection, Script::FinishJobs, m_prefix, finishArguments(nowOf(m_connection), token, ends, options));
    if (!reply)
        return failure(reply);
    return codesOf(*reply);
}

Status JobQueue::settle(const QByteArray &token, const std::vector<JobEnd> &ends)
{
    const auto codes = finish(token, ends);
    if (!codes)
        return failure(codes);
    std::vector<JobEnd> refused;
    for (size_t i = 0; i < codes->size(); ++i) {
        const auto code = static_cast<JobCode>((*codes)[i]);
        if (code == JobCode::ChildrenPending || code == JobCode::ChildrenFailed)
            refused.push_back({ends[i].id, JobEnd::Action::Fail, code == JobCode::ChildrenPending ? "its children are not done" : "a child of it failed", 0});
    }
    if (refused.empty())
        return {};
    const auto failed = finish(token, refused);
    return failed ? Status() : failure(failed);
}

Result<JobQueue::EndedAndTaken> JobQueue::finishAndTake(const QByteArray &token, const std::vector<JobEnd> &ends, int max,
                                                        const QByteArray &worker, RateLimit limit, const FinishOptions &options)
{
    if (const auto usable = checkReturnValues(ends); !usable)
        return failure(usable);
    const auto replies = runScripts(m_connection, m_prefix,
                                    {{Script::FinishJobs, finishArguments(nowOf(m_connection), token, ends, options)},
                                     {Script::TakeJobs, takeArguments(nowOf(m_connection), max, token, worker, limit)}});
    if (!replies)
        return failure(replies);
    const auto &finished = replies->front(), &taken = replies->back();
    return EndedAndTaken{finished.isError() ? Result<std::vector<int>>(tl::unexpected(errorOf(finished))) : codesOf(finished),
                         taken.isError() ? Result<TakenJobs>(tl::unexpected(errorOf(taken))) : readTaken(taken)};
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

Result<JobQueue::Recovery> JobQueue::recover(const QByteArray &workerPrefix, const QList<QByteArray> &locklessBefore, int mayStall)
{
    const auto reply = runScript(m_connection, Script::RecoverJobs, m_prefix,
                                 QList<QByteArray>{workerPrefix, QByteArray::number(mayStall)} + locklessBefore);
    if (!reply)
        return failure(reply);
    if (reply->items.size() != 2)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: recover_jobs answered something else"));
    return Recovery{texts(reply->items[0]), texts(reply->items[1])};
}

Result<std::optional<QList<QByteArray>>> JobQueue::checkStalled(qint64 guardMs, int mayStall)
{
    const auto reply = runScript(m_connection, Script::CheckStalled, m_prefix,
                                 {nowOf(m_connection), QByteArray::number(guardMs), QByteArray::number(mayStall)});
    if (!reply)
        return failure(reply);
    return reply->kind == RedisReply::Kind::Array ? std::optional(texts(*reply)) : std::nullopt;
}

Status JobQueue::promote()
{
    const auto reply = runScript(m_connection, Script::PromoteJobs, m_prefix, {nowOf(m_connection), "due"});
    return reply ? Status() : failure(reply);
}

void JobQueue::passMarkerOn()
{
    (void)m_connection.run(RedisCommand{"ZADD", markerKey(), "0", "0"}); // lost with the connection: markers are hints
}

} // namespace oo
