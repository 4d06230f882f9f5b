#include "service/workers/job_dispatch.h"

#include <algorithm>
#include <array>

namespace oo {

namespace {
using JobsByQueue = std::array<QList<NewJob>, EnumTable<QueueName>::rows.size()>;
}

JobDispatch::JobDispatch(RedisConnection &connection, const RetryPolicy &retries)
{
    for (const auto &row : EnumTable<QueueName>::rows)
        m_queues.emplace_back(connection, bytesOf(row.value), retries);
}

Status JobDispatch::addFor(const WriteResult &stored)
{
    JobsByQueue jobs;
    for (const auto &effect : stored.effects) {
        const auto route = routeOf(bytesOf(EventSource::Internal), effect.type, {});
        if (route.queue != QueueName::ShopifyEvents) // answers of calls are history: nothing to carry out
            jobs[static_cast<size_t>(route.queue)].append(eventJob(effect.id, route.jobName));
    }
    for (const auto &event : stored.courierEvents)
        jobs[static_cast<size_t>(QueueName::CourierEvents)].append(
            eventJob(event, bytesOf(QueueName::CourierEvents), "-attached"));
    for (size_t i = 0; i < jobs.size(); ++i) {
        if (jobs[i].isEmpty())
            continue;
        if (const auto added = m_queues[i].add(jobs[i]); !added)
            return failure(added);
    }
    return {};
}

Result<AddedMissing> JobDispatch::addMissing(const std::vector<OutboxEntry> &entries)
{
    JobsByQueue jobs;
    for (const auto &entry : entries) {
        const auto route = routeOf(entry.source, entry.type, entry.topic);
        jobs[static_cast<size_t>(route.queue)].append(
            eventJob(entry.event, route.jobName, runSuffix(entry.releasedPark)));
    }
    AddedMissing all;
    for (size_t i = 0; i < jobs.size(); ++i) {
        if (jobs[i].isEmpty())
            continue;
        const auto added = m_queues[i].add(jobs[i], true);
        if (!added)
            return failure(added);
        all.added += added->added;
        for (const auto &job : added->failed) {
            const auto again = std::find_if(jobs[i].begin(), jobs[i].end(), [&](const NewJob &each) { return each.id == job.id; });
            all.failed.push_back({EnumTable<QueueName>::rows[i].value, eventOfJobId(job.id), job, *again});
        }
    }
    return all;
}

} // namespace oo
