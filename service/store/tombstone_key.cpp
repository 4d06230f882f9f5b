#include "service/store/tombstone_key.h"

namespace oo {

Result<QByteArray> TombstoneKey::read(PgConnection &connection)
{
    if (m_key.isEmpty()) {
        const auto rows = connection.run(sql::redactionKey);
        if (!rows)
            return failure(rows);
        m_key = rows->text(0, 0);
    }
    return m_key;
}

} // namespace oo
