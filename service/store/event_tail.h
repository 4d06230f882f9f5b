#pragma once
// New events in an order that no later commit can get in front of (design §3 "Never read by id > last").

#include "service/store/pg_connection.h"

#include <limits>

namespace oo {

// Opaque to clients: (transaction id, event id).
struct TailPosition
{
    QByteArray transaction; // xid8
    qint64 event = 0;

    QByteArray text() const { return transaction + '.' + QByteArray::number(event); }
    static std::optional<TailPosition> fromText(const QByteArray &text);
};

class EventTail
{
public:
    explicit EventTail(PgConnection &connection) : m_connection(connection) {}

    Result<TailPosition> now();
    // Rows with the columns of an event's summary and its transaction_id, at most `limit`, in their final order.
    Result<PgRows> after(const TailPosition &position, int limit);

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
