#pragma once
// One queue in BullMQ's layout (bullmq-wire-format.md), many jobs a call. Uses a connection that its thread owns.

#include "service/queue/job.h"
#include "service/queue/redis_connection.h"
#include "shared/core/instant.h"
#include "shared/model/queues.h"

#include <optional>

namespace oo {

class JobQueue
{
public:
    JobQueue(RedisConnection &connection, const QByteArray &queue, const RetryPolicy &policy);

    // A present id adds nothing. `quiet` leaves no trace of that (the sweep) and tells of failed ones; else the event `duplicated` tells of it. Nothing is
    // added if one of them is not usable (Invalid): an id that BullMQ refuses, or data that is not JSON. An empty id: the next number.
    Result<AddedJobs> add(const QList<NewJob> &jobs, bool quiet = false);
    // Invalid for a queue with job schedulers.
    Result<TakenJobs> take(int max, const QByteArray &token, const QByteArray &worker, RateLimit limit = {});
    // One code a job: 1, or why it was refused (bullmq-wire-format.md §11). Invalid, and nothing is done, if what a `Done` returns
    // is not JSON.
    Result<std::vector<int>> finish(const QByteArray &token, const std::vector<JobEnd> &ends, const FinishOptions &options = {});
    // The same for a worker that has nothing more to say: a job that may not be done, for its children's sake, fails for that.
    Status settle(const QByteArray &token, const std::vector<JobEnd> &ends);
    // finish() and take() in one round trip, as BullMQ's workers do it; either may fail alone.
    struct EndedAndTaken
    {
        Result<std::vector<int>> codes;
        Result<TakenJobs> taken;
    };
    Result<EndedAndTaken> finishAndTake(const QByteArray &token, const std::vector<JobEnd> &ends, int max, const QByteArray &worker,
                                        RateLimit limit = {}, const FinishOptions &options = {});
    Result<QList<QByteArray>> extendLocks(const QList<std::pair<QByteArray, QByteArray>> &idsAndTokens);

    struct Recovery
    {
        QList<QByteArray> recovered, lockless;
    };
    Result<Recovery> recover(const QByteArray &workerPrefix, const QList<QByteArray> &locklessBefore, int mayStall = stallsAllowed);
    // BullMQ's own check, shared with all workers of the queue: nullopt if one of them did it within `guardMs` (§6).
    Result<std::optional<QList<QByteArray>>> checkStalled(qint64 guardMs, int mayStall = stallsAllowed);
    Status promote();

    QByteArray markerKey() const { return m_prefix + "marker"; }
    // Wakes a worker: for whoever took the marker and can take no job (§18 pitfall 4).
    void passMarkerOn();

    static QByteArray keyPrefix(const QByteArray &queue) { return "bull:" + queue + ':'; }
    // CLIENT SETNAME of a connection that works the queue, by which BullMQ lists workers (§17). An empty worker: without a name.
    static QByteArray clientName(const QByteArray &queue, const QByteArray &worker);

    static constexpr qint64 lockMs = 3000; // design §6; renewed every 750 ms
    static constexpr int stallsAllowed = 1000; // of one job: stalls do not fail innocent jobs (design §6)

private:
    Result<TakenJobs> readTaken(const RedisReply &reply) const;
    RedisConnection &m_connection;
    RetryPolicy m_policy;
    QByteArray m_prefix;
    QByteArray m_opts;
};

} // namespace oo
