#pragma once
// A batch of jobs of the two order queues, from taken to ended; knows PostgreSQL, not Redis.

#include "service/domain/counters.h"
#include "service/queue/job_queue.h"
#include "service/workers/order_folding.h"

namespace oo {

struct BatchResult
{
    std::vector<JobEnd> ends;          // one for every job
    WriteResult stored;                // what needs jobs of its own now
    bool postgresLost = false;
};

class OrderBatch
{
public:
    OrderBatch(PgConnection &connection, const EffectPolicy &policy, Counters &counters);

    BatchResult process(const std::vector<TakenJob> &jobs);

private:
    struct Item
    {
        TakenJob job;
        EventId event;
        ResolvedEvent resolved;
    };
    using Items = std::vector<Item>;

    Items readJobs(const std::vector<TakenJob> &jobs);
    Items resolve(Items items);
    bool sortOut(Item &item, Items &recorded); // true: it goes on to the fold
    bool matchCourierEvent(Item &item);
    void fold(Items items, LockMode mode, bool again = false);
    void foldHalves(Items items, LockMode mode);
    void takeResult(const Items &items, const std::vector<OrderRow> &locked, LockMode mode, FoldedBatch &&folded);
    void end(const TakenJob &job, JobEnd::Action action, const QByteArray &text = {}, qint64 delayMs = 0);
    void park(const Item &item, ParkReason reason, const QByteArray &why);
    void giveBack(const Items &items, const Error &error);

    PgConnection &m_connection;
    OrderFolding m_folding;
    Counters &m_counters;
    BatchResult m_result;
};

} // namespace oo
