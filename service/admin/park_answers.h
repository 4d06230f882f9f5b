#pragma once
// What waits for a person, calls, and the audit, for the admin API.

#include "service/admin/query_parameters.h"
#include "service/store/pg_connection.h"
#include "shared/api/event_messages.h"

namespace oo {

// Texts of other programs may name a person: masked unless revealed.
void mask(CallSummary &call);
void mask(ParkSummary &park);
// Whether the detail of a park may hold what another program said.
bool holdsForeignText(QByteArrayView parkReason);

class ParkAnswers
{
public:
    explicit ParkAnswers(PgConnection &postgres) : m_postgres(postgres) {}

    ApiResult<QByteArray> groups();
    ApiResult<QByteArray> list(const QByteArray &reason, QueryParameters &query, bool reveal);
    ApiResult<QByteArray> downstreams();
    ApiResult<QByteArray> calls(QueryParameters &query, bool reveal);
    ApiResult<QByteArray> audit(QueryParameters &query);

private:
    PgConnection &m_postgres;
};

} // namespace oo
