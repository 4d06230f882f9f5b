#pragma once
// Writing JSON as text, for documents that are put together once and sent: no tree in between, exact numbers.

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace oo {

// Appends `text` (UTF-8) as a JSON string with its quotes.
void appendJsonString(QByteArray &out, QByteArrayView text);

// Builds one object, keys in the order of the calls.
class JsonObjectWriter
{
public:
    explicit JsonObjectWriter(QByteArray &out) : m_out(out) { m_out += '{'; }

    void string(QByteArrayView key, QByteArrayView value);
    void optionalString(QByteArrayView key, const std::optional<QByteArray> &value); // null if absent
    void number(QByteArrayView key, qint64 value);
    void boolean(QByteArrayView key, bool value);
    void raw(QByteArrayView key, QByteArrayView json); // json is a whole JSON value; empty means null
    void null(QByteArrayView key) { raw(key, {}); }
    void close() { m_out += '}'; }

private:
    void key(QByteArrayView name);
    QByteArray &m_out;
    bool m_first = true;
};

} // namespace oo
