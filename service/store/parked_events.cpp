#include "service/store/parked_events.h"

namespace oo {

namespace {
using Element = PgArray::Element;
}

PgCommand ParkedEvents::parkCommand(const std::vector<Park> &parks)
{
    PgArray event(Element::Int8), reason(Element::Text), detail(Element::Text);
    for (const auto &park : parks) {
        event.add(park.event.value());
        reason.add(bytesOf(park.reason));
        detail.add(park.detail);
    }
    return {sql::eventsPark, PgParams().add(event).add(reason).add(detail)};
}

Status ParkedEvents::park(const std::vector<Park> &parks)
{
    const auto command = parkCommand(parks);
    const auto done = m_connection.run(command.statement, command.params);
    return done ? Status() : failure(done);
}

PgCommand ParkedEvents::releaseCommand(const QList<EventId> &events, const QByteArray &by, const QByteArray &reason)
{
    PgArray ids(Element::Int8);
    for (const auto &id : events)
        ids.add(id.value());
    return {sql::eventsUnpark, PgParams().add(ids).add(by).add(reason)};
}

QList<std::pair<EventId, qint64>> ParkedEvents::readReleased(const PgRows &rows)
{
    QList<std::pair<EventId, qint64>> released;
    for (int row = 0; row < rows.size(); ++row)
        released.append({EventId(rows.int8(row, rows.column("event_id"))), rows.int8(row, rows.column("id"))});
    return released;
}

Result<QList<std::pair<EventId, qint64>>> ParkedEvents::release(const QList<EventId> &events, const QByteArray &by,
                                                                 const QByteArray &reason)
{
    const auto command = releaseCommand(events, by, reason);
    const auto rows = m_connection.run(command.statement, command.params);
    if (!rows)
        return failure(rows);
    return readReleased(*rows);
}

Result<QList<std::pair<EventId, int>>> ParkedEvents::countStalls(const QList<EventId> &events)
{
    PgArray ids(Element::Int8);
    for (const auto &id : events)
        ids.add(id.value());
    const auto rows = m_connection.run(sql::eventsCountStalls, PgParams().add(ids));
    if (!rows)
        return failure(rows);
    QList<std::pair<EventId, int>> counts;
    for (int row = 0; row < rows->size(); ++row)
        counts.append({EventId(rows->int8(row, 0)), rows->int4(row, 1)});
    return counts;
}

Result<std::vector<OutboxEntry>> ParkedEvents::outboxPage(EventId after, double olderThanSeconds, int limit)
{
    const auto rows =
        m_connection.run(sql::unprocessedPage, PgParams().add(after.value()).add(olderThanSeconds).add(limit));
    if (!rows)
        return failure(rows);
    std::vector<OutboxEntry> entries;
    entries.reserve(static_cast<size_t>(rows->size()));
    for (int row = 0; row < rows->size(); ++row) {
        entries.push_back({EventId(rows->int8(row, rows->column("id"))),
                           rows->optionalText(row, rows->column("source")).value_or(QByteArray()),
                           rows->text(row, rows->column("type")),
                           rows->optionalText(row, rows->column("topic")).value_or(QByteArray()),
                           rows->int8(row, rows->column("released_park"))});
    }
    return entries;
}

} // namespace oo
