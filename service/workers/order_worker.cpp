#include "service/workers/order_worker.h"

#include "service/faults/fault_points.h"

#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logWorker, "orders.worker")

constexpr std::array kQueues{QueueName::ShopifyEvents, QueueName::CourierEvents};
constexpr int kBatchJobs = 200;
constexpr qint64 kPauseMs = 500; // while a server is not reachable
constexpr qint64 kGatherMs = 10;

} // namespace

QByteArray workerName(const QByteArray &instance)
{
    return kWorkerPrefix + instance;
}

RedisSettings WorkerContext::redisOf(QueueName queue) const
{
    auto named = redis;
    named.clientName = JobQueue::clientName(bytesOf(queue), workerName(instance));
    return named;
}

OrderWorker::OrderWorker(const WorkerContext &context, int number)
    : m_context(context), m_token(context.instance + ":orders:" + QByteArray::number(number)), m_postgres(context.postgres),
      m_redis(context.redisOf(QueueName::CourierEvents)), m_jobs(m_redis, context.retries),
      m_markers(context.redisOf(QueueName::ShopifyEvents), {m_jobs.queue(QueueName::ShopifyEvents).markerKey(), m_jobs.queue(QueueName::CourierEvents).markerKey()}),
      m_batch(m_postgres, context.effects, context.counters),
      m_refusals{OutageLog(bytesOf(kQueues[0])), OutageLog(bytesOf(kQueues[1]))}
{
}

void OrderWorker::run(const WakeSignal &stop)
{
    while (!stop.raised()) {
        giveWay(stop);
        if (workOnce())
            continue;
        if (!m_usable) {
            stop.waitFor(kPauseMs);
            continue;
        }
        const qint64 untilDue =
            m_nextDueMs ? *m_nextDueMs - m_redis.nowMs() : MarkerWait::longestWaitMs;
        if (untilDue > 0)
            m_markers.wait(untilDue, stop);
    }
}

// What trickles in is gathered, as a batch costs almost the same for one order as for many; the first job after a pause is
// taken at once.
void OrderWorker::giveWay(const WakeSignal &stop)
{
    if (!m_sinceTake.isValid())
        return;
    for (;;) {
        const qint64 pause = std::max(m_context.ingestPauseMs(), m_full ? 0 : kGatherMs);
        const qint64 left = pause - m_sinceTake.elapsed();
        if (left <= 0 || stop.waitFor(std::min(left, WorkerContext::pauseStepMs)))
            return;
    }
}

bool OrderWorker::workOnce()
{
    m_usable = false;
    m_full = false;
    m_sinceTake.start();
    if (const auto opened = m_postgres.open(); !opened) { // without it there is nothing to take a job for
        m_postgresOutage.failed(logWorker(), opened.error().message);
        return false;
    }
    m_postgresOutage.worked(logWorker());
    bool worked = false;
    m_nextDueMs.reset();
    for (size_t i = 0; i < kQueues.size(); ++i) {
        const auto name = kQueues[i];
        auto &queue = m_jobs.queue(name);
        const auto taken = queue.take(kBatchJobs, m_token, workerName(m_context.instance));
        auto &refusal = m_refusals[i];
        if (!taken && taken.error().code != ErrorCode::Unavailable) { // this queue alone: the other goes on
            refusal.failed(logWorker(), taken.error().message);
            continue;
        }
        if (!taken) {
            m_redisOutage.failed(logWorker(), taken.error().message);
            return false;
        }
        m_redisOutage.worked(logWorker());
        refusal.worked(logWorker());
        lookAgainAt(taken->nextDueMs);
        if (taken->limitedForMs)
            lookAgainAt(m_redis.nowMs() + *taken->limitedForMs);
        if (taken->jobs.empty())
            continue;
        worked = true;
        passFaultPoint(FaultPoint::AfterTake);
        m_full = m_full || taken->jobs.size() == kBatchJobs;
        m_context.leases.hold(name, m_token, taken->jobs);
        QElapsedTimer clock;
        clock.start();
        const auto result = m_batch.process(taken->jobs);
        m_context.counters.orderBatchTime.add(clock.nsecsElapsed() / 1000);
        finish(name, result);
        m_context.leases.drop(name, m_token, result.ends);
    }
    m_usable = true;
    return worked;
}

void OrderWorker::lookAgainAt(std::optional<qint64> ms)
{
    if (ms)
        m_nextDueMs = m_nextDueMs ? std::min(*m_nextDueMs, *ms) : *ms;
}

void OrderWorker::finish(QueueName name, const BatchResult &result)
{
    if (countFinal(result.ends) > 0) // not of jobs that are given back
        passFaultPoint(FaultPoint::BeforeFinish);
    if (const auto added = m_jobs.addFor(result.stored); !added)
        m_redisOutage.failed(logWorker(), added.error().message + QStringLiteral("; the janitor will add the jobs"));
    if (const auto settled = m_jobs.queue(name).settle(m_token, result.ends); !settled)
        m_redisOutage.failed(logWorker(), settled.error().message + QStringLiteral("; the jobs will be found done when they run again"));
    else
        m_context.counters.finishedOf(name) += countFinal(result.ends);
}

} // namespace oo
