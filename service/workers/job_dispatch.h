#pragma once
// Adds the jobs of stored events to the queues that they belong to.

#include "service/queue/job_queue.h"
#include "service/queue/routing.h"
#include "service/store/order_store.h"
#include "service/store/parked_events.h"

#include <vector>

namespace oo {

struct AddedMissing
{
    int added = 0;
    // Records of earlier failures that stand where jobs should be, though their events are neither processed nor parked.
    struct Failed
    {
        QueueName queue;
        EventId event;
        FailedJob job;
        NewJob again; // as it should be
    };
    std::vector<Failed> failed;
};

class JobDispatch
{
public:
    JobDispatch(RedisConnection &connection, const RetryPolicy &retries);

    JobQueue &queue(QueueName name) { return m_queues[static_cast<size_t>(name)]; }

    // For what a transaction stored: effects to carry out, courier events that found their order.
    Status addFor(const WriteResult &stored);
    // For the outbox: a job that is still there is left alone without a trace.
    Result<AddedMissing> addMissing(const std::vector<OutboxEntry> &entries);

private:
    std::vector<JobQueue> m_queues; // by QueueName
};

} // namespace oo
