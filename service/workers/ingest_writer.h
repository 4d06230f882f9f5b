#pragma once
// Stores webhooks in groups and adds their jobs (design §3). Runs in the ingest thread; owns its connections.

#include "service/domain/counters.h"
#include "service/queue/job_queue.h"
#include "service/store/event_store.h"
#include "service/workers/ingest_line.h"
#include "service/workers/outage_log.h"

namespace oo {

class IngestWriter
{
public:
    using AnswerSink = std::function<void(std::vector<IngestAnswer> &&)>; // called in the ingest thread

    IngestWriter(const PgSettings &postgres, const RedisSettings &redis, const RetryPolicy &retries, IngestLine &line,
                 AnswerSink answers, Counters &counters);

    void run(); // until the line is closed and empty

private:
    std::vector<IngestAnswer> storeBatch(const std::vector<IngestRequest> &requests, std::vector<IngestOutcome> &outcomes);
    Result<std::vector<IngestOutcome>> storeOnce(const std::vector<IngestRequest> &requests);
    Result<std::vector<IngestOutcome>> storeTwice(const std::vector<IngestRequest> &requests);
    IngestOutcome storeAlone(const IngestRequest &request, QByteArray &message);
    void answer(const std::vector<IngestRequest> &requests, std::vector<IngestAnswer> &&answers);
    void waitForPostgres();
    void addJobs(const std::vector<IngestRequest> &requests, const std::vector<IngestOutcome> &outcomes);

    PgConnection m_postgres;
    EventStore m_store;
    RedisConnection m_redis;
    JobQueue m_shopifyEvents;
    JobQueue m_courierEvents;
    IngestLine &m_line;
    AnswerSink m_answers;
    Counters &m_counters;
    OutageLog m_postgresOutage{"PostgreSQL"};
    OutageLog m_redisOutage{"Redis"};
};

} // namespace oo
