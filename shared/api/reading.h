#pragma once
// Messages out of JSON by their tables of fields. Members that the table does not name are passed over (a newer service may
// send more); a missing one is an error unless its field is optional.

#include "shared/api/fields.h"
#include "shared/core/json_reader.h"
#include "shared/core/result.h"

#include <array>

namespace oo {

template <class M>
Result<M> readMessage(QByteArrayView json);

namespace api {

// Readers are not re-entrant: each depth of nesting has one of its own, in each thread.
JsonReader &readerAt(int depth);

inline bool read(const JsonMember &member, QByteArray &value, int)
{
    auto text = member.string();
    if (text)
        value = std::move(*text);
    return text.has_value();
}
inline bool read(const JsonMember &member, qint64 &value, int)
{
    const auto number = member.integer();
    value = number.value_or(0);
    return number.has_value();
}
inline bool read(const JsonMember &member, double &value, int)
{
    bool ok = false;
    value = QByteArrayView(member.raw.data(), static_cast<qsizetype>(member.raw.size())).toDouble(&ok);
    return ok && member.kind == JsonMember::Kind::Number;
}
inline bool read(const JsonMember &member, bool &value, int)
{
    value = member.isTrue();
    return member.kind == JsonMember::Kind::Boolean;
}
inline bool read(const JsonMember &member, ApiId &value, int)
{
    bool ok = false;
    value.value = member.string().value_or(QByteArray()).toLongLong(&ok);
    return ok;
}
inline bool read(const JsonMember &member, Instant &value, int)
{
    const auto instant = parseInstant(member.string().value_or(QByteArray()));
    value = instant.value_or(Instant());
    return instant.has_value();
}
inline bool read(const JsonMember &member, RawJson &value, int)
{
    value.text = member.kind == JsonMember::Kind::Null ? QByteArray() : member.json();
    return true;
}

template <class M>
    requires requires { ApiMessage<M>::fields; }
bool read(const JsonMember &member, M &message, int depth);

template <class T>
bool read(const JsonMember &member, std::vector<T> &list, int depth)
{
    bool all = member.kind == JsonMember::Kind::Array;
    return all && readerAt(depth).forEachElement(QByteArrayView(member.raw.data(), static_cast<qsizetype>(member.raw.size())), [&](const JsonMember &element) {
        all = read(element, list.emplace_back(), depth + 1) && all;
    }) && all;
}

template <class T>
bool read(const JsonMember &member, std::optional<T> &value, int depth)
{
    if (member.kind != JsonMember::Kind::Null)
        return read(member, value.emplace(), depth);
    value.reset();
    return true;
}

template <class T>
constexpr bool mayBeMissing(const std::optional<T> &) { return true; }
constexpr bool mayBeMissing(const auto &) { return false; }

// The name of a field that is missing or of another kind; empty if there is none.
template <class M>
QByteArray readFields(QByteArrayView json, M &message, int depth)
{
    std::array<bool, fieldCount<M>> had{};
    QByteArray wrong;
    const bool isObject = readerAt(depth).forEachMember(json, [&](const JsonMember &member) {
        forEachField<M>([&](size_t place, const auto &field) {
            if (member.key != field.name)
                return;
            had[place] = true;
            if (!read(member, message.*field.member, depth + 1))
                wrong = field.name;
        });
    });
    forEachField<M>([&](size_t place, const auto &field) {
        if (!had[place] && !mayBeMissing(message.*field.member))
            wrong = field.name;
    });
    return isObject ? wrong : QByteArray("{}");
}

template <class M>
    requires requires { ApiMessage<M>::fields; }
bool read(const JsonMember &member, M &message, int depth)
{
    return member.kind == JsonMember::Kind::Object
           && readFields(QByteArrayView(member.raw.data(), static_cast<qsizetype>(member.raw.size())), message, depth).isEmpty();
}

} // namespace api

// Invalid, with the name of the member, if a field is missing or of another kind.
template <class M>
Result<M> readMessage(QByteArrayView json)
{
    M message;
    const auto wrong = api::readFields(json, message, 0);
    if (!wrong.isEmpty())
        return fail(ErrorCode::Invalid, QStringLiteral("the message has no readable \"%1\"").arg(QString::fromLatin1(wrong)));
    return message;
}

} // namespace oo
