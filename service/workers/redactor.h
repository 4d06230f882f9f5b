#pragma once
// Carries out requests to forget somebody: remembers whom, waits for older writers, erases, and records that it did.

#include "service/store/redactions.h"
#include "service/workers/order_worker.h"
#include "service/workers/outage_log.h"

namespace oo {

class Redactor
{
public:
    explicit Redactor(const WorkerContext &context);

    void run(const WakeSignal &stop); // what is under way then is left, and begun anew by whoever finds it

private:
    // The next request, if there is one and no other process is at it. True: one was carried out.
    Result<bool> workOnce(const WakeSignal &stop);
    Status carryOut(const OpenRedaction &open, const WakeSignal &stop);
    Status remember(const OpenRedaction &open, const RedactionRequest &request, const QList<Subject> &subjects, const WakeSignal &stop);
    Status waitForOlder(const WakeSignal &stop);
    Result<ErasedCounts> eraseAll(const OpenRedaction &open, const RedactionRequest &request, const WakeSignal &stop);
    Result<ErasedCounts> eraseOrders(const OpenRedaction &open, const RedactionRequest &request, const QList<QByteArray> &orders, const WakeSignal &stop);

    PgConnection m_postgres;
    Redactions m_redactions;
    OutageLog m_outage{"PostgreSQL"};
};

} // namespace oo
