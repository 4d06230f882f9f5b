#include "service/app/command_line.h"

#include "service/app/commands.h"
#include "service/app/log_lines.h"
#include "service/backends/embedded_backends.h"

#include <QDir>
#include <QStandardPaths>

#include <cstdio>

namespace oo {

namespace {

struct CommandRow
{
    const char *name;
    int (*run)(const QStringList &);
    const char *summary;
};

constexpr CommandRow kCommands[] = {
    {"serve", serveCommand, "take webhooks and drive orders (the default)"},
    {"migrate", migrateCommand, "bring the database to this version's schema; adopts the older service's database"},
    {"check-config", checkConfigCommand, "print every setting with where it came from"},
    {"chaos", chaosCommand, "send conflicting traffic to a running service and judge what became of it"},
    {"replay", replayCommand, "run stored events again: parked, unprocessed or finished ones"},
    {"rebuild", rebuildCommand, "fold all orders again and print the differences"},
    {"token", tokenCommand, "create, list and revoke tokens of the admin API"},
    {"prove", proveCommand, "prove the promises on this machine: kills, faults, negative controls, a report"},
    {"standin", standinCommand, "the stand-in courier and shop as a program of its own"},
};

QString usage()
{
    QString text = QStringLiteral("usage: orchestratord [COMMAND] [options]\n\n");
    for (const auto &command : kCommands)
        text += QStringLiteral("  %1 %2\n").arg(QLatin1StringView(command.name), -14).arg(QLatin1StringView(command.summary));
    text += QStringLiteral("\n  orchestratord COMMAND --help    the command's options\n"
                           "  orchestratord --version\n\n"
                           "exit codes: 0 done and clean, 1 done with differences, 2 wrong options or settings,\n"
                           "            3 a server or port is not there, 4 the database needs `migrate`\n");
    return text;
}

} // namespace

void printLine(const QString &text)
{
    std::fputs((text + QLatin1Char('\n')).toUtf8().constData(), stdout);
    std::fflush(stdout);
}

void printError(const QString &text)
{
    std::fputs((QStringLiteral("orchestratord: ") + text + QLatin1Char('\n')).toUtf8().constData(), stderr);
}

int exitCodeOf(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Invalid:
    case ErrorCode::NotFound:
        return kExitUsage;
    case ErrorCode::Conflict:
        return kExitSchema;
    default:
        return kExitUnavailable;
    }
}

std::optional<int> parseOptions(QCommandLineParser &parser, const QStringList &arguments)
{
    const auto help = parser.addHelpOption();
    if (!parser.parse(arguments)) {
        printError(parser.errorText() + QStringLiteral(" (see --help)"));
        return kExitUsage;
    }
    if (parser.isSet(help)) {
        printLine(parser.helpText().trimmed());
        return kExitOk;
    }
    return std::nullopt;
}

void addSettingsOptions(QCommandLineParser &parser)
{
    parser.addOptions({{QStringLiteral("env-file"), QStringLiteral("Settings file, after the environment (default: .env)."),
                        QStringLiteral("FILE"), QStringLiteral(".env")},
                       {QStringLiteral("embedded"), QStringLiteral("Use a private PostgreSQL and Redis under the data folder.")},
                       {QStringLiteral("data-dir"), QStringLiteral("The data folder of --embedded."), QStringLiteral("DIR")}});
}

QString dataFolder(const QCommandLineParser &parser)
{
    if (parser.isSet(QStringLiteral("data-dir")))
        return parser.value(QStringLiteral("data-dir"));
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/orders-orchestrator");
}

std::optional<ServiceSettings> settingsFor(const QCommandLineParser &parser)
{
    const bool embedded = parser.isSet(QStringLiteral("embedded")) || parser.isSet(QStringLiteral("data-dir"));
    auto result = readSettings(QProcessEnvironment::systemEnvironment(), parser.value(QStringLiteral("env-file")), embedded);
    for (const auto &problem : std::as_const(result.problems))
        printError(problem);
    if (!result.problems.isEmpty())
        return std::nullopt;
    if (embedded)
        useBackends(EmbeddedBackends(dataFolder(parser)), result.settings);
    return result.settings;
}

int runCommandLine(const QStringList &arguments)
{
    installLogLines();
    const QString first = arguments.value(1);
    if (first == QLatin1StringView("--version")) {
        printLine(QStringLiteral("orchestratord %1").arg(QLatin1StringView(OO_VERSION)));
        return kExitOk;
    }
    if (first == QLatin1StringView("--help") || first == QLatin1StringView("-h") || first == QLatin1StringView("help")) {
        printLine(usage().trimmed());
        return kExitOk;
    }
    if (first.isEmpty() || first.startsWith(QLatin1Char('-')))
        return serveCommand(arguments);
    for (const auto &command : kCommands) {
        if (first != QLatin1StringView(command.name))
            continue;
        auto rest = arguments;
        rest.removeAt(1);
        rest.first() += QLatin1Char(' ') + first; // for --help
        return command.run(rest);
    }
    printError(QStringLiteral("there is no command \"%1\"\n\n%2").arg(first, usage()));
    return kExitUsage;
}

} // namespace oo
