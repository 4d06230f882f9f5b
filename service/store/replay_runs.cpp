#include "service/store/replay_runs.h"

namespace oo {

namespace {

using Element = PgArray::Element;
constexpr double kLeaseSeconds = 5;

struct TwoColumns
{
    PgArray ids{Element::Int8}, texts{Element::Text};
};

TwoColumns columnsOf(const std::vector<std::pair<EventId, QByteArray>> &rows)
{
    TwoColumns columns;
    for (const auto &[event, text] : rows) {
        columns.ids.add(event.value());
        columns.texts.add(text);
    }
    return columns;
}

ReplayRun runOf(const PgRows &rows)
{
    const auto id = [&](const char *column) { return EventId(rows.int8(0, rows.column(column))); };
    return {rows.int8(0, 0), rows.text(0, rows.column("selection")), rows.text(0, rows.column("requested_by")),
            rows.boolean(0, rows.column("re_send")), rows.float8(0, rows.column("rate")), id("cursor_id"), id("last_id")};
}

} // namespace

Result<ReplayRun> ReplayRuns::create(const ReplayRequest &request, Worker worker)
{
    const auto rows = m_connection.run(sql::replayCreate, PgParams().add(request.selectionJson).add(request.by).add(request.reason).add(request.reSend)
                                                            .add(request.rate).add(worker == Worker::Me ? std::optional(m_owner) : std::nullopt).add(kLeaseSeconds).add(request.requestId));
    if (!rows)
        return failure(rows);
    return runOf(*rows);
}

Result<std::optional<ReplayRun>> ReplayRuns::claim()
{
    const auto rows = m_connection.run(sql::replayClaim, PgParams().add(m_owner).add(kLeaseSeconds));
    if (!rows)
        return failure(rows);
    return rows->size() == 0 ? std::nullopt : std::optional(runOf(*rows));
}

Result<QSet<EventId>> ReplayRuns::begin(qint64 run, const std::vector<std::pair<EventId, QByteArray>> &eventsAndActions)
{
    const auto columns = columnsOf(eventsAndActions);
    const auto rows = m_connection.run(sql::replayBegin, PgParams().add(run).add(columns.ids).add(columns.texts));
    if (!rows)
        return failure(rows);
    QSet<EventId> before;
    for (int row = 0; row < rows->size(); ++row)
        before.insert(EventId(rows->int8(row, 0)));
    return before;
}

Result<bool> ReplayRuns::advance(const ReplayRun &run, const std::vector<std::pair<EventId, QByteArray>> &results)
{
    const auto columns = columnsOf(results);
    const auto rows = m_connection.run(sql::replayAdvance, PgParams().add(run.id).add(columns.ids).add(columns.texts).add(run.cursor.value()).add(kLeaseSeconds).add(m_owner));
    if (!rows)
        return failure(rows);
    return rows->size() > 0;
}

Result<bool> ReplayRuns::end(qint64 run, const QByteArray &state)
{
    const auto rows = m_connection.run(sql::replayEnd, PgParams().add(run).add(state));
    if (!rows)
        return failure(rows);
    return rows->size() > 0;
}

} // namespace oo
