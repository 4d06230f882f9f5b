#pragma once
// Orders to and from rows: one place for the columns.

#include "service/store/order_store.h"

namespace oo {

std::vector<OrderRow> readOrderRows(const PgRows &rows);
PgCommand writeOrderRows(const std::vector<OrderRow> &orders, QByteArrayView tombstoneKey);

} // namespace oo
