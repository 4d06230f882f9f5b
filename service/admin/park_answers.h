#pragma once
// What waits for a person, calls, and the audit, for the admin API.

#include "service/admin/query_parameters.h"
#include "service/store/pg_connection.h"

namespace oo {

class ParkAnswers
{
public:
    explicit ParkAnswers(PgConnection &postgres) : m_postgres(postgres) {}

    ApiResult<QByteArray> groups();
    ApiResult<QByteArray> list(const QByteArray &reason, QueryParameters &query);
    ApiResult<QByteArray> calls(QueryParameters &query);
    ApiResult<QByteArray> audit(QueryParameters &query);

private:
    PgConnection &m_postgres;
};

} // namespace oo
