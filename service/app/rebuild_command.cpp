#include "service/app/commands.h"
#include "service/workers/rebuild.h"

#include <QElapsedTimer>

namespace oo {

namespace {

void printDifference(const OrderDifference &difference)
{
    for (const auto &field : difference.fields)
        printLine(QStringLiteral("%1: %2 is %3, should be %4")
                      .arg(QString::fromUtf8(difference.refId), QString::fromUtf8(field.field),
                           field.is.isEmpty() ? QStringLiteral("empty") : QString::fromUtf8(field.is),
                           field.shouldBe.isEmpty() ? QStringLiteral("empty") : QString::fromUtf8(field.shouldBe)));
}

} // namespace

int rebuildCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Folds every order again from its events and prints where the stored row differs. Exit code "
                                                    "1 if one does and stays so."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("apply"), QStringLiteral("Write the differing orders, on the workers' own path. No effect is ever decided.")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto settings = settingsFor(parser);
    if (!settings)
        return kExitUsage;
    const bool apply = parser.isSet(QStringLiteral("apply"));
    PgConnection connection(settings->postgres);
    Rebuild rebuild(connection);
    OrderId after;
    qint64 checked = 0, different = 0;
    QElapsedTimer sinceReport;
    sinceReport.start();
    for (;;) {
        const auto chunk = rebuild.checkAfter(after);
        if (!chunk) {
            printError(chunk.error().message);
            return exitCodeOf(chunk.error());
        }
        checked += chunk->checked;
        different += static_cast<qint64>(chunk->different.size());
        for (const auto &difference : chunk->different) {
            printDifference(difference);
            if (!apply)
                continue;
            if (const auto written = rebuild.recheck(difference.id, true); !written) {
                printError(written.error().message);
                return exitCodeOf(written.error());
            }
        }
        if (!chunk->last)
            break;
        after = *chunk->last;
        if (sinceReport.hasExpired(1000)) {
            printLine(QStringLiteral("… %1 orders checked").arg(checked));
            sinceReport.restart();
        }
    }
    printLine(QStringLiteral("%1 orders checked, %2 differ%3").arg(checked).arg(different).arg(apply && different > 0 ? QStringLiteral(", written") : QString()));
    return different > 0 && !apply ? kExitDifferent : kExitOk;
}

} // namespace oo
