#pragma once
// Says once a second that this process lives, and samples the queues if no other process does (design §5).

#include "service/domain/counters.h"
#include "service/domain/process_facts.h"
#include "service/domain/refusal_ring.h"
#include "service/queue/marker_wait.h"
#include "service/store/pg_connection.h"
#include "service/workers/outage_log.h"

namespace oo {

class Heartbeat
{
public:
    Heartbeat(const PgSettings &postgres, const RedisSettings &redis, ProcessFacts facts, const Counters &counters, const RefusalRing &refusals);

    void run(const WakeSignal &stop); // until it is raised; then it says goodbye

    // One beat; Unavailable while PostgreSQL is not there.
    Status beat();

private:
    Status sample();
    Result<QHash<QByteArray, qint64>> finishedSinceLast(); // by queue
    Status sumUp();

    PgConnection m_postgres;
    RedisConnection m_redis;
    ProcessFacts m_facts;
    const Counters &m_counters;
    const RefusalRing &m_refusals;
    quint64 m_refusalsTold = 0;
    QHash<QByteArray, QHash<QByteArray, qint64>> m_finished; // by process and queue, as of the last sample
    bool m_samples = false; // this process holds the lock
    int m_beats = 0;
    OutageLog m_outage{"PostgreSQL"};
};

} // namespace oo
