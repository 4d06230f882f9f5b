#pragma once
// Asks PostgreSQL and Redis twice a second whether they answer, so that the HTTP thread can say so without waiting.

#include "service/queue/marker_wait.h"
#include "service/store/pg_connection.h"

#include <atomic>

namespace oo {

class HealthProbe
{
public:
    void run(const PgSettings &postgres, const RedisSettings &redis, const WakeSignal &stop); // in its own thread
    bool postgresAnswers() const { return m_postgres; } // any thread
    bool redisAnswers() const { return m_redis; }

private:
    std::atomic<bool> m_postgres{true};
    std::atomic<bool> m_redis{true};
};

} // namespace oo
