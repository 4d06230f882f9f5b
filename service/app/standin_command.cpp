#include "service/app/commands.h"
#include "service/http/standin_services.h"
#include "service/queue/marker_wait.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>

namespace oo {

namespace {

WakeSignal *stopSignal = nullptr;

void onStopSignal(int)
{
    stopSignal->raise();
}

} // namespace

int standinCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("The stand-in courier and shop as a program of its own, under /mocks, on 127.0.0.1: for trials and proof runs."));
    parser.addOption({QStringLiteral("port"), QStringLiteral("Port; 0: the system chooses one."), QStringLiteral("N"), QStringLiteral("0")});
    parser.addOption({QStringLiteral("ledger"), QStringLiteral("Keep what was accepted in FILE, over a restart."), QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("ignore-keys"), QStringLiteral("Accept a repeated idempotency key again, as a courier must not.")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    bool isNumber = false;
    const auto port = parser.value(QStringLiteral("port")).toUShort(&isNumber);
    if (!isNumber) {
        printError(QStringLiteral("--port takes a number from 0 to 65535"));
        return kExitUsage;
    }
    WakeSignal stop;
    stopSignal = &stop;
    std::signal(SIGTERM, onStopSignal);
    std::signal(SIGINT, onStopSignal);
    QSocketNotifier stopped(stop.descriptor(), QSocketNotifier::Read);
    QObject::connect(&stopped, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);

    GatedHttpServer server{GateLimits()};
    const StandinServices standins(server, parser.value(QStringLiteral("ledger")),
                                   parser.isSet(QStringLiteral("ignore-keys")) ? StandinServices::Keys::Ignored : StandinServices::Keys::Honoured);
    QString error;
    if (!server.listen(QHostAddress::LocalHost, port, error)) {
        printError(error);
        return kExitUnavailable;
    }
    printLine(QStringLiteral("stand-ins are ready: http://127.0.0.1:%1").arg(server.port()));
    return QCoreApplication::exec();
}

} // namespace oo
