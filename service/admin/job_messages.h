#pragma once
// A job's record in Redis as the admin API tells it.

#include "service/queue/job_records.h"
#include "shared/api/messages.h"

namespace oo {

inline Instant instantOfMs(qint64 ms)
{
    return {ms * 1000};
}

inline JobSummary jobMessage(const JobRecord &record, const std::optional<JobState> &state)
{
    const auto optionalInstant = [](const std::optional<qint64> &ms) { return ms ? std::optional(instantOfMs(*ms)) : std::nullopt; };
    return {record.id, record.name, state ? bytesOf(*state) : QByteArray("unknown"), {record.data}, {record.opts}, record.attemptsMade,
            record.attemptsStarted, record.stalls, record.priority, record.delayMs, instantOfMs(record.timestampMs),
            optionalInstant(record.processedOnMs), optionalInstant(record.finishedOnMs), record.worker, record.failedReason,
            {record.stackTrace}, {record.progress}, {record.returnValue}, {}};
}

} // namespace oo
