#pragma once
// The server's key for tombstones, read when it is first needed.

#include "service/store/pg_connection.h"

namespace oo {

class TombstoneKey
{
public:
    Result<QByteArray> read(PgConnection &connection);

private:
    QByteArray m_key;
};

} // namespace oo
