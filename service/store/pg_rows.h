#pragma once
// The rows of an answer, in PostgreSQL's binary format.

#include "shared/core/instant.h"
#include "shared/model/ids.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

struct pg_result;

namespace oo {

class PgRows
{
public:
    PgRows() = default;
    explicit PgRows(pg_result *result); // takes it

    int size() const;
    int affected() const; // rows an INSERT, UPDATE or DELETE touched
    int column(const char *name) const; // a name that the statement does not give is a defect: asserts

    bool isNull(int row, int column) const;
    bool boolean(int row, int column) const;
    int int4(int row, int column) const; // also int2
    qint64 int8(int row, int column) const;
    double float8(int row, int column) const;
    QByteArray text(int row, int column) const; // text, varchar, bytea: the bytes
    OrderId orderId(int row, int column) const;
    Instant instant(int row, int column) const; // infinity gives the largest and smallest values
    std::vector<OrderId> orderIds(int row, int column) const; // uuid[]; empty if null

    std::optional<QByteArray> optionalText(int row, int column) const;
    std::optional<Instant> optionalInstant(int row, int column) const;
    std::optional<OrderId> optionalOrderId(int row, int column) const;

private:
    const char *data(int row, int column) const;
    int length(int row, int column) const;
    std::shared_ptr<pg_result> m_result;
};

} // namespace oo
