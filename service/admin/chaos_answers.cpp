#include "service/admin/chaos_answers.h"

#include "service/admin/event_answers.h"
#include "service/admin/message_rows.h"
#include "service/store/chaos_runs.h"
#include "shared/api/chaos_options.h"

#include <QJsonDocument>

#include <cmath>
#include <limits>

namespace oo {

namespace {

constexpr qint64 kBeyondAll = std::numeric_limits<qint64>::max();

// All of them, what is not given by its default.
ApiResult<QJsonObject> optionsOf(const QJsonObject &given)
{
    QJsonObject options;
    for (const auto &option : kChaosOptions) {
        const auto value = given.value(option.name);
        const double number = value.isUndefined() ? option.defaultValue : value.toDouble(std::nan(""));
        const bool isWhole = !option.whole || number == std::floor(number);
        if (!(number >= option.low && number <= option.high) || !isWhole)
            return badRequest("options: " + QByteArray(option.name.data(), option.name.size()) + " is not a " + (option.whole ? "whole " : "")
                              + "number from " + QByteArray::number(option.low, 'g', 16) + " to " + QByteArray::number(option.high, 'g', 16));
        options.insert(option.name, number);
    }
    for (auto it = given.begin(); it != given.end(); ++it) {
        if (!options.contains(it.key()))
            return badRequest("options: there is no " + it.key().toUtf8());
    }
    if (options[QLatin1StringView("orders")].toDouble() * options[QLatin1StringView("events")].toDouble() > kMostChaosWebhooks)
        return badRequest("options: orders and events make more than 200000 webhooks: use the command line for that");
    return options;
}

} // namespace

ApiResult<QByteArray> ChaosAnswers::list(QueryParameters &query)
{
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto rows = m_postgres.run(sql::chaosRunsList, PgParams().add(position.value_or(kBeyondAll)).addNull().add(limit));
    if (!rows)
        return failureOf(rows.error());
    const auto runs = messagesOf<ChaosRunSummary>(*rows);
    return listJson(jsonOf(runs), rows->size() < limit ? std::nullopt : std::optional(QByteArray::number(runs.back().id.value)));
}

ApiResult<QByteArray> ChaosAnswers::one(const QByteArray &run)
{
    const auto id = eventIdOf(run);
    if (!id)
        return tl::unexpected(id.error());
    const auto rows = m_postgres.run(sql::chaosRunsList, PgParams().add(kBeyondAll).add(id->value()).add(1));
    if (!rows)
        return failureOf(rows.error());
    if (rows->size() == 0)
        return notFound("there is no chaos run " + run);
    return toJson(messageOf<ChaosRunSummary>(*rows, 0));
}

ApiResult<QByteArray> ChaosAnswers::start(const QJsonObject &body, const QByteArray &by, const QByteArray &instance, const QByteArray &refusal)
{
    if (!refusal.isEmpty())
        return refused(403, "chaos_refused", refusal);
    const auto given = body.value(QLatin1StringView("options"));
    if (!given.isUndefined() && !given.isObject())
        return badRequest("options is not an object");
    const auto options = optionsOf(given.toObject());
    if (!options)
        return tl::unexpected(options.error());
    ChaosRuns runs(m_postgres, instance);
    const auto others = runs.othersWork();
    if (!others)
        return failureOf(others.error());
    if (*others)
        return refused(403, "chaos_refused", "other processes work the queues too, and where they book is not for this one to know");
    const auto run = runs.create({QJsonDocument(*options).toJson(QJsonDocument::Compact), by,
                                                             body.value(QLatin1StringView("reason")).toString().toUtf8(),
                                                             body.value(QLatin1StringView("requestId")).toString().toUtf8()});
    if (!run)
        return failureOf(run.error());
    return one(QByteArray::number(*run));
}

ApiResult<QByteArray> ChaosAnswers::cancel(const QByteArray &run)
{
    auto now = one(run);
    if (!now)
        return now;
    const auto cancelled = ChaosRuns(m_postgres, {}).cancel(run.toLongLong());
    if (!cancelled)
        return failureOf(cancelled.error());
    if (!*cancelled)
        return refused(409, "conflict", "the run had ended");
    return one(run);
}

} // namespace oo
