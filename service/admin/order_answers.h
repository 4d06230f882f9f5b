#pragma once
// Orders for the admin API: search, one with its history, and those that are stuck.

#include "service/admin/query_parameters.h"
#include "service/store/pg_connection.h"
#include "shared/api/order_messages.h"

namespace oo {

// After how long an order counts as stuck (design: issue "admin API"), each for its kind.
struct StuckAfter
{
    int unbookedSeconds = 120;
    int callOpenSeconds = 300;
    int placeholderSeconds = 900;
};

class OrderAnswers
{
public:
    OrderAnswers(PgConnection &postgres, const StuckAfter &stuckAfter, bool bookTestOrders)
        : m_postgres(postgres), m_stuckAfter(stuckAfter), m_bookTestOrders(bookTestOrders)
    {
    }

    ApiResult<QByteArray> list(QueryParameters &query, const AdminIdentity &caller);
    ApiResult<QByteArray> one(const QByteArray &id, bool reveal);
    ApiResult<QByteArray> stuck();

private:
    Result<QHash<QByteArray, QList<OrderId>>> stuckByKind();

    PgConnection &m_postgres;
    StuckAfter m_stuckAfter;
    bool m_bookTestOrders;
};

// In their latest versions, the newest order first; personal data as it is.
Result<std::vector<OrderSummary>> orderSummaries(PgConnection &postgres, const QList<OrderId> &ids);
void mask(OrderSummary &order);

} // namespace oo
