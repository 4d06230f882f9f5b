#include "service/workers/order_worker.h"

#include <QLoggingCategory>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logWorker, "orders.worker")

constexpr int kBatchJobs = 64;
constexpr qint64 kPauseMs = 500; // while a server is not reachable

} // namespace

QByteArray workerName(const QByteArray &instance)
{
    return kWorkerPrefix + instance;
}

OrderWorker::OrderWorker(const WorkerContext &context, int number)
    : m_context(context), m_token(context.instance + ":orders:" + QByteArray::number(number)), m_postgres(context.postgres),
      m_redis(context.redis), m_jobs(m_redis, context.retries),
      m_markers(context.redis, {m_jobs.queue(QueueName::ShopifyEvents).markerKey(), m_jobs.queue(QueueName::CourierEvents).markerKey()}),
      m_batch(m_postgres, context.effects, context.retries, context.counters)
{
}

void OrderWorker::run(const WakeSignal &stop)
{
    while (!stop.raised()) {
        if (workOnce())
            continue;
        if (!m_usable) {
            stop.waitFor(kPauseMs);
            continue;
        }
        const qint64 untilDue =
            m_nextDueMs ? *m_nextDueMs - Instant::now().milliseconds() : MarkerWait::longestWaitMs;
        if (untilDue > 0)
            m_markers.wait(untilDue, stop);
    }
}

bool OrderWorker::workOnce()
{
    m_usable = false;
    if (const auto opened = m_postgres.open(); !opened) { // without it there is nothing to take a job for
        m_postgresOutage.failed(logWorker(), opened.error().message);
        return false;
    }
    m_postgresOutage.worked(logWorker());
    bool worked = false;
    m_nextDueMs.reset();
    for (const auto name : {QueueName::ShopifyEvents, QueueName::CourierEvents}) {
        auto &queue = m_jobs.queue(name);
        const auto taken = queue.take(kBatchJobs, m_token, workerName(m_context.instance));
        if (!taken) {
            m_redisOutage.failed(logWorker(), taken.error().message);
            return false;
        }
        m_redisOutage.worked(logWorker());
        if (taken->nextDueMs)
            m_nextDueMs = m_nextDueMs ? std::min(*m_nextDueMs, *taken->nextDueMs) : *taken->nextDueMs;
        if (taken->jobs.empty())
            continue;
        worked = true;
        m_context.leases.hold(name, m_token, taken->jobs);
        const auto result = m_batch.process(taken->jobs);
        finish(queue, result);
        m_context.leases.drop(name, m_token, result.ends);
    }
    m_usable = true;
    return worked;
}

void OrderWorker::finish(JobQueue &queue, const BatchResult &result)
{
    if (const auto added = m_jobs.addFor(result.stored); !added)
        m_redisOutage.failed(logWorker(), added.error().message + QStringLiteral("; the janitor will add the jobs"));
    if (const auto codes = queue.finish(m_token, result.ends); !codes)
        m_redisOutage.failed(logWorker(), codes.error().message + QStringLiteral("; the jobs will be found done when they run again"));
}

} // namespace oo
