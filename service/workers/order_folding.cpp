#include "service/workers/order_folding.h"

#include "service/faults/fault_points.h"

namespace oo {

namespace {

bool hasNewTracking(const OrderState &before, const OrderState &after)
{
    return after.courier && after.trackingNumber
           && (after.courier != before.courier || after.trackingNumber != before.trackingNumber);
}

} // namespace

OrderFolding::OrderFolding(PgConnection &connection, EffectPolicy policy) : m_store(connection), m_policy(std::move(policy)) {}

Result<FoldedBatch> OrderFolding::foldLocked(std::vector<OrderRow> locked, Deciding deciding, std::vector<PgCommand> extra)
{
    auto events = m_store.loadEvents(locked, locked.size() > 1 ? batchLimits : LoadLimits{});
    if (!events)
        return failure(events);

    FoldedBatch batch;
    OrderWrites writes;
    for (auto &row : locked) {
        const auto own = events->byOrder.value(row.id);
        auto folded = fold(own);
        if (deciding == Deciding::WithEffects) {
            // A booking that is decided now is part of the state that is written now.
            const auto effects = decideEffects(row.id, row.refId, folded, m_policy);
            if (!effects.isEmpty()) {
                writes.effects += effects;
                auto withEffects = own;
                for (const auto &effect : effects)
                    withEffects.append(asStored(effect));
                auto settled = std::move(folded.settled);
                folded = fold(withEffects);
                folded.settled = std::move(settled);
            }
            for (const auto &outcome : std::as_const(folded.settled))
                writes.settled.push_back({outcome.id, row.id, outcome.outcome, outcome.detail});
            batch.settled.insert(row.id, folded.settled);
        }
        if (folded.order != row.state) {
            if (hasNewTracking(row.state, folded.order))
                writes.newTracking.push_back({row.id, row.refId, row.source, folded.order, row.version, row.createdAt, row.updatedAt});
            row.state = std::move(folded.order);
            writes.changed.push_back(row);
        }
    }
    passFaultPoint(FaultPoint::AfterFold);
    auto written = m_store.writeAndCommit(writes, std::move(extra));
    if (!written)
        return failure(written);
    passFaultPoint(FaultPoint::AfterWorkCommit);
    batch.orders = std::move(locked);
    batch.loaded = std::move(*events);
    batch.written = std::move(*written);
    return batch;
}

} // namespace oo
