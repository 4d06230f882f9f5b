#include "service/workers/janitor.h"

#include "service/queue/queue_control.h"

#include <QElapsedTimer>
#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logJanitor, "orders.janitor")

constexpr qint64 kTickMs = 500;        // between two looks at `active`: a lock must be missing in both
constexpr qint64 kSweepEveryMs = 5000;
constexpr double kYoungSeconds = 10;   // an event's own job is expected to come within this
constexpr qint64 kFirstDueMs = 10000;
constexpr qint64 kLongestDueMs = 300000;
constexpr int kPage = 1000;
constexpr qint64 kStalledCheckMs = 5000; // BullMQ's shared check, for the jobs of other programs' workers
constexpr int kStallsOfOneJob = 1000;    // stalls do not fail innocent jobs
constexpr int kStallsOfOneEvent = 20;    // as often may other programs' checks fail its job
// Outside every queue's keys; only its absence means something: Redis was emptied.
constexpr char kSentinelKey[] = "orders-orchestrator:sentinel";

} // namespace

Janitor::Janitor(const WorkerContext &context)
    : m_context(context), m_postgres(context.postgres), m_redis(context.redis), m_jobs(m_redis, context.retries)
{
}

void Janitor::run(const WakeSignal &stop)
{
    QElapsedTimer sinceSweep, sinceCheck;
    sinceSweep.start();
    while (!stop.waitFor(kTickMs)) {
        if (const auto opened = m_redis.open(); !opened) {
            m_redisOutage.failed(logJanitor(), opened.error().message);
            continue;
        }
        m_redisOutage.worked(logJanitor());
        recoverJobs();
        if (!sinceCheck.isValid() || sinceCheck.hasExpired(kStalledCheckMs)) {
            checkStalled();
            lookForForeignWorkers();
            sinceCheck.start();
        }
        const bool emptied = redisWasEmptied();
        if (emptied || sinceSweep.hasExpired(kSweepEveryMs)) {
            sweep(emptied);
            sinceSweep.restart();
        }
    }
}

void Janitor::recoverJobs()
{
    for (const auto &row : EnumTable<QueueName>::rows) {
        auto &queue = m_jobs.queue(row.value);
        auto &lockless = m_lockless[static_cast<size_t>(row.value)];
        const auto found = queue.recover(kWorkerPrefix, lockless);
        lockless.clear();
        if (!found || !queue.promote()) {
            m_redisOutage.failed(logJanitor(), found ? QStringLiteral("promoting failed") : found.error().message);
            return;
        }
        if (!found->recovered.isEmpty())
            qCInfo(logJanitor) << "recovered" << found->recovered.size() << "jobs of lost workers in" << bytesOf(row.value);
        lockless = found->lockless;
    }
}

void Janitor::checkStalled()
{
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto stalled = m_jobs.queue(row.value).checkStalled(kStalledCheckMs, kStallsOfOneJob);
        if (stalled && *stalled && !(*stalled)->isEmpty())
            qCInfo(logJanitor) << "recovered" << (*stalled)->size() << "stalled jobs in" << bytesOf(row.value);
    }
}

// They would write orders by other rules (design §6 "Supported peers").
void Janitor::lookForForeignWorkers()
{
    QList<QByteArray> foreign;
    for (const auto queue : {QueueName::ShopifyEvents, QueueName::CourierEvents}) {
        const auto workers = QueueControl(m_redis, bytesOf(queue)).workerNames();
        for (const auto &worker : workers.value_or(QList<QByteArray>())) {
            if (!worker.startsWith(kWorkerPrefix))
                foreign.append(bytesOf(queue) + ": " + (worker.isEmpty() ? QByteArray("without a name") : worker));
        }
    }
    m_context.counters.foreignOrderWorkers = static_cast<quint64>(foreign.size());
    if (foreign != m_foreignWorkers && !foreign.isEmpty())
        qCWarning(logJanitor) << "other programs' workers take jobs of the order queues and write orders by other rules: stop them." << foreign;
    m_foreignWorkers = foreign;
}

void Janitor::parkEndlessStalls(const QList<EventId> &stalled)
{
    if (stalled.isEmpty())
        return;
    const auto counts = ParkedEvents(m_postgres).countStalls(stalled);
    std::vector<Park> parks;
    for (const auto &[event, count] : counts.value_or(QList<std::pair<EventId, int>>())) {
        if (count >= kStallsOfOneEvent)
            parks.push_back({event, ParkReason::Stalled, "its job was failed for stalling " + QByteArray::number(count) + " times"});
    }
    if (parks.empty())
        return;
    if (const auto parked = ParkedEvents(m_postgres).park(parks); !parked)
        return m_postgresOutage.failed(logJanitor(), parked.error().message);
    m_context.counters.eventsParked += parks.size();
    qCWarning(logJanitor) << "parked" << parks.size() << "events whose jobs kept stalling";
}

bool Janitor::redisWasEmptied()
{
    // Set first, then swept: a second emptying during the pass is seen by the next look.
    const auto reply = m_redis.run(RedisCommand{"SET", kSentinelKey, m_context.instance, "NX"});
    const bool emptied = reply && reply->kind == RedisReply::Kind::Text;
    if (emptied)
        qCInfo(logJanitor) << "Redis holds no sentinel: it is new or was emptied; adding the jobs of all unprocessed events";
    return emptied;
}

bool Janitor::isDue(EventId event, qint64 nowMs, bool everything)
{
    auto &due = m_due[event.value()];
    due.seenInPass = m_pass;
    if (everything) {
        due.intervalMs = 0;
    } else if (nowMs < due.atMs) {
        return false;
    }
    due.intervalMs = due.intervalMs == 0 ? kFirstDueMs : std::min(due.intervalMs * 2, kLongestDueMs);
    due.atMs = nowMs + due.intervalMs;
    return true;
}

void Janitor::sweep(bool everything)
{
    ++m_pass;
    const qint64 now = Instant::now().milliseconds();
    EventId last(0);
    int added = 0;
    for (;;) {
        const auto page = ParkedEvents(m_postgres).outboxPage(last, everything ? 0 : kYoungSeconds, kPage);
        if (!page) {
            m_postgresOutage.failed(logJanitor(), page.error().message);
            return;
        }
        m_postgresOutage.worked(logJanitor());
        std::vector<OutboxEntry> due;
        for (const auto &entry : *page) {
            if (isDue(entry.event, now, everything))
                due.push_back(entry);
        }
        const auto jobs = m_jobs.addMissing(due);
        if (!jobs) {
            m_redisOutage.failed(logJanitor(), jobs.error().message);
            if (everything)
                (void)m_redis.run(RedisCommand{"DEL", kSentinelKey}); // the pass was cut short: start it again
            return;
        }
        added += jobs->added;
        parkEndlessStalls(jobs->stalled);
        if (page->size() < kPage)
            break;
        last = page->back().event;
    }
    std::erase_if(m_due, [this](const auto &entry) { return entry.second.seenInPass != m_pass; });
    if (added > 0)
        qCInfo(logJanitor) << "added" << added << "jobs that were missing";
}

} // namespace oo
