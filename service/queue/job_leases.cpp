#include "service/queue/job_leases.h"

#include <QLoggingCategory>

namespace oo {

namespace {
Q_LOGGING_CATEGORY(logLeases, "orders.queue.leases")

using namespace std::chrono_literals;
constexpr auto kRenewEvery = 750ms;
constexpr auto kStuckAfter = 10s;
} // namespace

void JobLeases::hold(QueueName queue, const QByteArray &token, const std::vector<TakenJob> &jobs)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &job : jobs)
        m_tokens.insert({static_cast<int>(queue), job.id}, token);
    m_progress.insert(token, Clock::now());
}

void JobLeases::drop(QueueName queue, const QByteArray &token, const std::vector<JobEnd> &ends)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &end : ends) {
        const std::pair key{static_cast<int>(queue), end.id};
        if (m_tokens.value(key) == token)
            m_tokens.remove(key);
    }
    m_progress.insert(token, Clock::now());
}

void JobLeases::reportProgress(const QByteArray &token)
{
    const std::lock_guard lock(m_mutex);
    m_progress.insert(token, Clock::now());
}

QList<std::pair<QByteArray, QByteArray>> JobLeases::heldOf(QueueName queue)
{
    QList<std::pair<QByteArray, QByteArray>> held;
    const auto stuckBefore = Clock::now() - kStuckAfter;
    for (auto it = m_tokens.cbegin(); it != m_tokens.cend(); ++it) {
        if (it.key().first == static_cast<int>(queue) && m_progress.value(it.value()) > stuckBefore)
            held.append({it.key().second, it.value()});
    }
    return held;
}

void JobLeases::renewUntilStopped(const RedisSettings &settings)
{
    RedisConnection connection(settings);
    std::unique_lock lock(m_mutex);
    while (!m_stopping.wait_for(lock, kRenewEvery, [this] { return m_stopped; })) {
        for (const auto &row : EnumTable<QueueName>::rows) {
            const auto held = heldOf(row.value);
            if (held.isEmpty())
                continue;
            lock.unlock();
            const auto lost = JobQueue(connection, bytesOf(row.value), {}).extendLocks(held);
            lock.lock();
            if (lost)
                reportLost(row.value, *lost);
        }
    }
}

// A lock is gone for a moment before its worker hears that its job is finished: only one that is still held a round later was lost.
void JobLeases::reportLost(QueueName queue, const QList<QByteArray> &missing)
{
    QSet<std::pair<int, QByteArray>> now;
    QList<QByteArray> lost;
    for (const auto &id : missing) {
        const std::pair key{static_cast<int>(queue), id};
        if (m_missing.contains(key) && m_tokens.remove(key))
            lost.append(id);
        else
            now.insert(key);
    }
    erase_if(m_missing, [&](const auto &key) { return key.first == static_cast<int>(queue); });
    m_missing.unite(now);
    if (!lost.isEmpty())
        qCInfo(logLeases) << "locks lost in" << bytesOf(queue) << lost;
}

void JobLeases::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    m_stopping.notify_all();
}

} // namespace oo
