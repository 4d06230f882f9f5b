#pragma once
// All failed jobs of a queue that match: counted first, then changed as the set that was counted.

#include "service/admin/query_parameters.h"
#include "service/queue/job_records.h"

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
    bool cut = false; // there are more failed jobs than were looked at
};
Result<FailedJobs> findFailed(JobRecords &records, const FailedMatch &match);

// {"count", "until", "cut"}, for `match` of a change.
ApiResult<QByteArray> previewFailed(JobRecords &records, QueryParameters &query);
// The ids that a change names: `ids`, or `match` with `until` and `count` as the preview gave them. 409 if they are not as many now.
ApiResult<QList<QByteArray>> jobsOf(JobRecords &records, const QJsonObject &body);

// 1 to 1000 texts.
ApiResult<QList<QByteArray>> textsOf(const QJsonObject &body, const char *name);

} // namespace oo
