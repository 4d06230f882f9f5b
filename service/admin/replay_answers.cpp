#include "service/admin/replay_answers.h"

#include "service/admin/message_rows.h"
#include "service/domain/masking.h"
#include "service/store/replay_runs.h"
#include "service/workers/replay.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <limits>

namespace oo {

namespace {

constexpr qint64 kBeyondAll = std::numeric_limits<qint64>::max();
constexpr int kMostPreviewed = 1000;
constexpr size_t kMostShown = 100;
constexpr double kDefaultRate = 50; // events a second

ApiResult<qint64> runOf(const QByteArray &text)
{
    bool ok = false;
    const auto id = text.toLongLong(&ok);
    if (!ok || id <= 0)
        return badRequest("the id is not one of a replay run");
    return id;
}

QByteArray differenceJson(const OrderDifference &difference)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("orderId", toText(difference.id));
    json.string("refId", difference.refId);
    json.raw("fields", maskedDifferences(difference.fields));
    json.close();
    return out;
}

// The selection of a query, in the form that a run's body has it.
QByteArray selectionOf(QueryParameters &query)
{
    QJsonObject object;
    const auto ids = query.words("eventIds");
    if (!ids.isEmpty()) {
        QJsonArray list;
        for (const auto &id : ids)
            list.append(QString::fromUtf8(id));
        object.insert(QStringLiteral("eventIds"), list);
    }
    for (const char *name : {"order", "type", "since", "until", "parked"}) {
        if (const auto text = query.text(name))
            object.insert(QLatin1StringView(name), QString::fromUtf8(*text));
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

ApiResult<QByteArray> ReplayAnswers::preview(QueryParameters &query)
{
    const auto text = selectionOf(query);
    const bool reSend = query.flag("reSend");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto selection = readSelection(text);
    if (!selection)
        return failureOf(selection.error());
    Replay replay(m_postgres, m_redis, m_retries);
    const auto items = replay.select(*selection, EventId(0), Replay::newest, kMostPreviewed + 1);
    if (!items)
        return failureOf(items.error());
    ReplayPreview all;
    qint64 *const counts[] = {&all.reRun, &all.reCheck, &all.reSend}; // in step with ReplayAction
    for (size_t i = 0; i < items->size() && i < kMostPreviewed; ++i) {
        const auto result = replay.preview((*items)[i], reSend);
        if (!result)
            return failureOf(result.error());
        ++*counts[static_cast<size_t>(result->action)];
        const bool changesNothing = result->action == ReplayAction::ReCheck && result->result.startsWith("no change");
        all.willChangeNothing += changesNothing ? 1 : 0;
        if (!changesNothing && all.items.size() < kMostShown)
            all.items.push_back({ApiId{result->event.value()}, bytesOf(result->action), result->result, Instant::now()});
    }
    all.cut = items->size() > kMostPreviewed;
    return toJson(all);
}

ApiResult<QByteArray> ReplayAnswers::list(QueryParameters &query)
{
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto rows = m_postgres.run(sql::replayRunsList, PgParams().add(position.value_or(kBeyondAll)).addNull().add(limit));
    if (!rows)
        return failureOf(rows.error());
    const auto runs = messagesOf<ReplayRunSummary>(*rows);
    const auto items = jsonOf(runs);
    return listJson(items, items.size() < limit ? std::nullopt : std::optional(QByteArray::number(runs.back().id.value)));
}

ApiResult<QByteArray> ReplayAnswers::one(const QByteArray &run)
{
    const auto id = runOf(run);
    if (!id)
        return tl::unexpected(id.error());
    const auto rows = m_postgres.run(sql::replayRunsList, PgParams().add(kBeyondAll).add(*id).add(1));
    if (!rows)
        return failureOf(rows.error());
    if (rows->size() == 0)
        return notFound("there is no replay run " + run);
    return toJson(messageOf<ReplayRunSummary>(*rows, 0));
}

ApiResult<QByteArray> ReplayAnswers::results(const QByteArray &run, QueryParameters &query)
{
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto id = runOf(run);
    if (!id)
        return tl::unexpected(id.error());
    const auto rows = m_postgres.run(sql::replayResultsList, PgParams().add(*id).add(position.value_or(0)).add(limit));
    if (!rows)
        return failureOf(rows.error());
    const auto events = messagesOf<ReplayedEvent>(*rows);
    const auto items = jsonOf(events);
    return listJson(items, items.size() < limit ? std::nullopt : std::optional(QByteArray::number(events.back().eventId.value)));
}

ApiResult<QByteArray> ReplayAnswers::start(const QJsonObject &body, const QByteArray &by)
{
    const auto selection = readSelection(QJsonDocument(body.value(QLatin1StringView("selection")).toObject()).toJson(QJsonDocument::Compact));
    if (!selection)
        return failureOf(selection.error());
    const auto rate = body.value(QLatin1StringView("rate")).toDouble(kDefaultRate);
    if (rate < Replay::leastRate || rate > Replay::mostRate)
        return badRequest("rate is not within 1 and 1000 events a second");
    const auto run = ReplayRuns(m_postgres, {}).create({writeSelection(*selection), by, body.value(QLatin1StringView("reason")).toString().toUtf8(),
                                                        body.value(QLatin1StringView("reSend")).toBool(), rate, body.value(QLatin1StringView("requestId")).toString().toUtf8()},
                                                       ReplayRuns::Worker::Anybody);
    if (!run)
        return failureOf(run.error());
    return one(QByteArray::number(run->id));
}

ApiResult<QByteArray> ReplayAnswers::cancel(const QByteArray &run)
{
    const auto id = runOf(run);
    if (!id)
        return tl::unexpected(id.error());
    const auto ended = ReplayRuns(m_postgres, {}).end(*id, "cancelled");
    if (!ended)
        return failureOf(ended.error());
    auto now = one(run);
    if (!*ended && now)
        return refused(409, "conflict", "the run had ended");
    return now;
}

ApiResult<QByteArray> ReplayAnswers::rebuildCheck(QueryParameters &query)
{
    const auto position = query.position("after");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const OrderId after(position ? QUuid::fromString(QString::fromUtf8(*position)) : QUuid());
    if (position && after.value().isNull())
        return badRequest("after is not a position that a list gave");
    const auto chunk = Rebuild(m_postgres).checkAfter(after);
    if (!chunk)
        return failureOf(chunk.error());
    QList<QByteArray> items;
    for (const auto &difference : chunk->different)
        items.append(differenceJson(difference));
    return listJson(items, chunk->last ? std::optional(toText(*chunk->last)) : std::nullopt);
}

ApiResult<QByteArray> ReplayAnswers::rebuildApply(const QByteArray &order)
{
    const OrderId id(QUuid::fromString(QString::fromUtf8(order)));
    if (id.value().isNull())
        return badRequest("the id is not one of an order");
    const auto difference = Rebuild(m_postgres).recheck(id, true);
    if (!difference)
        return failureOf(difference.error());
    return *difference ? differenceJson(**difference) : QByteArray(R"({"fields":{}})");
}

} // namespace oo
