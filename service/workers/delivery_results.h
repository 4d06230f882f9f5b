#pragma once
// Writes what came of calls: ledger, history and the order's row in one transaction (design §4, §5).

#include "service/clients/call_verdict.h"
#include "service/domain/counters.h"
#include "service/workers/delivery_preparation.h"
#include "service/workers/order_folding.h"

namespace oo {

struct CallResult
{
    PreparedCall call;
    CallVerdict verdict;
    int httpStatus = 0;
    std::optional<int> tookMs = {}; // nothing: it was not sent
};

struct ResultsWritten
{
    std::vector<JobEnd> ends;
    WriteResult stored; // what became known with it
    std::vector<CallResult> unwritten; // their order's row is busy: to be written with the next ones
};

class DeliveryResults
{
public:
    DeliveryResults(PgConnection &connection, const QByteArray &owner, const EffectPolicy &policy,
                    Counters &counters);

    // Unavailable: nothing more was written; the claims run out and the calls are made again under their keys.
    Result<ResultsWritten> write(const std::vector<CallResult> &results);

private:
    enum class Folding { Yes, No };
    struct Plan;
    Result<ResultsWritten> writeTogether(const std::vector<CallResult> &results, Folding folding);
    void count(const Plan &plan); // once it is committed
    void planFinal(const CallResult &result, Plan &plan);
    void planTrouble(const CallResult &result, Plan &plan);
    Result<WriteResult> commit(Plan &plan, std::vector<OrderRow> locked);

    PgConnection &m_connection;
    OrderFolding m_folding;
    CallLedger m_ledger;
    Counters &m_counters;
};

} // namespace oo
