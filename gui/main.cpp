#include "gui/app/display.h"
#include "gui/app/link_receiver.h"
#include "gui/app/main_window.h"
#include "gui/client/profile.h"
#include "gui/pages/connection_page.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLoggingCategory>
#include <QTimer>

#include <cstdio>
#include <cstdlib>

using namespace oo::gui;

namespace {

Q_LOGGING_CATEGORY(logConsole, "orders.console", QtWarningMsg)

constexpr int kCannotStart = 2;

int refuse(const QString &why)
{
    std::fprintf(stderr, "orchestrator-console: %s\n", qPrintable(why));
    return kCannotStart;
}

// What Qt finds out too late to be asked first, as a display that refuses us: it would abort, and leave a core.
void sayAndEnd(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    std::fprintf(stderr, "orchestrator-console: %s\n", qPrintable(message));
    if (type == QtFatalMsg)
        std::_Exit(kCannotStart);
}

} // namespace

int main(int argc, char *argv[])
{
    if (const auto problem = displayProblem(); !problem.isEmpty())
        return refuse(problem);
    qInstallMessageHandler(&sayAndEnd);
    QApplication app(argc, argv);
    qInstallMessageHandler(nullptr);
    QApplication::setApplicationName(QStringLiteral("orchestrator-console"));
    QApplication::setApplicationVersion(QStringLiteral(OO_VERSION));
    initTheme();

    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "The console of Orders Orchestrator."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption connectOption(QStringLiteral("connect"), QApplication::translate("main", "Connect to the admin API at this address."), QStringLiteral("URL"));
    const QCommandLineOption tokenOption(QStringLiteral("token-file"), QApplication::translate("main", "A file that holds the token for --connect."), QStringLiteral("FILE"));
    parser.addOptions({connectOption, tokenOption});
    parser.addPositionalArgument(QStringLiteral("link"), QApplication::translate("main", "Open oo://PROFILE/order/NUMBER or oo://PROFILE/event/ID."), QStringLiteral("[link]"));
    parser.process(app);
    if (parser.isSet(connectOption) != parser.isSet(tokenOption))
        return refuse(QStringLiteral("--connect and --token-file go together"));
    const auto argument = parser.positionalArguments().value(0);
    const auto link = readLink(argument);
    if (!argument.isEmpty() && !link)
        return refuse(QStringLiteral("%1 is no link as oo://PROFILE/order/NUMBER").arg(argument));
    LinkReceiver receiver(LinkReceiver::defaultSocket());
    if (link && receiver.handOver(argument))
        return 0;

    Profile profile;
    QByteArray token;
    if (parser.isSet(connectOption)) {
        profile.url = QUrl(parser.value(connectOption));
        profile.name = profile.url.authority();
        if (const auto problem = problemOf(profile); !problem.isEmpty())
            return refuse(problem);
        const auto read = readTokenFile(parser.value(tokenOption));
        if (!read || read->isEmpty())
            return refuse(QStringLiteral("%1 holds no token that can be read").arg(parser.value(tokenOption)));
        token = *read;
    }
    ProfileStore store;
    MainWindow window(store);
    QObject::connect(&receiver, &LinkReceiver::received, &window, [&window](const ConsoleLink &received) {
        window.open(received);
        window.raise();
        window.activateWindow();
    });
    receiver.listen();
    window.show();
    QTimer::singleShot(0, &window, [] { qCInfo(logConsole) << "the window is shown"; }); // console_bench waits for it
    if (!token.isEmpty()) {
        window.connectionPage()->edit(profile, token);
        window.connectTo(profile, token);
        QObject::connect(window.client(), &AdminClient::stateChanged, window.client(), [client = window.client()] {
            if (client->state() == LinkState::Live)
                qCInfo(logConsole).noquote() << "connected to" << client->profile().url.toString();
        });
    } else if (link) {
        window.open(*link);
    } else {
        window.connectToLastUsed();
    }
    return QApplication::exec();
}
