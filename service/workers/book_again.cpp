#include "service/workers/book_again.h"

#include "service/store/call_ledger.h"
#include "service/store/parked_events.h"
#include "service/store/transaction.h"

namespace oo {

BookAgain::BookAgain(PgConnection &connection, EffectPolicy policy, Counters &counters)
    : m_connection(connection), m_policy(std::move(policy)), m_folding(connection, m_policy), m_counters(counters)
{
}

Result<BookedAgain> BookAgain::book(const OrderId &order, const QByteArray &by, const QByteArray &why)
{
    auto locked = m_folding.store().beginAndLock({{}, {order}, {}}, LockMode::Wait);
    Transaction transaction(m_connection); // rolls back unless something is written
    if (!locked)
        return failure(locked);
    if (locked->empty())
        return fail(ErrorCode::NotFound, QStringLiteral("there is no order ") + QString::fromUtf8(toText(order)));
    const auto loaded = m_folding.store().loadEvents(*locked);
    if (!loaded)
        return failure(loaded);
    const auto events = loaded->byOrder.value(order);
    const auto folded = fold(events);
    const auto booking = decideBookAgain(order, locked->front().refId, folded, m_policy);
    if (!booking)
        return fail(ErrorCode::Conflict, QString::fromUtf8(bytesOf(booking.error())));
    const auto last = folded.bookings.last().generation;
    const auto refused = refusedBookings(events, last);
    if (!refused)
        return failure(refused);
    const auto stored = store(*booking, *refused, by, why);
    if (!stored)
        return failure(stored);
    auto written = m_folding.foldLocked(std::move(*locked), Deciding::Never); // the new booking is among the events by now
    if (!written)
        return failure(written);
    transaction.committed();
    m_counters.countOf(Outcome::Superseded) += static_cast<quint64>(refused->size());
    written->written.effects.append(*stored);
    return BookedAgain{stored->id, last + 1, std::move(written->written)};
}

// The refusal is one call's: an older program may have stored a second booking of the same generation, which might be carried out.
Result<QList<EventId>> BookAgain::refusedBookings(const QList<StoredEvent> &events, qint64 generation)
{
    QList<EventId> bookings;
    for (const auto &event : events) {
        if (event.type == EventType::BookingCreateRequest && event.facts.generation.value_or(1) == generation)
            bookings.append(event.id);
    }
    const auto command = CallLedger::situations(bookings);
    const auto rows = m_connection.run(command.statement, command.params);
    if (!rows)
        return failure(rows);
    const auto effects = CallLedger::readSituations(*rows);
    for (const auto &effect : effects) {
        if (effect.situation.call != CallState::Refused)
            return fail(ErrorCode::Conflict, QStringLiteral("the courier has not refused its other booking, event %1").arg(effect.id.value()));
    }
    return bookings;
}

Result<StoredEffect> BookAgain::store(const NewEvent &booking, const QList<EventId> &refused, const QByteArray &by, const QByteArray &why)
{
    const auto command = insertEffects({booking});
    const auto rows = m_connection.run(command.statement, command.params);
    if (!rows)
        return failure(rows);
    if (rows->size() == 0) // its event is there, but cannot be read
        return fail(ErrorCode::Conflict, QStringLiteral("there is a booking already under the key ") + QString::fromUtf8(*booking.effectKey));
    const StoredEffect stored{EventId(rows->int8(0, rows->column("id"))), rows->text(0, rows->column("type"))};
    std::vector<Settlement> settled;
    for (const auto &event : refused)
        settled.push_back({event, booking.orderId, Outcome::Superseded, "refused; booked again as event " + QByteArray::number(stored.id.value())});
    // Released first: settling would release it in the service's own name.
    const auto done = m_connection.runAll({ParkedEvents::releaseCommand(refused, by, why), settleEvents(settled)});
    if (!done)
        return failure(done);
    return stored;
}

} // namespace oo
