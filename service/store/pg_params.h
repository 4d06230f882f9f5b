#pragma once
// Parameters of a prepared statement in PostgreSQL's binary format: exact, no quoting, no size limit but memory.

#include "shared/core/instant.h"
#include "shared/model/ids.h"

#include <QByteArray>
#include <QByteArrayView>

#include <concepts>
#include <optional>
#include <vector>

namespace oo {

// An array parameter, filled element by element; T decides the element type on the wire.
class PgArray
{
public:
    enum class Element { Bool, Bytea, Int2, Int4, Int8, Text, TimestampTz, Uuid };
    explicit PgArray(Element element);

    PgArray &add(bool value);
    PgArray &add(int value);       // Int2 or Int4
    PgArray &add(qint64 value);    // Int8
    PgArray &add(QByteArrayView value); // Text (UTF-8 without NUL) or Bytea
    PgArray &add(const QByteArray &value) { return add(QByteArrayView(value)); }
    PgArray &add(const OrderId &value);
    PgArray &add(Instant value);
    PgArray &addNull();
    template <class T>
    PgArray &add(const std::optional<T> &value)
    {
        return value ? add(*value) : addNull();
    }
    QByteArray encoded() const; // with its header

private:
    void appendInt(quint64 value, int bytes);
    Element m_element;
    int m_count = 0;
    bool m_hasNull = false;
    QByteArray m_data;
};

class PgParams
{
public:
    PgParams &add(qint64 value); // bigint
    PgParams &add(int value);    // int
    PgParams &addInt2(int value); // smallint
    template <std::same_as<bool> B> // not of pointers
    PgParams &add(B value)
    {
        m_values.push_back(QByteArray(1, value ? '\1' : '\0'));
        return *this;
    }
    PgParams &add(double value); // float8
    PgParams &add(QByteArrayView text);
    PgParams &add(const QByteArray &text) { return add(QByteArrayView(text)); }
    PgParams &add(const OrderId &value);
    PgParams &add(Instant value);
    PgParams &add(const PgArray &array);
    PgParams &addNull();
    template <class T>
    PgParams &add(const std::optional<T> &value)
    {
        return value ? add(*value) : addNull();
    }

    // A null QByteArray stands for NULL; an empty one for an empty value.
    const std::vector<QByteArray> &values() const { return m_values; }

private:
    std::vector<QByteArray> m_values;
};

} // namespace oo
