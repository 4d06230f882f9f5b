#include "service/app/commands.h"
#include "service/proof/proof_report.h"

#include "commit.h" // made by the build

#include <QCoreApplication>
#include <QDir>

namespace oo {

namespace {

// Without this program's settings: a proof run takes nothing of the surroundings.
QProcessEnvironment ownEnvironment()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto &row : settingRows())
        environment.remove(QLatin1StringView(row.key));
    return environment;
}

} // namespace

int proveCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Proves the promises on this machine: starts a PostgreSQL, a Redis, a courier and one to three services of its own, sends conflicting traffic, kills "
        "services at named points and breaks everything around them, and holds what is stored and booked against what was sent. Then it switches guards off, "
        "and must find that out. Exit code 0 only if all is as it must be. See the README for what this does not prove."));
    parser.addOption({QStringLiteral("kills"), QStringLiteral("Kills of services (-9)."), QStringLiteral("N"), QStringLiteral("200")});
    parser.addOption({QStringLiteral("seed"), QStringLiteral("The same seed makes the same plan and the same traffic."), QStringLiteral("N"), QStringLiteral("1")});
    parser.addOption({QStringLiteral("report"), QStringLiteral("Folder for the report and the histories (default: a new one under the system's folder for temporary files)."), QStringLiteral("DIR")});
    parser.addOption({QStringLiteral("without-controls"), QStringLiteral("Leave the negative controls out.")});
    parser.addOption({QStringLiteral("controls-only"), QStringLiteral("Only the negative controls.")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    proof::ProofOptions options;
    bool killsFine = false, seedFine = false;
    options.kills = parser.value(QStringLiteral("kills")).toInt(&killsFine);
    options.seed = parser.value(QStringLiteral("seed")).toULongLong(&seedFine);
    if (!killsFine || options.kills < 0 || options.kills > 100000 || !seedFine || options.seed > 1000000000) {
        printError(QStringLiteral("--kills takes a number from 0 to 100000, --seed one from 0 to 1000000000"));
        return kExitUsage;
    }
    options.folder = QDir(parser.isSet(QStringLiteral("report")) ? parser.value(QStringLiteral("report"))
                                                                 : QDir::tempPath() + QStringLiteral("/orders-proof-%1").arg(QCoreApplication::applicationPid())).absolutePath();
    if (QDir(options.folder).exists() && !QDir(options.folder).isEmpty()) {
        printError(QStringLiteral("--report: %1 is not empty").arg(options.folder));
        return kExitUsage;
    }
    options.program = QCoreApplication::applicationFilePath();
    options.environment = ownEnvironment();
    options.withRounds = !parser.isSet(QStringLiteral("controls-only"));
    options.withControls = !parser.isSet(QStringLiteral("without-controls"));
    const auto proof = proof::prove(options, printLine);
    printLine(proof::summaryText(proof));
    if (const auto written = proof::writeReport(proof, {OO_VERSION, OO_COMMIT}); !written) {
        printError(written.error().message);
        return kExitUnavailable;
    }
    printLine(QStringLiteral("report: %1/report.html").arg(options.folder));
    return proof.isClean() ? kExitOk : proof.stoppedBy.isEmpty() ? kExitDifferent : kExitUnavailable;
}

} // namespace oo
