#pragma once
// Keeps Redis in step with PostgreSQL (design §3, §6): adds missing jobs, heals an emptied Redis, recovers the jobs of killed
// workers, promotes delayed ones. Runs in a thread of its own; owns its connections.

#include "service/workers/job_dispatch.h"
#include "service/workers/order_worker.h"

#include <unordered_map>

namespace oo {

class Janitor
{
public:
    explicit Janitor(const WorkerContext &context);

    void run(const WakeSignal &stop);

private:
    void recoverJobs();
    void checkStalled();
    void lookForForeignWorkers();
    void promoteDue();
    Status reviveFailed(const std::vector<AddedMissing::Failed> &failed);
    bool redisWasEmptied();
    void sweep(bool everything);
    Result<int> sweepPages(bool everything);

    struct Due
    {
        qint64 atMs = 0;
        qint64 intervalMs = 0;
        quint64 seenInPass = 0;
    };
    bool isDue(EventId event, qint64 nowMs, bool everything);

    const WorkerContext &m_context;
    PgConnection m_postgres;
    RedisConnection m_redis;
    JobDispatch m_jobs;
    std::array<QList<QByteArray>, EnumTable<QueueName>::rows.size()> m_lockless;
    QList<QByteArray> m_foreignWorkers; // of the last look
    std::unordered_map<qint64, Due> m_due; // unprocessed events that a pass has seen
    quint64 m_pass = 0;
    OutageLog m_postgresOutage{"PostgreSQL"};
    OutageLog m_redisOutage{"Redis"};
};

} // namespace oo
