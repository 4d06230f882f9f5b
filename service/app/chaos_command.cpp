#include "service/app/commands.h"
#include "service/chaos/chaos_run.h"
#include "shared/api/chaos_options.h"

#include <QFile>
#include <QJsonDocument>

namespace oo {

namespace {

// By name; nullopt: one of them is not what it must be, which is printed.
std::optional<QHash<QString, double>> numbersOf(const QCommandLineParser &parser)
{
    QHash<QString, double> numbers;
    for (const auto &option : kChaosOptions) {
        bool ok = false;
        const auto given = parser.value(option.name);
        const double value = given.toDouble(&ok);
        if (!ok || value < option.low || value > option.high) {
            printError(QStringLiteral("--%1: \"%2\" is not a number from %3 to %4").arg(option.name, given).arg(option.low).arg(option.high));
            return std::nullopt;
        }
        numbers.insert(option.name, value);
    }
    return numbers;
}

void printFacts(const QJsonObject &facts)
{
    printLine(QString::fromUtf8(QJsonDocument(facts).toJson(QJsonDocument::Compact)));
}

} // namespace

int chaosCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Sends creates, updates, payments, cancellations and courier events, shuffled, repeated, in parallel, to a running service with "
        "stand-ins; then holds every order and every booking against what they must be. Exit code 0 only if all is clean."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("url"), QStringLiteral("The Shopify webhook endpoint."), QStringLiteral("URL"),
                      QStringLiteral("http://localhost:4000/webhooks/shopify")});
    parser.addOption({QStringLiteral("secret"), QStringLiteral("Signs the webhooks (default: from the settings, SHOPIFY_WEBHOOK_SECRET)."), QStringLiteral("TEXT")});
    parser.addOption({QStringLiteral("json"), QStringLiteral("Write the verdict to FILE too."), QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("run"), QStringLiteral("The run's name, chaos-…: of its shop, and of its orders in lists (default: by seed and size)."), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("json-lines"), QStringLiteral("Say everything as a line of JSON each: progress, and the verdict at the end.")});
    for (const auto &option : kChaosOptions)
        parser.addOption({option.name, option.meaning, QStringLiteral("N"), QString::number(option.defaultValue)});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto settings = settingsFor(parser);
    if (!settings)
        return kExitUsage;
    const auto numbers = numbersOf(parser);
    if (!numbers)
        return kExitUsage;
    const auto number = [&](const char *name) { return numbers->value(QLatin1StringView(name)); };
    chaos::RunOptions options;
    options.traffic = {static_cast<int>(number("orders")), static_cast<int>(number("events")), static_cast<quint64>(number("seed")), number("duplicates"),
                       parser.value(QStringLiteral("run")).toUtf8()};
    options.concurrency = static_cast<int>(number("concurrency"));
    options.rate = number("rate");
    options.patienceSeconds = static_cast<int>(number("patience"));
    if (!options.traffic.run.isEmpty() && !options.traffic.run.startsWith("chaos-")) {
        printError(QStringLiteral("--run: the name of a run begins with chaos-"));
        return kExitUsage;
    }
    options.url = QUrl(parser.value(QStringLiteral("url")), QUrl::StrictMode);
    const auto host = options.url.host();
    if (!options.url.isValid() || (host != QLatin1StringView("localhost") && host != QLatin1StringView("127.0.0.1"))) {
        printError(QStringLiteral("--url must name a service on this machine (localhost or 127.0.0.1): chaos is for trials"));
        return kExitUsage;
    }
    options.secret = parser.isSet(QStringLiteral("secret")) ? parser.value(QStringLiteral("secret")).toUtf8()
                                                            : settings->secrets.shopify.value(0);
    options.courierSecret = parser.isSet(QStringLiteral("secret")) ? options.secret : settings->secrets.courier.value(0);
    options.postgres = settings->postgres;
    options.postgres.applicationName = QStringLiteral("orchestratord-chaos");
    options.notificationsPerSecond = settings->notificationLimit.max * 1000.0 / static_cast<double>(settings->notificationLimit.durationMs);

    const bool asJson = parser.isSet(QStringLiteral("json-lines"));
    const auto verdict = chaos::run(options, [&](const QString &text, const QJsonObject &facts) { asJson ? printFacts(facts) : printLine(text); });
    if (!verdict) {
        printError(verdict.error().message);
        return kExitUnavailable;
    }
    if (asJson)
        printFacts({{QStringLiteral("verdict"), verdict->json(options)}});
    else
        printLine(verdict->text(options));
    if (const auto name = parser.value(QStringLiteral("json")); !name.isEmpty()) {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(verdict->json(options)).toJson()) < 0) {
            printError(QStringLiteral("cannot write %1: %2").arg(name, file.errorString()));
            return kExitUsage;
        }
    }
    return verdict->isClean() ? kExitOk : kExitDifferent;
}

} // namespace oo
