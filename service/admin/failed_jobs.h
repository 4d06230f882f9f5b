#pragma once
// All failed jobs of a queue that match: counted first, then changed as the set that was counted.

#include "service/admin/query_parameters.h"
#include "service/queue/redis_connection.h"

#include <QJsonObject>

namespace oo {

struct FailedMatch
{
    std::optional<QByteArray> name, reason; // the job's name; what its failure's reason contains
    Instant until;                          // failed not later than then

    static constexpr int mostLookedAt = 10000; // failed jobs of the queue, the oldest first
};

struct FailedJobs
{
    QList<QByteArray> ids;
    Instant until;    // with it, the same are found again
    bool cut = false; // there are more failed jobs than were looked at
};
Result<FailedJobs> findFailed(RedisConnection &redis, const QByteArray &queue, FailedMatch match);

// {"count", "until", "cut"}, for `match` of a change.
ApiResult<QByteArray> previewFailed(RedisConnection &redis, const QByteArray &queue, QueryParameters &query);
// The ids that a change names: `ids`, or `match` with `until` and `count` as the preview gave them. 409 if they are not as many now.
ApiResult<QList<QByteArray>> jobsOf(RedisConnection &redis, const QByteArray &queue, const QJsonObject &body);

inline constexpr int kMostAtOnce = 1000;
// 1 to kMostAtOnce texts.
ApiResult<QList<QByteArray>> textsOf(const QJsonObject &body, const char *name);

} // namespace oo
