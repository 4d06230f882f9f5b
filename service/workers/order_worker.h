#pragma once
// Works the two order queues in batches (design §3 "Batch work"). Runs in a thread of its own; owns its connections.

#include "service/queue/job_leases.h"
#include "service/queue/marker_wait.h"
#include "service/workers/job_dispatch.h"
#include "service/workers/order_batch.h"
#include "service/workers/outage_log.h"

#include <QElapsedTimer>

#include <functional>

namespace oo {

struct WorkerContext
{
    PgSettings postgres;
    RedisSettings redis;
    RetryPolicy retries;
    EffectPolicy effects;
    QByteArray instance; // names this process: `<host>-<pid>-<start>`
    std::function<qint64()> ingestPauseMs; // IngestLine::workersPauseMs of this process; thread-safe
    JobLeases &leases;
    Counters &counters;

    // Settings of a connection by which BullMQ lists this process among the workers of `queue`.
    RedisSettings redisOf(QueueName queue) const;

    static constexpr qint64 pauseStepMs = 20; // whoever gives way asks again this often
};

class OrderWorker
{
public:
    OrderWorker(const WorkerContext &context, int number);

    void run(const WakeSignal &stop); // until it is raised; jobs that were taken are finished first

private:
    void giveWay(const WakeSignal &stop);
    bool workOnce();
    void lookAgainAt(std::optional<qint64> ms);
    void finish(QueueName name, const BatchResult &result);

    const WorkerContext &m_context;
    QByteArray m_token;
    PgConnection m_postgres;
    RedisConnection m_redis;
    JobDispatch m_jobs;
    MarkerWait m_markers;
    OrderBatch m_batch;
    std::optional<qint64> m_nextDueMs;
    bool m_usable = true; // both servers answered
    bool m_full = false;  // the last look took as much as it could
    QElapsedTimer m_sinceTake;
    OutageLog m_postgresOutage{"PostgreSQL"};
    OutageLog m_redisOutage{"Redis"};
    std::array<OutageLog, 2> m_refusals; // by queue, in the order of kQueues
};

// Name that our workers write into the jobs they take; its prefix tells our jobs from other programs'.
QByteArray workerName(const QByteArray &instance);
inline constexpr char kWorkerPrefix[] = "oo:";

} // namespace oo
