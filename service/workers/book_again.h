#pragma once
// Books an order again that the courier refused, with its present address (design §4): the next generation of its booking.

#include "service/domain/counters.h"
#include "service/workers/order_folding.h"

namespace oo {

struct BookedAgain
{
    EventId event; // the new booking
    qint64 generation = 0;
    WriteResult stored; // to be enqueued
};

class BookAgain
{
public:
    BookAgain(PgConnection &connection, EffectPolicy policy, Counters &counters);

    // One transaction under the order's lock: stores the new booking, settles the refused one and releases its park in the name of
    // `by`, writes the order as its events say. NotFound: no such order. Conflict: it may not be booked again, the message says why.
    Result<BookedAgain> book(const OrderId &order, const QByteArray &by, const QByteArray &why);

private:
    Result<QList<EventId>> refusedBookings(const QList<StoredEvent> &events, qint64 generation);
    Result<StoredEffect> store(const NewEvent &booking, const QList<EventId> &refused, const QByteArray &by, const QByteArray &why);

    PgConnection &m_connection;
    EffectPolicy m_policy;
    OrderFolding m_folding;
    Counters &m_counters;
};

} // namespace oo
