#pragma once
// A whole queue in BullMQ's layout: its settings, and what is done with all its jobs. Uses a connection that its thread owns.
// Obliterating a queue, creating flows and running job schedulers are not offered (docs/bullmq-compatibility.md).

#include "service/queue/job_queue.h"
#include "shared/model/job_states.h"
#include "service/queue/scripts.h"

namespace oo {

struct QueueCounts
{
    qint64 waiting = 0, active = 0, delayed = 0, failed = 0, prioritized = 0, paused = 0, completed = 0, waitingChildren = 0;
    qint64 pending() const { return waiting + active + delayed + prioritized + paused; }
    qint64 of(JobState state) const;
};

class QueueControl
{
public:
    QueueControl(RedisConnection &connection, const QByteArray &queue);

    // Safe with both majors of BullMQ: no list is renamed onto another (§9). Jobs that run end as ever.
    Status pause();
    Status resume();
    Result<bool> isPaused();

    Status setGlobalConcurrency(std::optional<int> jobs); // of all workers together (§8); nullopt: none
    Status setGlobalRateLimit(std::optional<RateLimit> limit); // §7
    Status limitFor(qint64 ms); // no job is taken for so long, by workers that have a limit (§7)
    Status endLimit();
    Result<qint64> limitedForMs(); // 0: not limited

    Result<QueueCounts> counts();
    Result<int> drain(bool delayedToo);
    // Jobs of `state` that are older than `graceMs`, the oldest first; answers their ids.
    Result<QList<QByteArray>> clean(JobState state, qint64 graceMs, int limit);
    Result<int> retryAll(JobState from); // Completed or Failed, all that finished until now
    Result<int> promoteAll();

    struct Metrics
    {
        qint64 count = 0;
        QList<qint64> perMinute; // newest first
    };
    Result<Metrics> metrics(JobState state); // Completed or Failed (§16)

    // Names of the clients that work this queue (§17 "Visibility").
    Result<QList<QByteArray>> workerNames();

private:
    Result<int> repeat(Script script, const QList<QByteArray> &arguments);
    RedisConnection &m_connection;
    QByteArray m_queue;
    QByteArray m_prefix;
};

} // namespace oo
