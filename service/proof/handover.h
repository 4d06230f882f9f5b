#pragma once
// Measures how long the jobs of a killed process wait until another process takes them, by Redis alone.

#include "service/queue/redis_connection.h"
#include "shared/core/instant.h"

#include <optional>
#include <vector>

namespace oo::proof {

class Handover
{
public:
    // Past whatever is between the services and Redis.
    explicit Handover(const RedisSettings &redis) : m_redis(redis) {}

    // That process has just been killed. False: it held no job, and there is nothing to wait for.
    bool begin(qint64 processId, Instant killedAt);
    bool isWaiting() const { return !m_held.empty(); }
    // Every few milliseconds. Once all jobs were taken, or kGivenUpMs have passed: how long that took.
    struct Waited
    {
        qint64 ms = 0;           // from the kill
        qint64 stoodStillMs = 0; // of it: the machine did not let even this process run
    };
    std::optional<Waited> step(Instant now);

    static constexpr qint64 kGivenUpMs = 15000;

private:
    struct Held
    {
        QByteArray key;      // of the job
        qint64 attempts = 0; // that were started, the killed one's the last
    };

    RedisConnection m_redis;
    std::vector<Held> m_held;
    Instant m_killedAt, m_steppedAt, m_askedAt;
    qint64 m_stoodStillUs = 0;
};

} // namespace oo::proof
