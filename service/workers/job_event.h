#pragma once
// The event that a job names.

#include "service/queue/job_queue.h"
#include "shared/core/result.h"

namespace oo {

// From {"eventStoreId": n}. Error Invalid with what is wrong: jobs come from other programs too.
Result<EventId> eventOfJob(const TakenJob &job);

} // namespace oo
