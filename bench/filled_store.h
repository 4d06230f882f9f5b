#pragma once
// A store that has seen much: fill_store.sql's orders, five events each, settled, vacuumed and analyzed.

#include "service/store/pg_connection.h"

namespace oo {

// Brings the database to this version first.
Status fillStore(PgSettings postgres, int orders);

} // namespace oo
