#include "shared/core/json_text.h"

namespace oo {

void appendJsonString(QByteArray &out, QByteArrayView text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    qsizetype plainFrom = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out += text.sliced(plainFrom, i - plainFrom);
        plainFrom = i + 1;
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
        }
    }
    out += text.sliced(plainFrom);
    out += '"';
}

void JsonObjectWriter::key(QByteArrayView name)
{
    if (!m_first)
        m_out += ',';
    m_first = false;
    appendJsonString(m_out, name);
    m_out += ':';
}

void JsonObjectWriter::string(QByteArrayView name, QByteArrayView value)
{
    key(name);
    appendJsonString(m_out, value);
}

void JsonObjectWriter::optionalString(QByteArrayView name, const std::optional<QByteArray> &value)
{
    if (value)
        string(name, QByteArrayView(*value));
    else
        null(name);
}

void JsonObjectWriter::number(QByteArrayView name, qint64 value)
{
    key(name);
    m_out += QByteArray::number(value);
}

void JsonObjectWriter::boolean(QByteArrayView name, bool value)
{
    key(name);
    m_out += value ? "true" : "false";
}

void JsonObjectWriter::raw(QByteArrayView name, QByteArrayView json)
{
    key(name);
    if (json.isEmpty())
        m_out += "null";
    else
        m_out += json;
}

} // namespace oo
