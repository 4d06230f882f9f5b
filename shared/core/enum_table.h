#pragma once
// One table per enumeration: SQL, JSON, queues and people read the same text.

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>
#include <string_view>

namespace oo {

template <class E>
struct EnumRow
{
    E value;
    std::string_view text;
};
template <class E>
EnumRow(E, const char *) -> EnumRow<E>; // clang 14 does not deduce aggregates by itself

// Specialised beside each enumeration: `static constexpr std::array rows{EnumRow{…}, …}`, in the enumeration's order.
template <class E>
struct EnumTable;

template <class E>
consteval bool rowsFollowEnum()
{
    size_t index = 0;
    for (const auto &row : EnumTable<E>::rows) {
        if (static_cast<size_t>(row.value) != index++)
            return false;
    }
    return true;
}

template <class E>
constexpr std::string_view textOf(E value)
{
    return EnumTable<E>::rows[static_cast<size_t>(value)].text;
}

template <class E>
QByteArray bytesOf(E value)
{
    const auto text = textOf(value);
    return QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
}

// Unknown text gives nullopt, never a default.
template <class E>
constexpr std::optional<E> fromText(std::string_view text)
{
    for (const auto &row : EnumTable<E>::rows) {
        if (row.text == text)
            return row.value;
    }
    return std::nullopt;
}

template <class E>
std::optional<E> fromText(QByteArrayView text)
{
    return fromText<E>(std::string_view(text.data(), static_cast<size_t>(text.size())));
}

} // namespace oo
