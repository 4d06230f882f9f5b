#include "service/workers/janitor.h"

#include "service/faults/fault_points.h"
#include "service/queue/job_records.h"
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
constexpr qint64 kStalledGuardMs = 500;  // short: other programs' workers check by intervals of their own
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
            promoteDue();
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
        if (!found)
            return m_redisOutage.failed(logJanitor(), found.error().message);
        if (!found->recovered.isEmpty())
            qCInfo(logJanitor) << "recovered" << found->recovered.size() << "jobs of lost workers in" << bytesOf(row.value);
        lockless = found->lockless;
    }
}

void Janitor::checkStalled()
{
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto stalled = m_jobs.queue(row.value).checkStalled(kStalledGuardMs);
        if (stalled && *stalled && !(*stalled)->isEmpty())
            qCInfo(logJanitor) << "recovered" << (*stalled)->size() << "stalled jobs in" << bytesOf(row.value);
    }
}

// Workers do it whenever they take; this is for queues that nobody works.
void Janitor::promoteDue()
{
    for (const auto &row : EnumTable<QueueName>::rows) {
        if (const auto promoted = m_jobs.queue(row.value).promote(); !promoted)
            return m_redisOutage.failed(logJanitor(), promoted.error().message);
    }
}

// They would write orders by other rules (design §6 "Supported peers").
void Janitor::lookForForeignWorkers()
{
    QList<QByteArray> foreign;
    for (const auto queue : {QueueName::ShopifyEvents, QueueName::CourierEvents}) {
        const auto workers = QueueControl(m_redis, bytesOf(queue)).workerNames();
        if (!workers)
            return m_redisOutage.failed(logJanitor(), workers.error().message); // what was known still holds
        for (const auto &worker : *workers) {
            if (!worker.startsWith(kWorkerPrefix))
                foreign.append(bytesOf(queue) + ": " + (worker.isEmpty() ? QByteArray("without a name") : worker));
        }
    }
    m_context.counters.foreignOrderWorkers = static_cast<quint64>(foreign.size());
    if (foreign != m_foreignWorkers && !foreign.isEmpty())
        qCWarning(logJanitor) << "other programs' workers take jobs of the order queues and write orders by other rules: stop them." << foreign;
    m_foreignWorkers = foreign;
}

// A failed record shields its event from being added again. Stalls say nothing about the event, and our own workers park what is
// final before they fail its job; what another program's worker gave up on waits for a person.
Status Janitor::reviveFailed(const std::vector<AddedMissing::Failed> &failed)
{
    QList<EventId> stalled;
    for (const auto &each : failed) {
        if (each.job.forStalling)
            stalled.append(each.event);
    }
    ParkedEvents store(m_postgres);
    QHash<EventId, int> stalls;
    if (!stalled.isEmpty()) {
        const auto counted = store.countStalls(stalled);
        if (!counted)
            return failure(counted);
        for (const auto &[event, count] : *counted)
            stalls.insert(event, count);
    }
    std::vector<Park> parks;
    std::array<QList<NewJob>, EnumTable<QueueName>::rows.size()> again;
    for (const auto &each : failed) {
        const auto count = stalls.value(each.event);
        if (count >= kStallsOfOneEvent)
            parks.push_back({each.event, ParkReason::Stalled, "its job was failed for stalling " + QByteArray::number(count) + " times"});
        else if (count > 0 || each.job.worker.startsWith(kWorkerPrefix))
            again[static_cast<size_t>(each.queue)].append(each.again);
        else
            parks.push_back({each.event, ParkReason::AttemptsExhausted, "another program's worker gave up: " + each.job.reason});
    }
    if (!parks.empty()) {
        if (auto parked = store.park(parks); !parked)
            return parked;
        m_context.counters.eventsParked += parks.size();
        qCWarning(logJanitor) << "parked" << parks.size() << "events whose jobs other programs' workers had failed";
    }
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto &jobs = again[static_cast<size_t>(row.value)];
        if (jobs.isEmpty())
            continue;
        QList<QByteArray> ids;
        for (const auto &job : jobs)
            ids.append(job.id);
        // Made anew, not retried: what failed may have been put there by somebody, with other data. Lost in between, the sweep adds it.
        if (const auto removed = JobRecords(m_redis, bytesOf(row.value)).remove(ids); !removed)
            return failure(removed);
        if (const auto added = m_jobs.queue(row.value).add(jobs, true); !added)
            return failure(added);
        qCInfo(logJanitor) << "failed jobs of events that are still open are made anew in" << bytesOf(row.value) << ids;
    }
    return {};
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
    if (isOff(Guard::Sweep))
        return;
    ++m_pass;
    const auto added = sweepPages(everything);
    if (!added) {
        if (everything)
            (void)m_redis.run(RedisCommand{"DEL", kSentinelKey}); // the pass was cut short: start it again
        return;
    }
    std::erase_if(m_due, [this](const auto &entry) { return entry.second.seenInPass != m_pass; });
    if (*added > 0)
        qCInfo(logJanitor) << "added" << *added << "jobs that were missing";
}

Result<int> Janitor::sweepPages(bool everything)
{
    const qint64 now = Instant::now().milliseconds();
    EventId last(0);
    int added = 0;
    for (;;) {
        const auto page = ParkedEvents(m_postgres).outboxPage(last, everything ? 0 : kYoungSeconds, kPage);
        if (!page) {
            m_postgresOutage.failed(logJanitor(), page.error().message);
            return failure(page);
        }
        m_postgresOutage.worked(logJanitor());
        std::vector<OutboxEntry> due;
        for (const auto &entry : *page) {
            if (isDue(entry.event, now, everything))
                due.push_back(entry);
        }
        const auto jobs = m_jobs.addMissing(due);
        const auto revived = jobs ? reviveFailed(jobs->failed) : failure(jobs);
        if (!revived) {
            m_redisOutage.failed(logJanitor(), revived.error().message);
            return failure(revived);
        }
        added += jobs->added;
        if (page->size() < kPage)
            return added;
        last = page->back().event;
    }
}

} // namespace oo
