#pragma once
// What is new, in an order that no later commit can get in front of (design §3 "Never read by id > last").

#include "service/store/pg_connection.h"

#include <QList>

#include <limits>

namespace oo {

// Opaque to clients: all events up to (transaction id, event id) are known, and all order changes of earlier transactions.
struct TailPosition
{
    quint64 transaction = 0; // xid8
    qint64 event = 0;

    static constexpr qint64 wholeTransaction = std::numeric_limits<qint64>::max();

    QByteArray text() const { return QByteArray::number(transaction) + '.' + QByteArray::number(event); }
    static std::optional<TailPosition> fromText(const QByteArray &text);
    auto operator<=>(const TailPosition &) const = default;
};

struct TailPage
{
    PgRows events;            // an event's summary, transaction_id, and the chaos run it is of (or null), in their final order
    QList<OrderId> orders;    // that changed, but for those of chaos runs; their latest version is for the caller to read
    TailPosition next;
    bool more = false;        // to be read at once
};

struct TailEdge
{
    quint64 edge = 0;  // below it all transactions have ended
    quint64 ahead = 0; // from it on none has begun
};

class EventTail
{
public:
    explicit EventTail(PgConnection &connection) : m_connection(connection) {}

    // Where to begin: there, or behind everything that a tail would give now. Invalid: the position lies ahead of this database.
    Result<TailPosition> start(const std::optional<TailPosition> &position);
    Result<TailEdge> edge();
    // At most `limit` (from 1 on) events, and hardly more orders. Whoever has read all up to one edge has the same position. Invalid as above.
    Result<TailPage> after(const TailPosition &position, int limit, const TailEdge &now);

    struct Holder
    {
        qint64 pid = 0, ageMs = 0;
        QByteArray application;
    };
    // Whose open transaction holds the tail back for over two seconds.
    Result<std::optional<Holder>> heldBackBy();

private:
    PgConnection &m_connection;
};

} // namespace oo
