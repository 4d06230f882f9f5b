#include "service/store/chaos_runs.h"

namespace oo {

Result<qint64> ChaosRuns::create(const ChaosRequest &request)
{
    const auto rows = m_connection.run(sql::chaosRunsCreate, PgParams().add(request.optionsJson).add(request.by).add(request.reason)
                                                                 .add(request.requestId).add(m_instance));
    if (!rows)
        return failure(rows);
    return rows->int8(0, 0);
}

Result<bool> ChaosRuns::cancel(qint64 run)
{
    const auto rows = m_connection.run(sql::chaosRunsCancel, PgParams().add(run));
    if (!rows)
        return failure(rows);
    return rows->size() > 0;
}

Result<std::optional<ChaosJob>> ChaosRuns::claim()
{
    const auto rows = m_connection.run(sql::chaosRunsClaim, PgParams().add(m_instance));
    if (!rows)
        return failure(rows);
    return rows->size() == 0 ? std::nullopt : std::optional(ChaosJob{rows->int8(0, 0), rows->text(0, 1)});
}

Result<bool> ChaosRuns::progress(qint64 run, const std::optional<QByteArray> &json)
{
    const auto rows = m_connection.run(sql::chaosRunsProgress, PgParams().add(run).add(json));
    if (!rows)
        return failure(rows);
    return rows->size() > 0 && rows->boolean(0, 0);
}

Result<bool> ChaosRuns::othersWork()
{
    const auto rows = m_connection.run(sql::chaosOtherWorkers, PgParams().add(m_instance));
    if (!rows)
        return failure(rows);
    return rows->int8(0, 0) > 0;
}

Result<bool> ChaosRuns::finish(qint64 run, ChaosState state, const std::optional<QByteArray> &verdict, const std::optional<QByteArray> &error)
{
    const auto done = m_connection.run(sql::chaosRunsFinish, PgParams().add(run).add(bytesOf(state)).add(verdict).add(error));
    if (!done)
        return failure(done);
    return done->size() > 0;
}

Status ChaosRuns::failAbandoned()
{
    const auto done = m_connection.run(sql::chaosRunsAbandoned, PgParams().add(m_instance));
    return done ? Status() : failure(done);
}

} // namespace oo
