#include "service/app/commands.h"
#include "service/clients/call_verdict.h"
#include "service/workers/replay.h"
#include "shared/core/json_text.h"

#include <QEventLoop>
#include <QThread>
#include <QUrlQuery>

namespace oo {

namespace {

std::optional<ReplaySelection> readSelection(const QCommandLineParser &parser)
{
    ReplaySelection selection;
    for (const auto &text : parser.value(QStringLiteral("event")).split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        bool ok = false;
        selection.events.append(EventId(text.trimmed().toLongLong(&ok)));
        if (!ok) {
            printError(QStringLiteral("--event: \"%1\" is not an event id").arg(text));
            return std::nullopt;
        }
    }
    const auto textOption = [&parser](const QString &name) {
        return parser.isSet(name) ? std::optional(parser.value(name).toUtf8()) : std::nullopt;
    };
    selection.refId = textOption(QStringLiteral("order"));
    selection.type = textOption(QStringLiteral("type"));
    for (const auto &[name, target] : {std::pair{QStringLiteral("since"), &selection.since}, std::pair{QStringLiteral("until"), &selection.until}}) {
        if (!parser.isSet(name))
            continue;
        *target = parseInstant(parser.value(name).toUtf8());
        if (!*target) {
            printError(QStringLiteral("--%1 wants a time such as 2026-04-06T10:15:00Z").arg(name));
            return std::nullopt;
        }
    }
    if (selection.events.isEmpty() && !selection.refId && !selection.type && !selection.since && !selection.until) {
        printError(QStringLiteral("say which events: --event, --order, --type, --since, --until"));
        return std::nullopt;
    }
    return selection;
}

QByteArray selectionJson(const QCommandLineParser &parser)
{
    QByteArray out;
    JsonObjectWriter json(out);
    for (const char *name : {"event", "order", "type", "since", "until"}) {
        if (parser.isSet(QLatin1StringView(name)))
            json.string(name, parser.value(QLatin1StringView(name)).toUtf8());
    }
    json.close();
    return out;
}

HttpAnswer exchange(HttpClient &client, const HttpCall &call)
{
    HttpAnswer result;
    QEventLoop loop;
    client.send(call, [&](const HttpAnswer &answer) {
        result = answer;
        loop.quit();
    });
    loop.exec();
    return result;
}

// The call once more, byte for byte, under its key; a courier that offers it is asked first.
QByteArray reSend(HttpClient &client, const ReplayItem &item, const ServiceSettings &settings, bool apply)
{
    if (!apply)
        return "would be sent again under the key " + *item.idempotencyKey;
    const auto downstream = fromText<EventType>(item.type) == EventType::ShopNotification ? settings.shop() : settings.courier();
    const auto base = downstream.url.toString(QUrl::StripTrailingSlash);
    if (downstream.lookUp && fromText<EventType>(item.type) == EventType::BookingCreateRequest) {
        QUrl question(base + QStringLiteral("/bookings"));
        question.setQuery(QStringLiteral("key=") + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(*item.idempotencyKey))));
        const auto known = exchange(client, {"GET", question, {}, {}, downstream.timeoutMs});
        if (known.status == 200)
            return "the courier has it already: " + verdictOf(known).text;
    }
    const auto answer = exchange(client, {"POST", QUrl(base + QString::fromUtf8(*item.callPath)), *item.callBody, *item.idempotencyKey,
                                          downstream.timeoutMs});
    return answer.status ? "answered " + QByteArray::number(answer.status) + ' ' + verdictOf(answer).text
                         : "no answer: " + answer.error.toUtf8();
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
                       {QStringLiteral("resend"), QStringLiteral("Send finished calls again.")},
                       {QStringLiteral("rate"), QStringLiteral("Events a second."), QStringLiteral("N"), QStringLiteral("100")},
                       {QStringLiteral("dry-run"), QStringLiteral("Only say what would happen.")}});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto selection = readSelection(parser);
    const auto settings = selection ? settingsFor(parser) : std::nullopt;
    const double rate = parser.value(QStringLiteral("rate")).toDouble();
    if (!settings || rate <= 0)
        return kExitUsage;
    const bool apply = !parser.isSet(QStringLiteral("dry-run"));
    const QByteArray by = "command line, " + qgetenv("USER");

    PgConnection postgres(settings->postgres);
    RedisConnection redis(settings->redis);
    Replay replay(postgres, redis, settings->retries);
    HttpClient client;
    const auto stopWith = [](const Error &error) {
        printError(error.message);
        return exitCodeOf(error);
    };
    qint64 run = 0;
    if (apply) {
        const auto started = replay.start(selectionJson(parser), by);
        if (!started)
            return stopWith(started.error());
        run = *started;
    }
    EventId after(0);
    int count = 0;
    for (;;) {
        const auto page = replay.select(*selection, after);
        if (!page)
            return stopWith(page.error());
        std::vector<ReplayResult> results;
        for (const auto &item : *page) {
            if (item.action(parser.isSet(QStringLiteral("resend"))) == ReplayAction::ReSend) {
                results.push_back({item.event, ReplayAction::ReSend, reSend(client, item, *settings, apply)});
            } else {
                const auto result = replay.run(item, apply, by);
                if (!result)
                    return stopWith(result.error());
                results.push_back(*result);
            }
            printLine(QStringLiteral("event %1 %2 %3: %4, %5")
                          .arg(item.event.value())
                          .arg(QString::fromUtf8(item.type), QString::fromUtf8(item.refId.value_or(QByteArray("-"))),
                               QString::fromUtf8(bytesOf(results.back().action)), QString::fromUtf8(results.back().result)));
            if (apply)
                QThread::usleep(static_cast<unsigned long>(1e6 / rate)); // below live traffic
        }
        count += static_cast<int>(results.size());
        if (apply) {
            if (const auto kept = replay.record(run, results); !kept)
                return stopWith(kept.error());
        }
        if (page->size() < Replay::pageSize)
            break;
        after = page->back().event;
    }
    if (apply)
        (void)replay.finish(run);
    printLine(QStringLiteral("%1 events%2").arg(count).arg(apply ? QString() : QStringLiteral(", nothing was changed")));
    return kExitOk;
}

} // namespace oo
