#pragma once
// Events for the admin API: lists by filters, and one whole.

#include "service/admin/query_parameters.h"
#include "service/queue/redis_connection.h"
#include "shared/api/event_messages.h"
#include "service/store/pg_connection.h"
#include "shared/model/ids.h"

namespace oo {

class EventAnswers
{
public:
    EventAnswers(PgConnection &postgres, RedisConnection &redis) : m_postgres(postgres), m_redis(redis) {}

    ApiResult<QByteArray> list(QueryParameters &query, const AdminIdentity &caller);
    // `reveal`: with payload, headers and raw bytes as they came; the caller has recorded it.
    ApiResult<QByteArray> one(EventId event, bool reveal);
    ApiResult<QByteArray> unmatched(QueryParameters &query);

private:
    Result<std::pair<qint64, qint64>> idsBetween(std::optional<Instant> since, std::optional<Instant> until);
    Result<qint64> firstIdSince(Instant time, qint64 first, qint64 last);
    Result<std::optional<JobSummary>> jobOf(const PgRows &event, bool reveal);

    PgConnection &m_postgres;
    RedisConnection &m_redis;
};

// Ids of a path or position: a positive 64-bit integer, else 400.
ApiResult<EventId> eventIdOf(const QByteArray &text);

} // namespace oo
