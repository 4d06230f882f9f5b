#pragma once
// Messages out of rows: a statement's columns bear the names of the message's fields.

#include "service/store/pg_rows.h"
#include "shared/api/fields.h"

#include <QList>

namespace oo {

namespace api {

inline void read(const PgRows &rows, int row, int column, QByteArray &value) { value = rows.text(row, column); }
inline void read(const PgRows &rows, int row, int column, qint64 &value) { value = rows.int8(row, column); }
inline void read(const PgRows &rows, int row, int column, bool &value) { value = rows.boolean(row, column); }
inline void read(const PgRows &rows, int row, int column, ApiId &value) { value.value = rows.int8(row, column); }
inline void read(const PgRows &rows, int row, int column, Instant &value) { value = rows.instant(row, column); }
inline void read(const PgRows &rows, int row, int column, RawJson &value)
{
    value.text = rows.optionalText(row, column).value_or(QByteArray());
}
template <class T>
void read(const PgRows &rows, int row, int column, std::optional<T> &value)
{
    if (!rows.isNull(row, column))
        read(rows, row, column, value.emplace());
}

} // namespace api

template <class M>
M messageOf(const PgRows &rows, int row)
{
    M message;
    std::apply([&](const auto &...field) { (api::read(rows, row, rows.column(field.name), message.*field.member), ...); },
               ApiMessage<M>::fields);
    return message;
}

template <class M>
QList<QByteArray> jsonOf(const std::vector<M> &messages)
{
    QList<QByteArray> items;
    items.reserve(static_cast<qsizetype>(messages.size()));
    for (const auto &message : messages)
        items.append(toJson(message));
    return items;
}

template <class M>
std::vector<M> messagesOf(const PgRows &rows)
{
    std::vector<M> messages;
    messages.reserve(static_cast<size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row)
        messages.push_back(messageOf<M>(rows, row));
    return messages;
}

} // namespace oo
