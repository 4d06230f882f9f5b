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

    void run(const WakeSignal &stop);
    // The next request, if there is one and no other process is at it. True: one was carried out.
    Result<bool> workOnce();

private:
    Status carryOut(const OpenRedaction &open);
    Result<ErasedCounts> eraseOrders(const OpenRedaction &open, const RedactionRequest &request);
    Result<ErasedCounts> eraseEvents(const RedactionRequest &request);

    PgConnection m_postgres;
    Redactions m_redactions;
    QByteArray m_key;
    OutageLog m_outage{"PostgreSQL"};
};

} // namespace oo
