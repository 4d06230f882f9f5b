#pragma once
// Chaos runs for the admin API: begun, followed, cancelled, kept.

#include "service/admin/query_parameters.h"
#include "service/store/pg_connection.h"

#include <QJsonObject>

namespace oo {

class ChaosAnswers
{
public:
    explicit ChaosAnswers(PgConnection &postgres) : m_postgres(postgres) {}

    ApiResult<QByteArray> list(QueryParameters &query);
    ApiResult<QByteArray> one(const QByteArray &run);

    // `refusal`: why this service must not be put through chaos; empty: it may. `instance` will carry it out.
    ApiResult<QByteArray> start(const QJsonObject &body, const QByteArray &by, const QByteArray &instance, const QByteArray &refusal);
    ApiResult<QByteArray> cancel(const QByteArray &run);

private:
    PgConnection &m_postgres;
};

} // namespace oo
