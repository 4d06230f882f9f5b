#pragma once
// Folds stored orders again and tells what differs (law 3 by hand).

#include "service/domain/order_differences.h"
#include "service/workers/order_folding.h"

namespace oo {

struct OrderDifference
{
    QByteArray refId;
    OrderId id;
    QList<FieldDifference> fields;
};

class Rebuild
{
public:
    explicit Rebuild(PgConnection &connection);

    struct Chunk
    {
        std::vector<OrderDifference> different;
        int checked = 0;
        std::optional<OrderId> last; // to go on after; nullopt: there are no more
    };
    Result<Chunk> checkAfter(const OrderId &after);

    // One order, under its lock, so that nothing else changes it meanwhile. `apply` writes the difference on the workers' own
    // path; effects are never decided. nullopt: it is as its events say.
    Result<std::optional<OrderDifference>> recheck(const OrderId &order, bool apply);

private:
    PgConnection &m_connection;
    OrderFolding m_folding;
};

} // namespace oo
