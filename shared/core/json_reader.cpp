#include "shared/core/json_reader.h"

#include "shared/core/json_text.h"

#include <simdjson.h>

#include <charconv>
#include <cstring>

namespace oo {

namespace {

namespace ondemand = simdjson::ondemand;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Throws simdjson_error, which stays inside this file.
JsonMember readValue(std::string_view key, ondemand::value value)
{
    JsonMember member;
    member.key = key;
    switch (value.type().value()) {
    case ondemand::json_type::null:
        member.kind = JsonMember::Kind::Null;
        member.raw = trimmed(value.raw_json_token());
        break;
    case ondemand::json_type::boolean:
        member.kind = JsonMember::Kind::Boolean;
        member.raw = trimmed(value.raw_json_token());
        break;
    case ondemand::json_type::number:
        member.kind = JsonMember::Kind::Number;
        member.raw = trimmed(value.raw_json_token());
        break;
    case ondemand::json_type::string:
        member.kind = JsonMember::Kind::String;
        member.raw = value.get_string().value();
        break;
    case ondemand::json_type::object:
        member.kind = JsonMember::Kind::Object;
        member.raw = trimmed(simdjson::to_json_string(value).value());
        break;
    case ondemand::json_type::array:
        member.kind = JsonMember::Kind::Array;
        member.raw = trimmed(simdjson::to_json_string(value).value());
        break;
    }
    return member;
}

std::optional<unsigned> hexQuad(const char *from, const char *end)
{
    unsigned value = 0;
    if (end - from < 4)
        return std::nullopt;
    const auto [stop, error] = std::from_chars(from, from + 4, value, 16);
    if (error != std::errc() || stop != from + 4)
        return std::nullopt;
    return value;
}

} // namespace

struct JsonReader::Parsers
{
    simdjson::dom::parser whole;
    ondemand::parser members;
};

JsonReader::JsonReader() : m_parsers(std::make_unique<Parsers>()) {}
JsonReader::~JsonReader() = default;

std::optional<QByteArray> JsonMember::string() const
{
    if (kind != Kind::String)
        return std::nullopt;
    return QByteArray(raw.data(), static_cast<qsizetype>(raw.size()));
}

std::optional<qint64> JsonMember::integer() const
{
    if (kind != Kind::Number)
        return std::nullopt;
    qint64 value = 0;
    const auto [stop, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc() || stop != raw.data() + raw.size())
        return std::nullopt;
    return value;
}

std::optional<QByteArray> JsonMember::objectText() const
{
    if (kind != Kind::Object)
        return std::nullopt;
    return QByteArray(raw.data(), static_cast<qsizetype>(raw.size()));
}

QByteArray JsonMember::json() const
{
    QByteArray text(raw.data(), static_cast<qsizetype>(raw.size()));
    if (kind != Kind::String)
        return text;
    QByteArray quoted;
    appendJsonString(quoted, text);
    return quoted;
}

QByteArrayView JsonReader::padded(QByteArrayView text)
{
    m_buffer.resize(text.size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    if (!text.isEmpty())
        std::memcpy(m_buffer.data(), text.data(), static_cast<size_t>(text.size()));
    std::memset(m_buffer.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
    return QByteArrayView(m_buffer).first(text.size());
}

bool JsonReader::isObject(QByteArrayView text)
{
    const auto copy = padded(text);
    simdjson::dom::element root;
    const auto error =
        m_parsers->whole.parse(copy.data(), static_cast<size_t>(copy.size()), false).get(root);
    return !error && root.is_object();
}

bool JsonReader::isValue(QByteArrayView text)
{
    const auto copy = padded(text);
    return m_parsers->whole.parse(copy.data(), static_cast<size_t>(copy.size()), false).error() == simdjson::SUCCESS;
}

template <class Visit>
bool JsonReader::iterate(QByteArrayView text, const Visit &visit)
{
    const auto copy = padded(text);
    try {
        const auto size = static_cast<size_t>(copy.size());
        auto document = m_parsers->members.iterate(
            simdjson::padded_string_view(copy.data(), size, size + simdjson::SIMDJSON_PADDING));
        visit(document);
        return true;
    } catch (const simdjson::simdjson_error &) {
        return false;
    }
}

bool JsonReader::forEachMember(QByteArrayView text, const std::function<void(const JsonMember &)> &visit)
{
    return iterate(text, [&](auto &document) {
        ondemand::object object = document.get_object();
        for (auto field : object) {
            const std::string_view key = field.unescaped_key();
            visit(readValue(key, field.value()));
        }
    });
}

bool JsonReader::forEachElement(QByteArrayView text, const std::function<void(const JsonMember &)> &visit)
{
    return iterate(text, [&](auto &document) {
        ondemand::array array = document.get_array();
        for (auto element : array)
            visit(readValue({}, element.value()));
    });
}

QByteArray replaceUnstorableEscapes(const QByteArray &json)
{
    static constexpr char kReplacement[] = "\\ufffd";
    const char *const begin = json.constData();
    const char *const end = begin + json.size();
    const char *keepFrom = begin;
    QByteArray cleaned;
    const char *at = begin;
    while ((at = static_cast<const char *>(std::memchr(at, '\\', static_cast<size_t>(end - at)))) != nullptr) {
        if (end - at < 2)
            break;
        if (at[1] != 'u') {
            at += 2;
            continue;
        }
        const auto unit = hexQuad(at + 2, end);
        if (!unit) {
            at += 2;
            continue;
        }
        const bool high = *unit >= 0xD800 && *unit < 0xDC00;
        const bool low = *unit >= 0xDC00 && *unit < 0xE000;
        if (high && end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
            const auto next = hexQuad(at + 8, end);
            if (next && *next >= 0xDC00 && *next < 0xE000) {
                at += 12;
                continue;
            }
        }
        if (high || low || *unit == 0) {
            cleaned.append(keepFrom, at - keepFrom).append(kReplacement);
            keepFrom = at + 6;
        }
        at += 6;
    }
    if (keepFrom == begin)
        return json;
    cleaned.append(keepFrom, end - keepFrom);
    return cleaned;
}

} // namespace oo
