#pragma once
// Messages of the admin API are structs with one table of their fields each: JSON is written by it, and read by it.

#include "shared/core/instant.h"
#include "shared/core/json_text.h"

#include <optional>
#include <tuple>
#include <vector>

namespace oo {

using ApiText = QByteArray; // UTF-8
using OptionalText = std::optional<QByteArray>;

// A 64-bit id: text in JSON, where numbers are not exact.
struct ApiId
{
    qint64 value = 0;
};

// A whole JSON value, passed on as it is. Empty: null.
struct RawJson
{
    QByteArray text;
};

template <class S, class T>
struct ApiField
{
    const char *name; // in JSON; of a statement's column too
    T S::*member;
};
template <class S, class T>
ApiField(const char *, T S::*) -> ApiField<S, T>;

// Specialised beside each message: `static constexpr std::tuple fields{ApiField{"id", &X::id}, …}`.
template <class S>
struct ApiMessage;

template <class S>
QByteArray toJson(const S &message);

namespace api {

template <class S>
inline constexpr size_t fieldCount = std::tuple_size_v<std::remove_cvref_t<decltype(ApiMessage<S>::fields)>>;

// visit(place, field) for each row of the table.
template <class S, class Visit>
void forEachField(const Visit &visit)
{
    std::apply([&](const auto &...field) {
        size_t place = 0;
        (visit(place++, field), ...);
    }, ApiMessage<S>::fields);
}

inline void write(JsonObjectWriter &json, const char *name, const QByteArray &value) { json.string(name, value); }
inline void write(JsonObjectWriter &json, const char *name, qint64 value) { json.number(name, value); }
inline void write(JsonObjectWriter &json, const char *name, bool value) { json.boolean(name, value); }
inline void write(JsonObjectWriter &json, const char *name, ApiId value) { json.string(name, QByteArray::number(value.value)); }
inline void write(JsonObjectWriter &json, const char *name, Instant value) { json.string(name, toText(value)); }
inline void write(JsonObjectWriter &json, const char *name, const RawJson &value) { json.raw(name, value.text); }

inline void write(JsonObjectWriter &json, const char *name, const std::vector<ApiText> &list)
{
    QByteArray text = "[";
    for (const auto &item : list) {
        text += text.size() > 1 ? "," : "";
        appendJsonString(text, item);
    }
    json.raw(name, text + ']');
}

template <class M>
void write(JsonObjectWriter &json, const char *name, const std::vector<M> &list)
{
    QByteArray text = "[";
    for (const auto &item : list)
        text += (text.size() > 1 ? "," : "") + toJson(item);
    json.raw(name, text + ']');
}

template <class M>
    requires requires { ApiMessage<M>::fields; }
void write(JsonObjectWriter &json, const char *name, const M &message)
{
    json.raw(name, toJson(message));
}

template <class T>
void write(JsonObjectWriter &json, const char *name, const std::optional<T> &value)
{
    if (value)
        write(json, name, *value);
    else
        json.null(name);
}

} // namespace api

template <class S>
QByteArray toJson(const S &message)
{
    QByteArray out;
    JsonObjectWriter json(out);
    api::forEachField<S>([&](size_t, const auto &field) { api::write(json, field.name, message.*field.member); });
    json.close();
    return out;
}

// What lists are sent as: `next` is the position of the next page, if there may be one.
template <class M>
struct ListOf
{
    std::vector<M> items;
    OptionalText next;
    std::optional<qint64> searched; // rows that a search went through, where that is told
};
template <class M>
struct ApiMessage<ListOf<M>>
{
    using S = ListOf<M>;
    static constexpr std::tuple fields{ApiField{"items", &S::items}, ApiField{"next", &S::next}, ApiField{"searched", &S::searched}};
};

} // namespace oo
