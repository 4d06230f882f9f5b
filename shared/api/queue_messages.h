#pragma once
// Queues, their jobs and samples. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/fields.h"

namespace oo {

struct QueueSummary
{
    ApiText queue;
    qint64 waiting = 0, active = 0, delayed = 0, prioritized = 0, paused = 0, failed = 0, completed = 0;
    bool isPaused = false;
    std::optional<qint64> oldestMs; // age of the oldest job that waits
    qint64 limitedForMs = 0;
    RawJson workers; // their names
    std::optional<qint64> addedPerMinute, finishedPerMinute; // of the last minute; null without PostgreSQL
};
template <>
struct ApiMessage<QueueSummary>
{
    using S = QueueSummary;
    static constexpr std::tuple fields{
        ApiField{"queue", &S::queue}, ApiField{"waiting", &S::waiting}, ApiField{"active", &S::active}, ApiField{"delayed", &S::delayed},
        ApiField{"prioritized", &S::prioritized}, ApiField{"paused", &S::paused}, ApiField{"failed", &S::failed},
        ApiField{"completed", &S::completed}, ApiField{"isPaused", &S::isPaused}, ApiField{"oldestMs", &S::oldestMs},
        ApiField{"limitedForMs", &S::limitedForMs}, ApiField{"workers", &S::workers},
        ApiField{"addedPerMinute", &S::addedPerMinute}, ApiField{"finishedPerMinute", &S::finishedPerMinute}};
};

struct QueueSample
{
    Instant at;
    qint64 waiting = 0, active = 0, delayed = 0, failed = 0, oldestMs = 0;
    qint64 finished = 0; // jobs that ended in this share of time
};
template <>
struct ApiMessage<QueueSample>
{
    using S = QueueSample;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"waiting", &S::waiting}, ApiField{"active", &S::active},
                                       ApiField{"delayed", &S::delayed}, ApiField{"failed", &S::failed}, ApiField{"oldestMs", &S::oldestMs},
                                       ApiField{"finished", &S::finished}};
};

struct QueueSeries
{
    qint64 secondsPerPoint = 0;
    std::vector<QueueSample> items; // at most 300
};
template <>
struct ApiMessage<QueueSeries>
{
    using S = QueueSeries;
    static constexpr std::tuple fields{ApiField{"secondsPerPoint", &S::secondsPerPoint}, ApiField{"items", &S::items}};
};

// Failed jobs that match: sent back with a change, the same ones are changed, or none.
struct JobsMatched
{
    qint64 count = 0;
    Instant until;
    bool cut = false; // there are more failed jobs than were looked at
};
template <>
struct ApiMessage<JobsMatched>
{
    using S = JobsMatched;
    static constexpr std::tuple fields{ApiField{"count", &S::count}, ApiField{"until", &S::until}, ApiField{"cut", &S::cut}};
};

struct JobSummary
{
    ApiText id, name, state;
    RawJson data, options;
    qint64 attemptsMade = 0, attemptsStarted = 0, stalls = 0, priority = 0, delayMs = 0;
    Instant createdAt;
    std::optional<Instant> processedAt, finishedAt;
    ApiText worker, failedReason;
    RawJson stackTrace, progress, returnValue;
    RawJson logs; // of a single job; else null
};
template <>
struct ApiMessage<JobSummary>
{
    using S = JobSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"name", &S::name}, ApiField{"state", &S::state}, ApiField{"data", &S::data},
        ApiField{"options", &S::options}, ApiField{"attemptsMade", &S::attemptsMade}, ApiField{"attemptsStarted", &S::attemptsStarted},
        ApiField{"stalls", &S::stalls}, ApiField{"priority", &S::priority}, ApiField{"delayMs", &S::delayMs}, ApiField{"createdAt", &S::createdAt},
        ApiField{"processedAt", &S::processedAt}, ApiField{"finishedAt", &S::finishedAt}, ApiField{"worker", &S::worker},
        ApiField{"failedReason", &S::failedReason}, ApiField{"stackTrace", &S::stackTrace}, ApiField{"progress", &S::progress},
        ApiField{"returnValue", &S::returnValue}, ApiField{"logs", &S::logs}};
};

} // namespace oo
