#include "service/store/pg_params.h"

#include <QtEndian>

#include <bit>

namespace oo {

namespace {

// Element type oids, fixed in PostgreSQL's catalog (src/include/catalog/pg_type.dat).
constexpr quint32 oidOf(PgArray::Element element)
{
    switch (element) {
    case PgArray::Element::Bool: return 16;
    case PgArray::Element::Bytea: return 17;
    case PgArray::Element::Int2: return 21;
    case PgArray::Element::Int4: return 23;
    case PgArray::Element::Int8: return 20;
    case PgArray::Element::Text: return 25;
    case PgArray::Element::TimestampTz: return 1184;
    case PgArray::Element::Uuid: return 2950;
    }
    return 0;
}

template <class T>
QByteArray bigEndian(T value)
{
    QByteArray out(sizeof(T), Qt::Uninitialized);
    qToBigEndian(value, out.data());
    return out;
}

constexpr qint64 kPostgresEpochUs = 946684800000000; // 2000-01-01T00:00:00Z

} // namespace

PgArray::PgArray(Element element) : m_element(element) {}

void PgArray::appendInt(quint64 value, int bytes)
{
    char buffer[8];
    qToBigEndian(value, buffer);
    m_data.append(bigEndian(static_cast<qint32>(bytes))).append(buffer + 8 - bytes, bytes);
    ++m_count;
}

PgArray &PgArray::add(bool value)
{
    Q_ASSERT(m_element == Element::Bool);
    appendInt(value ? 1 : 0, 1);
    return *this;
}

PgArray &PgArray::add(int value)
{
    Q_ASSERT(m_element == Element::Int2 || m_element == Element::Int4);
    appendInt(static_cast<quint64>(value), m_element == Element::Int2 ? 2 : 4);
    return *this;
}

PgArray &PgArray::add(qint64 value)
{
    Q_ASSERT(m_element == Element::Int8);
    appendInt(static_cast<quint64>(value), 8);
    return *this;
}

PgArray &PgArray::add(QByteArrayView value)
{
    Q_ASSERT(m_element == Element::Text || m_element == Element::Bytea);
    m_data.append(bigEndian(static_cast<qint32>(value.size()))).append(value);
    ++m_count;
    return *this;
}

PgArray &PgArray::add(const OrderId &value)
{
    Q_ASSERT(m_element == Element::Uuid);
    m_data.append(bigEndian(qint32{16})).append(value.value().toRfc4122());
    ++m_count;
    return *this;
}

PgArray &PgArray::add(Instant value)
{
    Q_ASSERT(m_element == Element::TimestampTz);
    appendInt(static_cast<quint64>(value.us - kPostgresEpochUs), 8);
    return *this;
}

PgArray &PgArray::addNull()
{
    m_data.append(bigEndian(qint32{-1}));
    m_hasNull = true;
    ++m_count;
    return *this;
}

QByteArray PgArray::encoded() const
{
    QByteArray out;
    out.reserve(20 + m_data.size());
    out += bigEndian(qint32{m_count > 0 ? 1 : 0});
    out += bigEndian(qint32{m_hasNull ? 1 : 0});
    out += bigEndian(oidOf(m_element));
    if (m_count > 0) {
        out += bigEndian(qint32{m_count});
        out += bigEndian(qint32{1}); // lower bound
        out += m_data;
    }
    return out;
}

PgParams &PgParams::add(qint64 value)
{
    m_values.push_back(bigEndian(value));
    return *this;
}

PgParams &PgParams::add(int value)
{
    m_values.push_back(bigEndian(static_cast<qint32>(value)));
    return *this;
}

PgParams &PgParams::addInt2(int value)
{
    m_values.push_back(bigEndian(static_cast<qint16>(value)));
    return *this;
}

PgParams &PgParams::add(double value)
{
    m_values.push_back(bigEndian(std::bit_cast<quint64>(value)));
    return *this;
}

PgParams &PgParams::add(QByteArrayView text)
{
    m_values.push_back(text.isEmpty() ? QByteArray("") : text.toByteArray());
    return *this;
}

PgParams &PgParams::add(const OrderId &value)
{
    m_values.push_back(value.value().toRfc4122());
    return *this;
}

PgParams &PgParams::add(Instant value)
{
    return add(value.us - kPostgresEpochUs);
}

PgParams &PgParams::addNull()
{
    m_values.push_back(QByteArray());
    return *this;
}

PgParams &PgParams::add(const PgArray &array)
{
    m_values.push_back(array.encoded());
    return *this;
}

} // namespace oo
