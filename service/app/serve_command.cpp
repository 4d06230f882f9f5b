#include "service/app/commands.h"
#include "service/app/service.h"
#include "service/app/systemd_notifier.h"
#include "service/backends/embedded_backends.h"
#include "service/store/admin_tokens.h"
#include "service/store/migrator.h"

#include <QCoreApplication>
#include <QDir>
#include <QLoggingCategory>
#include <QSocketNotifier>

#include <csignal>
#include <cstdlib>

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
    return Migrator(connection).check();
}

// For whoever tries the program: a token in a file that only its owner reads.
Status keepOperatorToken(const ServiceSettings &settings, const QString &path)
{
    PgConnection connection(settings.postgres);
    AdminTokens tokens(connection);
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        const auto known = tokens.find(file.readAll().trimmed());
        if (!known)
            return failure(known);
        if (*known)
            return {};
        file.close();
    }
    const AdminIdentity owner{"quickstart", ApiRole::Operator};
    if (const auto revoked = tokens.revoke(owner.name); !revoked)
        return failure(revoked);
    const auto token = tokens.create(owner);
    if (!token)
        return failure(token);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(*token + '\n') < 0)
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot write %1: %2").arg(path, file.errorString()));
    return {};
}

// What hangs, hangs at a server that is away; what it has in hand is found again, as after any `kill -9`.
void endUnfinished()
{
    qCCritical(logServe) << "not finished within STOP_DEADLINE_MS: ended all the same, nothing acknowledged is lost";
    std::_Exit(kExitUnavailable);
}

// `tokenFile`: where to keep a token of the admin API; empty: nowhere.
int serve(const ServiceSettings &settings, const ServiceRoles &roles, const QString &tokenFile, WakeSignal &stop)
{
    auto ready = prepareSchema(settings);
    if (ready && !tokenFile.isEmpty())
        ready = keepOperatorToken(settings, tokenFile);
    if (!ready) {
        printError(ready.error().message);
        return exitCodeOf(ready.error());
    }
    if (!settings.faults.isEmpty())
        qCWarning(logServe) << "this process will break on purpose: FAULT_POINT or GUARDS_OFF is set";
    armFaults(settings.faults);
    Service service(settings, roles);
    if (const auto started = service.start(); !started) {
        printError(started.error().message);
        return kExitUnavailable;
    }
    if (roles.admin)
        printLine(QStringLiteral("admin API: http://%1:%2%3").arg(settings.adminBind).arg(service.adminPort())
                      .arg(tokenFile.isEmpty() ? QString() : QStringLiteral(", operator token in ") + tokenFile));
    const auto where = QStringLiteral("http://%1:%2").arg(settings.appBind).arg(service.publicPort());
    printLine(QStringLiteral("orchestratord is ready: ") + where);
    SystemdNotifier systemd;
    systemd.ready(QStringLiteral("webhooks on ") + where);
    QSocketNotifier stopAsked(stop.descriptor(), QSocketNotifier::Read);
    QObject::connect(&stopAsked, &QSocketNotifier::activated, &service, [&] {
        stopAsked.setEnabled(false);
        systemd.stopping();
        QTimer::singleShot(settings.stopDeadlineMs, &service, endUnfinished);
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
        useBackends(*backends, settings);
        printLine(QStringLiteral("embedded backends in %1; to look in:\n%2").arg(dataFolder(parser), backends->howToLookIn()));
    }
    const auto tokenFile = embedded && roles->admin ? QDir(dataFolder(parser)).absoluteFilePath(QStringLiteral("operator.token")) : QString();
    const int code = serve(settings, *roles, tokenFile, stop);
    if (backends)
        backends->stop();
    return code;
}

} // namespace oo
