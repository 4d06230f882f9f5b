#include "service/app/commands.h"
#include "service/chaos/chaos_run.h"

#include <QFile>
#include <QJsonDocument>

namespace oo {

namespace {

struct NumberOption
{
    const char *name;
    const char *meaning;
    const char *defaultText;
    double low, high;
};
// Without arguments: what the older service's script did.
constexpr NumberOption kNumbers[] = {
    {"orders", "Orders to make.", "1", 1, 1000000},
    {"events", "Webhooks of each order.", "100", 1, 100000},
    {"seed", "The same seed makes the same traffic.", "1", 0, 9e15},
    {"duplicates", "Share of webhooks that are delivered twice, 0 to 1.", "0.1", 0, 1},
    {"concurrency", "Connections.", "16", 1, 1000},
    {"rate", "Webhooks a second; 0: as fast as answers come.", "0", 0, 1e6},
    {"patience", "Seconds to wait for acknowledgements, and again for quiet.", "180", 1, 86400},
};

std::optional<double> numberOf(const QCommandLineParser &parser, const NumberOption &option)
{
    bool ok = false;
    const auto text = parser.value(QLatin1StringView(option.name));
    const double value = text.toDouble(&ok);
    if (ok && value >= option.low && value <= option.high)
        return value;
    printError(QStringLiteral("--%1: \"%2\" is not a number from %3 to %4").arg(QLatin1StringView(option.name), text).arg(option.low).arg(option.high));
    return std::nullopt;
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
    for (const auto &option : kNumbers)
        parser.addOption({QLatin1StringView(option.name), QLatin1StringView(option.meaning), QStringLiteral("N"), QLatin1StringView(option.defaultText)});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto settings = settingsFor(parser);
    if (!settings)
        return kExitUsage;
    std::array<double, std::size(kNumbers)> numbers{};
    for (size_t i = 0; i < numbers.size(); ++i) {
        const auto value = numberOf(parser, kNumbers[i]);
        if (!value)
            return kExitUsage;
        numbers[i] = *value;
    }
    chaos::RunOptions options;
    options.traffic = {static_cast<int>(numbers[0]), static_cast<int>(numbers[1]), static_cast<quint64>(numbers[2]), numbers[3]};
    options.concurrency = static_cast<int>(numbers[4]);
    options.rate = numbers[5];
    options.patienceSeconds = static_cast<int>(numbers[6]);
    options.url = QUrl(parser.value(QStringLiteral("url")), QUrl::StrictMode);
    const auto host = options.url.host();
    if (!options.url.isValid() || (host != QLatin1StringView("localhost") && host != QLatin1StringView("127.0.0.1"))) {
        printError(QStringLiteral("--url must name a service on this machine (localhost or 127.0.0.1): chaos is for trials"));
        return kExitUsage;
    }
    options.secret = parser.isSet(QStringLiteral("secret")) ? parser.value(QStringLiteral("secret")).toUtf8()
                                                            : settings->secrets.shopify.value(0);
    options.postgres = settings->postgres;
    options.postgres.applicationName = QStringLiteral("orchestratord-chaos");
    options.notificationsPerSecond = settings->notificationLimit.max * 1000.0 / static_cast<double>(settings->notificationLimit.durationMs);

    const auto verdict = chaos::run(options, printLine);
    if (!verdict) {
        printError(verdict.error().message);
        return kExitUnavailable;
    }
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
