#pragma once
// Lock, load, fold, write: the one way in which an order row changes (design §3 "Batch work").

#include "service/domain/effects.h"
#include "service/store/order_store.h"

namespace oo {

enum class Deciding { WithEffects, Never }; // rebuild never decides effects

struct FoldedBatch
{
    std::vector<OrderRow> orders; // as they are now
    QHash<OrderId, QList<EventOutcome>> settled;
    LoadedEvents loaded;
    WriteResult written;
};

class OrderFolding
{
public:
    OrderFolding(PgConnection &connection, EffectPolicy policy);

    // Orders locked by OrderStore::beginAndLock, in the transaction that it opened. Loads, folds, writes, commits.
    // `extra` commands go into the same transaction, before the commit.
    Result<FoldedBatch> foldLocked(std::vector<OrderRow> locked, Deciding deciding, std::vector<PgCommand> extra = {});

    // What an order's row should be, by its events.
    static OrderState stateOf(const QList<StoredEvent> &events) { return fold(events).order; }

    OrderStore &store() { return m_store; }

    // Of a batch (design §3); a single order may have more.
    static constexpr LoadLimits batchLimits{5000, 8ll * 1024 * 1024};

private:
    OrderStore m_store;
    EffectPolicy m_policy;
};

} // namespace oo
