#pragma once
// Works off replay runs at their rate, one page after the other; a killed process's run is taken over where it ended.

#include "service/queue/marker_wait.h"
#include "service/store/replay_runs.h"
#include "service/workers/outage_log.h"
#include "service/workers/re_send.h"

namespace oo {

class ReplayRunner
{
public:
    ReplayRunner(const PgSettings &postgres, const RedisSettings &redis, const RetryPolicy &retries, Downstreams downstreams, const QByteArray &owner);

    void run(const WakeSignal &stop); // any run that comes

    // The next page of a claimed run, at most `most` events; moves its cursor. An empty page: it is at its end.
    Result<std::vector<ReplayResult>> step(ReplayRun &run, int most);
    ReplayRuns &runs() { return m_runs; }

private:
    void work(ReplayRun run, const WakeSignal &stop);
    Result<QByteArray> replay(const ReplayItem &item, const ReplayRun &run, bool begunBefore);

    PgConnection m_postgres;
    RedisConnection m_redis;
    Replay m_replay;
    ReplayRuns m_runs;
    ReSend m_reSend;
    OutageLog m_postgresOutage{"PostgreSQL"};
};

} // namespace oo
