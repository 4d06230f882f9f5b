#include "service/store/pg_rows.h"

#include <bit>
#include <QtEndian>

#include <libpq-fe.h>

namespace oo {

namespace {
constexpr qint64 kPostgresEpochUs = 946684800000000;

OrderId orderIdFrom(const char *data)
{
    return OrderId(QUuid::fromRfc4122(QByteArrayView(data, 16)));
}
} // namespace

PgRows::PgRows(pg_result *result) : m_result(result, PQclear) {}

int PgRows::size() const
{
    return m_result ? PQntuples(m_result.get()) : 0;
}

int PgRows::affected() const
{
    return m_result ? QByteArray(PQcmdTuples(m_result.get())).toInt() : 0;
}

int PgRows::column(const char *name) const
{
    int number = PQnfields(m_result.get()) - 1;
    while (number >= 0 && qstrcmp(PQfname(m_result.get(), number), name) != 0) // PQfnumber() would turn it to small letters
        --number;
    Q_ASSERT_X(number >= 0, "PgRows::column", name);
    return number;
}

const char *PgRows::data(int row, int column) const
{
    return PQgetvalue(m_result.get(), row, column);
}

int PgRows::length(int row, int column) const
{
    return PQgetlength(m_result.get(), row, column);
}

bool PgRows::isNull(int row, int column) const
{
    return PQgetisnull(m_result.get(), row, column) != 0;
}

bool PgRows::boolean(int row, int column) const
{
    return !isNull(row, column) && *data(row, column) != 0;
}

int PgRows::int4(int row, int column) const
{
    return length(row, column) == 2 ? qFromBigEndian<qint16>(data(row, column)) : qFromBigEndian<qint32>(data(row, column));
}

double PgRows::float8(int row, int column) const
{
    return std::bit_cast<double>(int8(row, column));
}

qint64 PgRows::int8(int row, int column) const
{
    Q_ASSERT(length(row, column) == 8);
    return qFromBigEndian<qint64>(data(row, column));
}

QByteArray PgRows::text(int row, int column) const
{
    return QByteArray(data(row, column), length(row, column));
}

OrderId PgRows::orderId(int row, int column) const
{
    Q_ASSERT(length(row, column) == 16);
    return orderIdFrom(data(row, column));
}

Instant PgRows::instant(int row, int column) const
{
    const qint64 us = int8(row, column);
    qint64 sinceUnixEpoch = 0;
    if (__builtin_add_overflow(us, kPostgresEpochUs, &sinceUnixEpoch))
        return Instant{us};
    return Instant{sinceUnixEpoch};
}

std::vector<OrderId> PgRows::orderIds(int row, int column) const
{
    std::vector<OrderId> ids;
    if (isNull(row, column) || length(row, column) < 20)
        return ids;
    const char *at = data(row, column) + 20; // past dimensions, null flag, oid, size, lower bound
    const int count = qFromBigEndian<qint32>(data(row, column) + 12);
    for (int i = 0; i < count; ++i, at += 20)
        ids.push_back(orderIdFrom(at + 4));
    return ids;
}

std::optional<QByteArray> PgRows::optionalText(int row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(text(row, column));
}

std::optional<Instant> PgRows::optionalInstant(int row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(instant(row, column));
}

std::optional<OrderId> PgRows::optionalOrderId(int row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(orderId(row, column));
}

} // namespace oo
