#pragma once
// Queues and their jobs for the admin API.

#include "service/admin/query_parameters.h"
#include "service/queue/redis_connection.h"
#include "service/store/pg_connection.h"
#include "shared/model/queues.h"

namespace oo {

class QueueAnswers
{
public:
    QueueAnswers(PgConnection &postgres, RedisConnection &redis) : m_postgres(postgres), m_redis(redis) {}

    ApiResult<QByteArray> list();
    ApiResult<QByteArray> jobs(QueueName queue, QueryParameters &query, bool reveal);
    ApiResult<QByteArray> series(QueueName queue, QueryParameters &query);
    ApiResult<QByteArray> job(QueueName queue, const QByteArray &id, bool reveal);

private:
    PgConnection &m_postgres;
    RedisConnection &m_redis;
};

ApiResult<QueueName> queueOf(const ApiCall &call); // by the path's `queue`

} // namespace oo
