#pragma once
// Decides, under the orders' locks, what becomes of a batch of effect jobs, and claims the calls (design §4, §5).

#include "service/store/call_ledger.h"
#include "service/store/order_store.h"
#include "service/workers/downstream.h"

#include <QDeadlineTimer>
#include <QSet>

namespace oo {

struct PreparedCall
{
    TakenJob job;
    EventType type = EventType::BookingCreateRequest;
    OrderRow order;     // as it was when the call was claimed
    qint64 generation = 1;
    ClaimedCall call;
    bool lookUpFirst = false;
    QDeadlineTimer sendBefore; // later, its time limit would end after its lease
};

struct Preparation
{
    std::vector<PreparedCall> calls;
    std::vector<JobEnd> ends; // jobs that need no call, or not yet
    QList<std::pair<EventId, qint64>> released; // parked bookings that a cancellation needs resolved; with their run
};

class DeliveryPreparation
{
public:
    DeliveryPreparation(PgConnection &connection, const QByteArray &owner, const Downstream &downstream);

    // Unavailable: none of the jobs was touched.
    Result<Preparation> prepare(const std::vector<TakenJob> &jobs);

private:
    struct Decisions;
    Result<Preparation> decide(const std::vector<std::pair<TakenJob, EventId>> &jobs, const LockedOrders &locked, LockMode mode,
                               Preparation preparation);
    void decideOne(const TakenJob &job, const EffectSituation &effect, const OrderRow &order, Decisions &decisions) const;
    void noEffect(const TakenJob &job, EventId event, const EffectSituation *existing, Decisions &decisions) const;
    Result<Preparation> write(Decisions decisions);

    PgConnection &m_connection;
    OrderStore m_orders;
    CallLedger m_ledger;
    const Downstream &m_downstream;
};

} // namespace oo
