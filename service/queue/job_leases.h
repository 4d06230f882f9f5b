#pragma once
// The locks that this process holds, and the thread that renews them (design §6).

#include "service/queue/job_queue.h"

#include <QHash>
#include <QSet>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace oo {

// Jobs of one worker, from take to finish. Thread-safe: workers add and drop, the lease thread reads.
class JobLeases
{
public:
    void hold(QueueName queue, const QByteArray &token, const std::vector<TakenJob> &jobs);
    void drop(QueueName queue, const QByteArray &token, const std::vector<JobEnd> &ends);
    // A worker that reports nothing for ten seconds is taken for stuck: its locks are left to run out.
    void reportProgress(const QByteArray &token);

    // Renews until stop(); runs in the lease thread, on a Redis connection of its own.
    void renewUntilStopped(const RedisSettings &settings);
    void stop();

private:
    using Clock = std::chrono::steady_clock;
    QList<std::pair<QByteArray, QByteArray>> heldOf(QueueName queue);
    void reportLost(QueueName queue, const QList<QByteArray> &missing);

    std::mutex m_mutex; // guards everything below
    std::condition_variable m_stopping;
    bool m_stopped = false;
    QHash<std::pair<int, QByteArray>, QByteArray> m_tokens; // (queue, job id) → token
    QSet<std::pair<int, QByteArray>> m_missing;             // whose lock the last renewal did not find
    QHash<QByteArray, Clock::time_point> m_progress;        // token → last report
};

} // namespace oo
