#pragma once
// A job's record in Redis as the admin API tells it.

#include "service/queue/job_records.h"
#include "shared/api/queue_messages.h"

namespace oo {

// Other programs write into jobs what they like: without `reveal` their texts are masked, and of the data only ids are shown.
JobSummary jobMessage(const JobRecord &record, const std::optional<JobState> &state, bool reveal);

} // namespace oo
