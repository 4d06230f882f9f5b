#include "service/proof/sandbox.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>

#include <csignal>

#include <pwd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace oo::proof {

namespace {

constexpr char kSecret[] = "proof-run-secret";
constexpr int kStartMs = 30000;

Status runToEnd(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(kStartMs) || process.exitCode() != 0)
        return fail(ErrorCode::Unavailable, QStringLiteral("%1 %2: %3").arg(program, arguments.join(QLatin1Char(' ')), QString::fromUtf8(process.readAll()).trimmed()));
    return {};
}

// Debian: libfaketime, under the machine's library folder.
QString findClockLibrary()
{
    QDirIterator it(QStringLiteral("/usr/lib"), {QStringLiteral("libfaketimeMT.so.1")}, QDir::Files, QDirIterator::Subdirectories);
    return it.hasNext() ? it.next() : QString();
}

} // namespace

Sandbox::Sandbox(const SandboxOptions &options) : m_options(options), m_backends(options.folder + QStringLiteral("/data")) {}

Sandbox::~Sandbox()
{
    stopServices();
    m_standin.kill();
    m_standin.waitForFinished(-1);
    m_backends.stop();
    if (m_hasSmallDisk)
        umount2(path("small").toUtf8().constData(), MNT_DETACH);
}

Status Sandbox::start()
{
    if (!QDir().mkpath(m_options.folder + QStringLiteral("/logs")))
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot make the folder %1").arg(m_options.folder));
    if (auto started = m_backends.start(); !started)
        return started;
    m_clockLibrary = findClockLibrary();
    if (m_clockLibrary.isEmpty())
        m_untested << QStringLiteral("a stepped clock: libfaketime is not installed");
    m_postgresProxy = std::make_unique<TcpProxy>(QList<TcpProxy::Target>{{m_backends.postgres().host + QStringLiteral("/.s.PGSQL.5432"), 0}});
    m_redisProxy = std::make_unique<TcpProxy>(QList<TcpProxy::Target>{{m_backends.redis().host, 0}});
    m_balancer = std::make_unique<TcpProxy>(QList<TcpProxy::Target>());
    m_courierProxy = std::make_unique<TcpProxy>(QList<TcpProxy::Target>());
    if (auto prepared = prepareDatabase(); !prepared)
        return prepared;
    return startStandin();
}

Status Sandbox::prepareDatabase()
{
    if (auto migrated = runToEnd(m_options.program, {QStringLiteral("migrate")}, serviceEnvironment()); !migrated)
        return migrated;
    PgConnection postgres(m_backends.postgres());
    if (!m_options.schemaChange.isEmpty()) {
        if (auto changed = postgres.runScript(m_options.schemaChange); !changed)
            return changed;
    }
    m_hasSmallDisk = mountSmallDisk();
    if (!m_hasSmallDisk) {
        m_untested << QStringLiteral("a full disk: mounting a file system of its own takes root");
        return {};
    }
    // Its own file system, which is made as small as what it holds: the rest of the database has room.
    if (auto made = postgres.runScript("CREATE TABLESPACE small LOCATION '" + path("small/events").toUtf8() + "'"); !made)
        return made;
    return postgres.runScript("ALTER TABLE event_store SET TABLESPACE small");
}

bool Sandbox::mountSmallDisk()
{
    const auto folder = path("small");
    QDir().mkpath(folder);
    const auto options = "mode=755,size=" + QByteArray::number(kSmallDiskBytes);
    if (geteuid() != 0 || mount("tmpfs", folder.toUtf8().constData(), "tmpfs", 0, options.constData()) != 0)
        return false;
    QDir().mkpath(folder + QStringLiteral("/events"));
    const auto *user = getpwnam("postgres");
    return user && chown((folder + QStringLiteral("/events")).toUtf8().constData(), user->pw_uid, user->pw_gid) == 0;
}

Status Sandbox::startStandin()
{
    QStringList arguments{QStringLiteral("standin"), QStringLiteral("--ledger"), path("ledger.jsonl")};
    if (!m_options.courierHonoursKeys)
        arguments << QStringLiteral("--ignore-keys");
    m_standin.setProcessEnvironment(m_options.environment);
    m_standin.setStandardErrorFile(path("logs/standin.log"), QIODevice::Append);
    m_standin.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_standin.start(m_options.program, arguments);
    QElapsedTimer waited;
    waited.start();
    QByteArray said;
    while (!said.contains('\n') && !waited.hasExpired(kStartMs) && m_standin.waitForReadyRead(kStartMs))
        said += m_standin.readAllStandardOutput();
    m_standinPort = said.trimmed().split(':').last().toUShort();
    m_courierProxy->setTargets({{{}, m_standinPort}});
    return m_standinPort > 0 ? Status() : fail(ErrorCode::Unavailable, QStringLiteral("the stand-in courier did not start: %1").arg(m_standin.errorString()));
}

