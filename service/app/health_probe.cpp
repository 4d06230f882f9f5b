#include "service/app/health_probe.h"

namespace oo {

namespace {

constexpr qint64 kEveryMs = 500;
constexpr int kPatienceMs = 1000; // a server that hangs is as good as gone

PgSettings impatient(PgSettings settings)
{
    settings.statementTimeoutMs = kPatienceMs;
    return settings;
}

RedisSettings impatient(RedisSettings settings)
{
    settings.replyTimeoutMs = kPatienceMs;
    return settings;
}

} // namespace

void HealthProbe::run(const PgSettings &postgresSettings, const RedisSettings &redisSettings, const WakeSignal &stop)
{
    PgConnection postgres(impatient(postgresSettings));
    RedisConnection redis(impatient(redisSettings));
    do {
        m_postgres = postgres.run(sql::ping).has_value();
        m_redis = redis.run(RedisCommand{"PING"}).has_value();
    } while (!stop.waitFor(kEveryMs));
}

} // namespace oo
