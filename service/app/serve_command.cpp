#include "service/app/commands.h"
#include "service/app/embedded_backends.h"
#include "service/app/service.h"
#include "service/store/migrator.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSocketNotifier>

#include <csignal>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logServe, "orders.serve")

WakeSignal *stopSignal = nullptr; // for the signal handler, which can reach nothing else

void onStopSignal(int)
{
    stopSignal->raise(); // one write(2)
}

std::optional<ServiceRoles> readRoles(const QString &text)
{
    ServiceRoles roles{false, false, false};
    for (const auto &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto role = part.trimmed();
        if (role == QLatin1StringView("ingest"))
            roles.ingest = true;
        else if (role == QLatin1StringView("worker"))
            roles.worker = true;
        else if (role == QLatin1StringView("admin"))
            roles.admin = true;
        else
            return std::nullopt;
    }
    return roles;
}

Status prepareSchema(const ServiceSettings &settings)
{
    PgConnection connection(settings.postgres);
    if (!settings.migrateAtStart)
        return Migrator(connection).check();
    const auto report = Migrator(connection).migrate();
    if (!report)
        return failure(report);
    if (!report->applied.isEmpty())
        qCInfo(logServe).noquote() << "migrated:" << report->applied.join(QStringLiteral(", "));
    return {};
}

int serve(const ServiceSettings &settings, const ServiceRoles &roles, WakeSignal &stop)
{
    if (const auto ready = prepareSchema(settings); !ready) {
        printError(ready.error().message);
        return exitCodeOf(ready.error());
    }
    Service service(settings, roles);
    if (const auto started = service.start(); !started) {
        printError(started.error().message);
        return kExitUnavailable;
    }
    printLine(QStringLiteral("orchestratord is ready: http://%1:%2").arg(settings.appBind).arg(service.publicPort()));
    QSocketNotifier notifier(stop.descriptor(), QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &service, [&] {
        notifier.setEnabled(false);
        service.stop();
    });
    QObject::connect(&service, &Service::stopped, qApp, &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace

int serveCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Takes webhooks and drives orders until SIGTERM or Ctrl-C."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("roles"), QStringLiteral("What this process does: ingest, worker, admin (default: all)."),
                      QStringLiteral("LIST"), QStringLiteral("ingest,worker,admin")});
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto roles = readRoles(parser.value(QStringLiteral("roles")));
    if (!roles) {
        printError(QStringLiteral("--roles takes a list of ingest, worker, admin"));
        return kExitUsage;
    }
    const bool embedded = parser.isSet(QStringLiteral("embedded"));
    auto read = readSettings(QProcessEnvironment::systemEnvironment(), parser.value(QStringLiteral("env-file")), embedded);
    for (const auto &problem : std::as_const(read.problems))
        printError(problem);
    if (!read.problems.isEmpty())
        return kExitUsage;
    for (const auto &warning : std::as_const(read.warnings))
        qCWarning(logServe).noquote() << warning;

    WakeSignal stop;
    stopSignal = &stop;
    std::signal(SIGTERM, onStopSignal);
    std::signal(SIGINT, onStopSignal);

    auto settings = read.settings;
    settings.postgres.applicationName = QStringLiteral("orchestratord");
    std::optional<EmbeddedBackends> backends;
    if (embedded) {
        backends.emplace(dataFolder(parser));
        if (const auto started = backends->start(); !started) {
            printError(started.error().message);
            backends->stop();
            return kExitUnavailable;
        }
        backends->applyTo(settings);
        printLine(QStringLiteral("embedded backends in %1; to look in:\n%2").arg(dataFolder(parser), backends->howToLookIn()));
    }
    const int code = serve(settings, *roles, stop);
    if (backends)
        backends->stop();
    return code;
}

} // namespace oo
