#pragma once
// What the threads of the admin API know of the service.

#include "service/admin/order_answers.h"
#include "service/domain/counters.h"
#include "service/domain/effects.h"
#include "service/domain/process_facts.h"
#include "service/domain/refusal_ring.h"
#include "service/domain/retry_time.h"
#include "service/queue/redis_connection.h"
#include "service/workers/re_send.h"

namespace oo {

struct AdminContext
{
    PgSettings postgres;
    RedisSettings redis;
    RetryPolicy retries;
    Downstreams downstreams;
    StuckAfter stuckAfter;
    EffectPolicy effects;
    ProcessFacts facts;
    QByteArray chaosRefusal; // why no chaos run may be begun; empty: it may
    Counters &counters;
    const RefusalRing &refusals;
};

// For a connection that answers: statements whose filters may be null are planned for each question, and one that takes long is
// to be narrowed.
inline PgSettings searching(PgSettings settings)
{
    settings.statementTimeoutMs = 5000;
    settings.planByValues = true;
    return settings;
}

} // namespace oo