QProcessEnvironment Sandbox::serviceEnvironment() const
{
    auto environment = m_options.environment;
    const auto set = [&](const char *key, const QString &value) { environment.insert(QLatin1StringView(key), value); };
    const auto standin = QStringLiteral("http://127.0.0.1:%1/mocks").arg(m_courierProxy->port());
    set("APP_ENV", QStringLiteral("test"));
    set("APP_BIND", QStringLiteral("127.0.0.1"));
    set("DB_HOST", QStringLiteral("127.0.0.1"));
    set("DB_PORT", QString::number(m_postgresProxy->port()));
    set("DB_USERNAME", m_backends.postgres().user);
    set("DB_DATABASE", m_backends.postgres().database);
    set("REDIS_HOST", QStringLiteral("127.0.0.1"));
    set("REDIS_PORT", QString::number(m_redisProxy->port()));
    set("COURIER_SERVICE_URL", standin);
    set("COURIER_LOOKUP", m_options.looksUp ? QStringLiteral("1") : QStringLiteral("0"));
    set("COURIER_TIMEOUT_MS", QStringLiteral("2000"));
    set("SHOPIFY_ADMIN_SERVICE_URL", standin);
    set("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX", QStringLiteral("0")); // no limit: a run waits for all of them
    set("QUEUE_DEFAULT_ATTEMPTS", QString::number(m_options.attempts));
    set("QUEUE_DEFAULT_BACKOFF_TYPE", QStringLiteral("fixed"));
    set("QUEUE_DEFAULT_BACKOFF_MS", QStringLiteral("500"));
    set("SHOPIFY_WEBHOOK_SECRET", QLatin1StringView(kSecret));
    set("COURIER_WEBHOOK_SECRET", QLatin1StringView(kSecret));
    set("GUARDS_OFF", QString::fromUtf8(m_options.guardsOff));
    return environment;
}

Facts Sandbox::serviceSettings() const
{
    Facts settings;
    const auto environment = serviceEnvironment();
    for (const auto &key : environment.keys()) {
        if (m_options.environment.value(key) != environment.value(key) && !key.endsWith(QLatin1StringView("_SECRET")))
            settings.append({key, environment.value(key)});
    }
    return settings;
}

Result<Facts> Sandbox::serverVersions() const
{
    PgConnection postgres(m_backends.postgres());
    const auto rows = postgres.query("SELECT current_setting('server_version')");
    if (!rows)
        return failure(rows);
    RedisConnection redis(m_backends.redis());
    const auto info = redis.run(RedisCommand{"INFO", "server"});
    if (!info)
        return failure(info);
    const auto from = info->text.indexOf("redis_version:") + 14;
    return Facts{{QStringLiteral("PostgreSQL"), QString::fromUtf8(rows->text(0, 0))},
                 {QStringLiteral("Redis"), QString::fromUtf8(info->text.mid(from, info->text.indexOf('\r', from) - from))}};
}

Status Sandbox::startServices(int count)
{
    stopServices();
    QList<TcpProxy::Target> targets;
    for (int i = 0; i < count; ++i) {
        const auto log = path("logs/") + QStringLiteral("service-%1.log").arg(i + 1);
        m_services.push_back(std::make_unique<ServiceSlot>(m_options.program, serviceEnvironment(), freePort(), log));
        m_services.back()->start({});
        targets.append({{}, m_services.back()->port()});
    }
    m_balancer->setTargets(targets);
    for (const auto &service : m_services) {
        if (!service->waitForReady(kStartMs))
            return fail(ErrorCode::Unavailable, QStringLiteral("a service did not start: see %1").arg(path("logs")));
    }
    return {};
}

void Sandbox::stopServices()
{
    m_services.clear();
}

void Sandbox::spreadConnections()
{
    m_balancer->resetAll();
}

chaos::RunOptions Sandbox::target() const
{
    chaos::RunOptions options;
    options.url = QUrl(QStringLiteral("http://127.0.0.1:%1/webhooks/shopify").arg(m_balancer->port()));
    options.standins = QUrl(QStringLiteral("http://127.0.0.1:%1/mocks").arg(m_standinPort));
    options.secret = options.courierSecret = kSecret;
    options.postgres = m_backends.postgres();
    options.postgres.applicationName = QStringLiteral("orchestratord-proof");
    options.notificationsPerSecond = 0;
    return options;
}

QList<Fault> Sandbox::possibleFaults() const
{
    QList<Fault> possible;
    for (const auto &row : EnumTable<Fault>::rows) {
        if ((row.value == Fault::DiskFull && !m_hasSmallDisk) || (row.value == Fault::ClockStepped && m_clockLibrary.isEmpty()))
            continue;
        possible.append(row.value);
    }
    return possible;
}

} // namespace oo::proof
