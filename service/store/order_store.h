#pragma once
// Orders and their events in PostgreSQL: the statements of a work transaction, in the design's fixed order of locking.

#include "service/domain/fold.h"
#include "service/store/tombstone_key.h"

#include <QHash>
#include <QSet>

#include <limits>
#include <vector>

namespace oo {

struct ResolvedEvent
{
    EventId id;
    QByteArray source;
    QByteArray type;
    std::optional<QByteArray> refId;
    std::optional<OrderId> orderId;
    bool settled = false;
    bool parked = false;
    qint64 ageUs = 0; // since it was received, by the database's clock
    std::vector<OrderId> candidates; // orders that hold a courier event's tracking number
};

struct OrderRow
{
    OrderId id;
    QByteArray refId;
    QByteArray source;
    OrderState state;
    qint64 version = 0;
    Instant createdAt;
    Instant updatedAt;
};

// Which orders to take: by their id at Shopify (a missing row is made) and by ours; or those of effect events, alone.
struct OrderKeys
{
    QList<QByteArray> refIds;
    QList<OrderId> ids;
    QList<std::pair<EventId, OrderId>> courierEvents; // to bind to their order under its lock
    QList<EventId> effects = {};
};

struct LockedOrders
{
    std::vector<OrderRow> orders;
    std::vector<PgRows> answers; // of the commands that followed
};

struct Settlement
{
    EventId id;
    std::optional<OrderId> orderId;
    Outcome outcome = Outcome::Applied;
    QByteArray detail;
};

struct OrderWrites
{
    std::vector<OrderRow> changed;
    std::vector<Settlement> settled;
    QList<NewEvent> effects;
    std::vector<OrderRow> newTracking; // orders whose (courier, tracking number) is new
};

struct StoredEffect
{
    EventId id;
    QByteArray type;
};

struct WriteResult
{
    QList<StoredEffect> effects;  // those that were not stored before and need delivery
    QList<EventId> courierEvents; // that waited for a tracking number which is known now
};

struct LoadedEvents
{
    QHash<OrderId, QList<StoredEvent>> byOrder;
    QSet<EventId> readable;   // all of them
    QSet<EventId> unreadable; // their payload is no object: they take no part in the fold
};

struct LoadLimits
{
    int events = std::numeric_limits<int>::max() - 1;
    qint64 payloadBytes = std::numeric_limits<qint64>::max();
};

enum class LockMode { Wait, SkipLocked };

class OrderStore
{
public:
    explicit OrderStore(PgConnection &connection) : m_connection(connection) {}

    Result<std::vector<ResolvedEvent>> resolve(const QList<EventId> &ids);

    // Opens a transaction (the caller holds a Transaction) and takes the row locks, sorted. LockTimeout after one second.
    Result<std::vector<OrderRow>> beginAndLock(const OrderKeys &keys, LockMode mode);
    // The same, and `then` in the same round trip, each a statement of its own that sees what the locks waited for.
    Result<LockedOrders> beginLockAnd(const OrderKeys &keys, LockMode mode, std::vector<PgCommand> then);

    // The folding events of these orders. More than the limits allow: error Conflict, for the caller to take fewer orders.
    Result<LoadedEvents> loadEvents(const std::vector<OrderRow> &orders, const LoadLimits &limits = {});

    // Writes everything and commits, in one round trip. `extra` goes before the commit.
    Result<WriteResult> writeAndCommit(const OrderWrites &writes, std::vector<PgCommand> extra = {});

    Status record(const QList<EventId> &ids); // outcome `recorded`, on its own

    // A chunk of all orders in the order of ids, after `after`.
    Result<std::vector<OrderRow>> page(const OrderId &after, int limit);

private:
    PgConnection &m_connection;
    TombstoneKey m_tombstoneKey;
};

// The command that stores effect events; its answer has id, type, effect_key.
PgCommand insertEffects(const QList<NewEvent> &effects);
PgCommand settleEvents(const std::vector<Settlement> &settled);

} // namespace oo
