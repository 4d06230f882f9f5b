#pragma once
// One queue in BullMQ's layout (bullmq-wire-format.md), many jobs a call. Uses a connection that its thread owns.

#include "service/queue/job_options.h"
#include "service/queue/redis_connection.h"
#include "shared/core/instant.h"
#include "shared/model/ids.h"
#include "shared/model/queues.h"

#include <optional>

namespace oo {

struct NewJob
{
    QByteArray id;
    QByteArray name;
    QByteArray data; // JSON
    qint64 delayMs = 0;
    QByteArray opts = {}; // JSON by writeJobOptions(); empty: those of the queue's policy
};

struct AddedJobs
{
    int added = 0;
    QList<QByteArray> ids;     // of each, in the order given: its own, or that of the job it duplicates
    QList<QByteArray> revived; // quiet adds that replaced a record which had failed for stalling too often
};

// The job of an event: id `ev-<event>`, data {"eventStoreId": n}. `suffix` tells the runs of one event apart.
NewJob eventJob(EventId event, const QByteArray &name, const QByteArray &suffix = {});

struct TakenJob
{
    QByteArray id;
    QByteArray name;
    QByteArray data;
    int attemptsMade = 0;
    RetryPolicy retries;          // as its producer wished, else the queue's
    QByteArray deferredFailure;   // not empty: must fail with this text, without running
};

struct TakenJobs
{
    std::vector<TakenJob> jobs;
    std::optional<qint64> nextDueMs;     // epoch ms of the earliest delayed job
    std::optional<qint64> limitedForMs;  // the rate limit allows nothing before
};

struct JobEnd
{
    enum class Action { Done, Fail, Retry, Later, Release };
    QByteArray id;
    Action action = Action::Done;
    QByteArray text;   // JSON return value, or the reason of a failure
    qint64 delayMs = 0;
};

// The end of an attempt that failed: another one if the job's policy allows it, else failed for good.
JobEnd failedAttempt(const TakenJob &job, const QByteArray &reason);

struct FinishOptions
{
    int metricPoints = 0; // minutes of metrics to keep (§16); 0: none are counted
    std::optional<Retention> completed = {}, failed = {}; // for jobs that name none themselves
};

struct RateLimit
{
    int max = 0; // 0: none
    qint64 durationMs = 0;
};

struct QueueCounts
{
    qint64 waiting = 0, active = 0, delayed = 0, failed = 0, prioritized = 0, paused = 0, completed = 0, waitingChildren = 0;
    qint64 pending() const { return waiting + active + delayed + prioritized + paused; }
};

class JobQueue
{
public:
    JobQueue(RedisConnection &connection, const QByteArray &queue, const RetryPolicy &policy);

    // A present id adds nothing. `quiet` leaves no trace of that (the sweep); else the event `duplicated` tells of it. Nothing is
    // added if one of them is not usable (Invalid): an id that BullMQ refuses, or data that is not JSON. An empty id: the next number.
    Result<AddedJobs> add(const QList<NewJob> &jobs, bool quiet = false);
    // Invalid for a queue with job schedulers.
    Result<TakenJobs> take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit = {});
    // One code a job: 1, or why it was refused (bullmq-wire-format.md §11).
    Result<std::vector<int>> finish(const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options = {});
    // Both in one round trip, as BullMQ's workers do it: ends these, then takes up to `max` under the same token.
    struct EndedAndTaken
    {
        std::vector<int> codes;
        TakenJobs taken;
    };
    Result<EndedAndTaken> finishAndTake(const QByteArray &token, const std::vector<JobEnd> &ends, int max, const QByteArray &worker,
                                        RateLimit limit = {}, const FinishOptions &options = {});
    Result<QList<QByteArray>> extendLocks(const QList<std::pair<QByteArray, QByteArray>> &idsAndTokens);

    struct Recovery
    {
        QList<QByteArray> recovered, lockless;
    };
    Result<Recovery> recover(const QByteArray &workerPrefix, const QList<QByteArray> &locklessBefore);
    // BullMQ's own check, shared with all workers of the queue: nullopt if one of them did it within the interval (§6).
    Result<std::optional<QList<QByteArray>>> checkStalled(qint64 intervalMs, int maxStalls);
    Status promote();

    QByteArray markerKey() const { return m_prefix + "marker"; }

    static QByteArray keyPrefix(const QByteArray &queue) { return "bull:" + queue + ':'; }
    // CLIENT SETNAME of a connection that works the queue, by which BullMQ lists workers (§17). An empty worker: without a name.
    static QByteArray clientName(const QByteArray &queue, const QByteArray &worker);

    static constexpr qint64 lockMs = 3000; // design §6; renewed every 750 ms

private:
    Result<TakenJobs> readTaken(const RedisReply &reply) const;
    RedisConnection &m_connection;
    RetryPolicy m_policy;
    QByteArray m_prefix;
    QByteArray m_opts;
};

} // namespace oo
