// `migrate` and `check-config`.

#include "service/app/commands.h"
#include "service/backends/embedded_backends.h"
#include "service/store/migrator.h"

namespace oo {

int migrateCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Runs the migrations that the database lacks. On the older service's database it keeps every "
                                                    "row and works from there."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("adopt-effects-since"),
                      QStringLiteral("Bookings and notifications that the older service left unsent are sent if younger than this; older "
                                     "ones are parked as adopted."),
                      QStringLiteral("INTERVAL"), QStringLiteral("24 hours")});
    parser.addOption({QStringLiteral("after-restore"), QStringLiteral("The database was restored from another cluster: make its tail of events go on here. "
                                                                      "Stop all services before.")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto settings = settingsFor(parser);
    if (!settings)
        return kExitUsage;
    PgConnection connection(settings->postgres);
    const auto report = Migrator(connection).migrate(parser.value(QStringLiteral("adopt-effects-since")).toUtf8());
    if (!report) {
        printError(report.error().message);
        return exitCodeOf(report.error());
    }
    if (report->applied.isEmpty())
        printLine(QStringLiteral("nothing to do: the schema is up to date"));
    for (const auto &name : report->applied)
        printLine(QStringLiteral("applied %1").arg(name));
    if (report->adoptedOrders > 0)
        printLine(QStringLiteral("adopted %1 orders; %2 old effects are parked as adopted and are not sent unless released")
                      .arg(report->adoptedOrders).arg(report->parkedEffects));
    if (!parser.isSet(QStringLiteral("after-restore")))
        return kExitOk;
    if (const auto mended = Migrator(connection).afterRestore(); !mended) {
        printError(mended.error().message);
        return exitCodeOf(mended.error());
    }
    printLine(QStringLiteral("events of the other cluster are put in line; positions of the stream from before are of no use any more"));
    return kExitOk;
}

static int printTable(const QString &format)
{
    static const QHash<QString, QString (*)()> kFormats{{QStringLiteral("markdown"), settingsAsMarkdown},
                                                       {QStringLiteral("env"), settingsAsDotEnv},
                                                       {QStringLiteral("package"), settingsAsPackageFile},
                                                       {QStringLiteral("manual"), settingsAsManual}};
    const auto write = kFormats.value(format);
    if (!write) {
        printError(QStringLiteral("--table takes markdown, env, package or manual"));
        return kExitUsage;
    }
    printLine(write().trimmed());
    return kExitOk;
}

int checkConfigCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Prints every setting with where it came from, secrets masked. Exit code 2 if one is wrong."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("table"), QStringLiteral("Print the table of all settings instead: markdown, env, package, manual."), QStringLiteral("FORMAT")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto table = parser.value(QStringLiteral("table"));
    if (!table.isEmpty())
        return printTable(table);
    const auto result = readSettings(QProcessEnvironment::systemEnvironment(), parser.value(QStringLiteral("env-file")),
                                     parser.isSet(QStringLiteral("embedded")));
    printLine(describeSettings(result).trimmed());
    for (const auto &warning : result.warnings)
        printError(QStringLiteral("warning: ") + warning);
    for (const auto &problem : result.problems)
        printError(problem);
    return result.problems.isEmpty() ? kExitOk : kExitUsage;
}

} // namespace oo
