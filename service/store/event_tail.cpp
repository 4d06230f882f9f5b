#include "service/store/event_tail.h"

#include <QList>

#include <algorithm>

namespace oo {

std::optional<TailPosition> TailPosition::fromText(const QByteArray &text)
{
    const auto parts = text.split('.');
    const auto isNumber = [](const QByteArray &part) {
        bool ok = false;
        (void)part.toULongLong(&ok);
        return ok && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (parts.size() != 2 || !isNumber(parts[0]) || !isNumber(parts[1]))
        return std::nullopt;
    bool ok = false;
    const auto event = parts[1].toLongLong(&ok);
    return ok ? std::optional(TailPosition{parts[0], event}) : std::nullopt;
}

Result<TailPosition> EventTail::now()
{
    const auto rows = m_connection.run(sql::tailNow);
    if (!rows)
        return failure(rows);
    return TailPosition{rows->text(0, 0), std::numeric_limits<qint64>::max()};
}

Result<PgRows> EventTail::after(const TailPosition &position, int limit)
{
    return m_connection.run(sql::tailNext, PgParams().add(position.transaction).add(position.event).add(limit));
}

Result<std::optional<EventTail::Holder>> EventTail::heldBackBy()
{
    const auto rows = m_connection.run(sql::tailHeldBack);
    if (!rows)
        return failure(rows);
    return rows->size() == 0 ? std::nullopt : std::optional(Holder{rows->int8(0, 0), rows->int8(0, 1), rows->text(0, 2)});
}

} // namespace oo
