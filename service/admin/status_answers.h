#pragma once
// How the service is: counters, the balance of law 5, and both for Prometheus.

#include "service/admin/api_call.h"
#include "service/domain/counters.h"
#include "service/domain/process_facts.h"
#include "service/queue/redis_connection.h"
#include "service/store/pg_connection.h"

namespace oo {

class StatusAnswers
{
public:
    StatusAnswers(PgConnection &postgres, RedisConnection &redis, const ProcessFacts &facts, const Counters &counters)
        : m_postgres(postgres), m_redis(redis), m_facts(facts), m_counters(counters)
    {
    }

    ApiResult<QByteArray> status(const AdminIdentity &caller);
    ApiResult<QByteArray> instances();
    ApiResult<QByteArray> balance();
    QByteArray metrics(); // Prometheus' text; what cannot be asked is left out, and `up` of it is 0

private:
    PgConnection &m_postgres;
    RedisConnection &m_redis;
    const ProcessFacts &m_facts;
    const Counters &m_counters;
};

} // namespace oo
