#pragma once
// A job's options as BullMQ stores them (bullmq-wire-format.md §3.1).

#include "service/domain/retry_time.h"

#include <QByteArray>

#include <optional>

namespace oo {

// How long a finished job is kept (§13). All empty: for ever.
struct Retention
{
    std::optional<qint64> count;      // the newest so many of the queue's finished jobs; 0: none
    std::optional<qint64> ageSeconds;
};

// Later adds under the same id are dropped while its key lives (§15).
struct Deduplication
{
    QByteArray id;
    qint64 ttlMs = 0;     // 0: until the job ends
    bool extend = false;  // a dropped add starts the time anew
    bool replace = false; // a delayed owner makes way
};

struct JobOptions
{
    int attempts = 0; // in all; 0 is 1
    std::optional<RetryPolicy> backoff; // type, delay and jitter of it
    qint64 delayMs = 0;
    int priority = 0; // 1 (first) to 2097151; 0: before all of them
    bool lifo = false;
    std::optional<qint64> timestampMs; // creation time; empty: now
    std::optional<Retention> removeOnComplete, removeOnFail;
    std::optional<int> keepLogs, stackTraceLimit;
    std::optional<Deduplication> deduplication;

    static constexpr int maxPriority = 2097151; // of both majors (§4)
};

// `jobId`: a custom id, which BullMQ keeps among the options; empty: none.
QByteArray writeJobOptions(const JobOptions &options, const QByteArray &jobId = {});

// Attempts and back-off that the options name; what they name in a way that is not known here is `otherwise`'s,
// and so is all of an unreadable text; without `attempts` there is one, as for BullMQ.
RetryPolicy retryPolicyOf(const QByteArray &optionsJson, const RetryPolicy &otherwise);

// §3.2: what BullMQ refuses as a custom id, and what would collide with a queue's own keys. Empty: usable (an automatic id).
bool isUsableJobId(const QByteArray &id);

} // namespace oo
