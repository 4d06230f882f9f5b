#include "service/app/health_probe.h"

namespace oo {

void HealthProbe::run(const PgSettings &postgresSettings, const RedisSettings &redisSettings, const WakeSignal &stop)
{
    constexpr qint64 kEveryMs = 500;
    PgConnection postgres(postgresSettings);
    RedisConnection redis(redisSettings);
    do {
        m_postgres = postgres.run(sql::ping).has_value();
        m_redis = redis.run(RedisCommand{"PING"}).has_value();
    } while (!stop.waitFor(kEveryMs));
}

} // namespace oo
