#include "service/app/commands.h"
#include "service/workers/replay_runner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>

#include <unistd.h>

namespace oo {

namespace {

std::optional<ReplaySelection> selectionOf(const QCommandLineParser &parser)
{
    QJsonObject object;
    for (const char *name : {"order", "type", "since", "until", "parked"}) {
        if (parser.isSet(QLatin1StringView(name)))
            object.insert(QLatin1StringView(name), parser.value(QLatin1StringView(name)));
    }
    const auto events = parser.value(QStringLiteral("event")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    if (!events.isEmpty())
        object.insert(QStringLiteral("eventIds"), QJsonArray::fromStringList(events));
    const auto selection = readSelection(QJsonDocument(object).toJson());
    if (!selection)
        printError(selection.error().message);
    return selection ? std::optional(*selection) : std::nullopt;
}

void tell(const ReplayResult &result)
{
    printLine(QStringLiteral("event %1: %2, %3").arg(result.event.value()).arg(QString::fromUtf8(bytesOf(result.action)), QString::fromUtf8(result.result)));
}

// What a run would do, without doing any of it.
Result<int> dryRun(const ServiceSettings &settings, const ReplaySelection &selection, bool reSend)
{
    PgConnection postgres(settings.postgres);
    RedisConnection redis(settings.redis);
    Replay replay(postgres, redis, settings.retries);
    EventId after(0);
    for (int count = 0;;) {
        const auto page = replay.select(selection, after);
        if (!page)
            return failure(page);
        for (const auto &item : *page) {
            const auto result = replay.preview(item, reSend);
            if (!result)
                return failure(result);
            tell(*result);
        }
        count += static_cast<int>(page->size());
        if (page->size() < Replay::pageSize)
            return count;
        after = page->back().event;
    }
}

Result<int> realRun(const ServiceSettings &settings, const ReplayRequest &request)
{
    ReplayRunner runner(settings.postgres, settings.redis, settings.retries, {settings.courier(), settings.shop()},
                        "command line " + QByteArray::number(getpid()));
    auto run = runner.runs().create(request, ReplayRuns::Worker::Me);
    if (!run)
        return failure(run);
    for (int count = 0;;) {
        const auto results = runner.step(*run, 1);
        if (!results)
            return failure(results);
        if (results->empty())
            return count;
        for (const auto &result : *results)
            tell(result);
        count += static_cast<int>(results->size());
        QThread::usleep(static_cast<unsigned long>(1e6 / request.rate)); // below live traffic
    }
}

} // namespace

int replayCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Replays stored events. Parked and unprocessed ones are run again; finished ones are checked (their order is folded again and "
        "compared); with --resend, finished calls are sent again under their same idempotency key."));
    addSettingsOptions(parser);
    parser.addOptions({{QStringLiteral("event"), QStringLiteral("Event ids, with commas between."), QStringLiteral("IDS")},
                       {QStringLiteral("order"), QStringLiteral("The order's id at Shopify."), QStringLiteral("REF")},
                       {QStringLiteral("type"), QStringLiteral("Event type, such as ORDER_UPDATED."), QStringLiteral("TYPE")},
                       {QStringLiteral("since"), QStringLiteral("Received at or after."), QStringLiteral("TIME")},
                       {QStringLiteral("until"), QStringLiteral("Received before."), QStringLiteral("TIME")},
                       {QStringLiteral("parked"), QStringLiteral("Parked for this reason."), QStringLiteral("REASON")},
                       {QStringLiteral("resend"), QStringLiteral("Send finished calls again.")},
                       {QStringLiteral("rate"), QStringLiteral("Events a second."), QStringLiteral("N"), QStringLiteral("100")},
                       {QStringLiteral("dry-run"), QStringLiteral("Only say what would happen.")}});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto selection = selectionOf(parser);
    const auto settings = selection ? settingsFor(parser) : std::nullopt;
    const double rate = parser.value(QStringLiteral("rate")).toDouble();
    if (!settings)
        return kExitUsage;
    if (rate < Replay::leastRate || rate > Replay::mostRate) {
        printError(QStringLiteral("--rate takes 1 to 1000 events a second"));
        return kExitUsage;
    }
    const bool reSend = parser.isSet(QStringLiteral("resend")), dry = parser.isSet(QStringLiteral("dry-run"));
    const auto count = dry ? dryRun(*settings, *selection, reSend)
                           : realRun(*settings, {writeSelection(*selection), "command line, " + qgetenv("USER"), "", reSend, rate});
    if (!count) {
        printError(count.error().message);
        return exitCodeOf(count.error());
    }
    printLine(QStringLiteral("%1 events%2").arg(*count).arg(dry ? QStringLiteral(", nothing was changed") : QString()));
    return kExitOk;
}

} // namespace oo
