#include "service/store/event_tail.h"

#include <algorithm>

namespace oo {

namespace {

QByteArray xidText(quint64 transaction)
{
    return QByteArray::number(transaction);
}

tl::unexpected<Error> aheadOfAll()
{
    return fail(ErrorCode::Invalid, QStringLiteral("the position lies ahead of this database (was it restored?): begin without one"));
}

} // namespace

std::optional<TailPosition> TailPosition::fromText(const QByteArray &text)
{
    const auto parts = text.split('.');
    const auto isDigits = [](const QByteArray &part) { return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; }); };
    if (parts.size() != 2 || !isDigits(parts[0]) || !isDigits(parts[1]))
        return std::nullopt;
    bool isTransaction = false, isEvent = false;
    const TailPosition position{parts[0].toULongLong(&isTransaction), parts[1].toLongLong(&isEvent)};
    return isTransaction && isEvent ? std::optional(position) : std::nullopt;
}

Result<TailEdge> EventTail::edge()
{
    const auto rows = m_connection.run(sql::tailEdge);
    if (!rows)
        return failure(rows);
    return TailEdge{rows->text(0, 0).toULongLong(), rows->text(0, 1).toULongLong()};
}

Result<TailPosition> EventTail::start(const std::optional<TailPosition> &position)
{
    const auto now = edge();
    if (!now)
        return failure(now);
    if (position && position->transaction >= now->ahead)
        return aheadOfAll();
    return position.value_or(TailPosition{now->edge - 1, TailPosition::wholeTransaction});
}

Result<TailPage> EventTail::after(const TailPosition &position, int limit, const TailEdge &now)
{
    if (position.transaction >= now.ahead)
        return aheadOfAll();
    const auto from = position.event == TailPosition::wholeTransaction ? position.transaction + 1 : position.transaction;
    const auto changes = m_connection.run(sql::tailOrders, PgParams().add(xidText(from)).add(xidText(now.edge)).add(limit));
    if (!changes)
        return failure(changes);
    const bool isCut = changes->size() >= limit;
    auto end = isCut ? changes->text(changes->size() - 1, 0).toULongLong() + 1 : now.edge; // what lies before it is told whole
    auto events = m_connection.run(sql::tailNext, PgParams().add(xidText(position.transaction)).add(position.event).add(xidText(end)).add(limit));
    if (!events)
        return failure(events);
    TailPage page{std::move(*events), {}, std::max(position, TailPosition{end - 1, TailPosition::wholeTransaction}), isCut};
    if (page.events.size() == limit) { // the rest of the last one's transaction may be due
        end = page.events.text(limit - 1, 0).toULongLong();
        page.next = {end, page.events.int8(limit - 1, 1)};
        page.more = true;
    }
    for (int row = 0; row < changes->size() && changes->text(row, 0).toULongLong() < end; ++row) {
        if (changes->isNull(row, 2))
            page.orders.append(changes->orderId(row, 1));
    }
    return page;
}

Result<std::optional<EventTail::Holder>> EventTail::heldBackBy()
{
    const auto rows = m_connection.run(sql::tailHeldBack);
    if (!rows)
        return failure(rows);
    return rows->size() == 0 ? std::nullopt : std::optional(Holder{rows->int8(0, 0), rows->int8(0, 1), rows->text(0, 2)});
}

} // namespace oo
