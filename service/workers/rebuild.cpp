#include "service/workers/rebuild.h"

#include "service/store/transaction.h"

namespace oo {

namespace {
constexpr int kChunk = 500;
} // namespace

Rebuild::Rebuild(PgConnection &connection) : m_connection(connection), m_folding(connection, {}) {}

Result<Rebuild::Chunk> Rebuild::checkAfter(const OrderId &after)
{
    const auto orders = m_folding.store().page(after, kChunk);
    if (!orders)
        return failure(orders);
    Chunk chunk;
    chunk.checked = static_cast<int>(orders->size());
    if (orders->empty())
        return chunk;
    const auto events = m_folding.store().loadEvents(*orders);
    if (!events)
        return failure(events);
    for (const auto &order : *orders) {
        if (OrderFolding::stateOf(events->byOrder.value(order.id)) == order.state)
            continue;
        // Read at two moments: only under its lock is a difference one.
        const auto difference = recheck(order.id, false);
        if (!difference)
            return failure(difference);
        if (*difference)
            chunk.different.push_back(**difference);
    }
    chunk.last = orders->back().id;
    return chunk;
}

Result<std::optional<OrderDifference>> Rebuild::recheck(const OrderId &order, bool apply)
{
    auto locked = m_folding.store().beginAndLock({{}, {order}, {}}, LockMode::Wait);
    Transaction transaction(m_connection); // rolls back unless something is written
    if (!locked)
        return failure(locked);
    if (locked->empty())
        return fail(ErrorCode::NotFound, QStringLiteral("there is no such order"));
    const auto events = m_folding.store().loadEvents(*locked);
    if (!events)
        return failure(events);
    const auto &row = locked->front();
    const auto fields = differences(row.state, OrderFolding::stateOf(events->byOrder.value(row.id)));
    if (fields.isEmpty())
        return std::optional<OrderDifference>();
    OrderDifference difference{row.refId, row.id, fields};
    if (apply) {
        const auto written = m_folding.foldLocked(std::move(*locked), Deciding::Never);
        if (!written)
            return failure(written);
        transaction.committed();
    }
    return std::optional(std::move(difference));
}

} // namespace oo
