#pragma once
// Replay runs and rebuild for the admin API.

#include "service/admin/query_parameters.h"
#include "service/domain/retry_time.h"
#include "service/queue/redis_connection.h"
#include "service/store/pg_connection.h"

#include <QJsonObject>

namespace oo {

class ReplayAnswers
{
public:
    ReplayAnswers(PgConnection &postgres, RedisConnection &redis, const RetryPolicy &retries)
        : m_postgres(postgres), m_redis(redis), m_retries(retries)
    {
    }

    ApiResult<QByteArray> preview(QueryParameters &query);
    ApiResult<QByteArray> list(QueryParameters &query);
    ApiResult<QByteArray> one(const QByteArray &run);
    ApiResult<QByteArray> results(const QByteArray &run, QueryParameters &query);
    ApiResult<QByteArray> rebuildCheck(QueryParameters &query);

    ApiResult<QByteArray> start(const QJsonObject &body, const QByteArray &by);
    ApiResult<QByteArray> cancel(const QByteArray &run);
    ApiResult<QByteArray> rebuildApply(const QByteArray &order);

private:
    PgConnection &m_postgres;
    RedisConnection &m_redis;
    RetryPolicy m_retries;
};

} // namespace oo
