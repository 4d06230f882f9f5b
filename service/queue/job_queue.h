#pragma once
// One queue in BullMQ's layout (bullmq-wire-format.md), many jobs a call. Uses a connection that its thread owns.

#include "service/domain/retry_time.h"
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
};

// The job of an event: id `ev-<event>`, data {"eventStoreId": n}. `suffix` tells the runs of one event apart.
NewJob eventJob(EventId event, const QByteArray &name, const QByteArray &suffix = {});

struct TakenJob
{
    QByteArray id;
    QByteArray name;
    QByteArray data;
    int attemptsMade = 0;
    QByteArray opts;              // JSON, as its producer wrote it
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

struct RateLimit
{
    int max = 0; // 0: none
    qint64 durationMs = 0;
};

struct QueueCounts
{
    qint64 waiting = 0, active = 0, delayed = 0, failed = 0, prioritized = 0, paused = 0;
    qint64 pending() const { return waiting + active + delayed + prioritized + paused; }
};

class JobQueue
{
public:
    JobQueue(RedisConnection &connection, QueueName name, const RetryPolicy &policy);

    QueueName name() const { return m_name; }

    // A present id adds nothing. `quiet` leaves no trace of that (the sweep); else the event `duplicated` tells of it.
    Result<int> add(const QList<NewJob> &jobs, bool quiet = false);
    Result<TakenJobs> take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit = {});
    // One code a job: 1, or why it was refused (bullmq-wire-format.md §11).
    Result<std::vector<int>> finish(const QByteArray &token, const std::vector<JobEnd> &ends);
    Result<QList<QByteArray>> extendLocks(const QList<std::pair<QByteArray, QByteArray>> &idsAndTokens);

    struct Recovery
    {
        QList<QByteArray> recovered, lockless;
    };
    Result<Recovery> recover(const QByteArray &workerPrefix, const QList<QByteArray> &locklessBefore);
    Status promote();
    Result<QueueCounts> counts();

    QByteArray markerKey() const { return m_prefix + "marker"; }

    static constexpr qint64 lockMs = 3000; // design §6; renewed every 750 ms

private:
    RedisConnection &m_connection;
    QueueName m_name;
    QByteArray m_prefix;
    QByteArray m_opts;
};

} // namespace oo
