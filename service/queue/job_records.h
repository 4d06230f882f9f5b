#pragma once
// Single jobs of a queue in BullMQ's layout: reading and changing them. Uses a connection that its thread owns.

#include "service/queue/job_queue.h"
#include "shared/model/job_states.h"
#include "service/queue/scripts.h"

namespace oo {

struct JobRecord
{
    QByteArray id, name;
    QByteArray data, opts;               // JSON, as stored
    qint64 timestampMs = 0, delayMs = 0;
    int priority = 0, attemptsMade = 0, attemptsStarted = 0, stalls = 0;
    std::optional<qint64> processedOnMs, finishedOnMs;
    QByteArray worker;                   // who took it last
    QByteArray progress, returnValue;    // JSON; empty: none
    QByteArray failedReason, stackTrace; // text; JSON array
};

class JobRecords
{
public:
    JobRecords(RedisConnection &connection, const QByteArray &queue);

    Result<std::optional<JobRecord>> get(const QByteArray &id);
    Result<std::optional<JobState>> stateOf(const QByteArray &id);
    // A page of a state, in the order in which they run or ran (the newest first if descending). Ids without a job are left out.
    Result<std::vector<JobRecord>> list(JobState state, qint64 from, qint64 count, bool ascending);
    Result<QList<QByteArray>> logs(const QByteArray &id, qint64 from, qint64 to);

    // One code an id, 1 for done; the others are named at the scripts (and bullmq-wire-format.md §11).
    Result<std::vector<int>> remove(const QList<QByteArray> &ids);
    Result<std::vector<int>> retry(JobState from, const QList<QByteArray> &ids, bool resetAttemptsMade = false, bool resetAttemptsStarted = false);
    Result<std::vector<int>> promote(const QList<QByteArray> &ids);
    Result<int> changeDelay(const QByteArray &id, qint64 delayMs);
    Result<int> changePriority(const QByteArray &id, int priority, bool lifo = false);
    Result<int> setProgress(const QByteArray &id, const QByteArray &json);
    Result<int> setData(const QByteArray &id, const QByteArray &json);
    Result<int> log(const QByteArray &id, const QByteArray &row, int keep = 0); // 0: as the job wished; answers the number of rows

private:
    Result<std::vector<int>> codes(Script script, const QList<QByteArray> &arguments);
    Result<int> code(Script script, const QList<QByteArray> &arguments);
    RedisConnection &m_connection;
    QByteArray m_prefix;
};

} // namespace oo
