#include "tests/support/breakable_service.h"

#include "tests/support/samples.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>

namespace oo::test {

namespace {

constexpr int kReadyMs = 60000;

bool isGone(qint64 pid) // or ended, and nobody has asked how
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    return !file.open(QIODevice::ReadOnly) || file.readAll().contains(") Z ");
}

} // namespace

BreakableService::BreakableService(int services, const QMap<QString, QString> &more)
    : m_folder(QDir::tempPath() + QStringLiteral("/oos-XXXXXX")), m_backends(m_folder.path()),
      m_postgresProxy({{m_backends.postgres().host + QStringLiteral("/.s.PGSQL.5432"), 0}}), m_redisProxy({{m_backends.redis().host, 0}}), m_courierProxy({}), m_balancer({})
{
    QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther);
    if (const auto started = m_backends.start(); !started)
        qFatal("%s", qPrintable(started.error().message));
    m_postgres = std::make_unique<PgConnection>(m_backends.postgres());
    auto environment = QProcessEnvironment::systemEnvironment();
    const auto set = [&](const char *key, const QString &value) { environment.insert(QLatin1StringView(key), value); };
    set("APP_ENV", QStringLiteral("test"));
    set("APP_BIND", QStringLiteral("127.0.0.1"));
    set("DB_HOST", QStringLiteral("127.0.0.1"));
    set("DB_PORT", QString::number(m_postgresProxy.port()));
    set("DB_USERNAME", m_backends.postgres().user);
    set("DB_DATABASE", m_backends.postgres().database);
    set("DB_SYNCHRONIZE", QStringLiteral("true"));
    set("REDIS_HOST", QStringLiteral("127.0.0.1"));
    set("REDIS_PORT", QString::number(m_redisProxy.port()));
    set("COURIER_SERVICE_URL", QStringLiteral("http://127.0.0.1:%1/mocks").arg(m_courierProxy.port()));
    set("COURIER_TIMEOUT_MS", QStringLiteral("1000"));
    set("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX", QStringLiteral("0"));
    set("SHOPIFY_WEBHOOK_SECRET", QLatin1StringView(kSampleSecret));
    set("COURIER_WEBHOOK_UNSIGNED", QStringLiteral("allow"));
    for (auto it = more.cbegin(); it != more.cend(); ++it)
        environment.insert(it.key(), it.value());
    QList<proof::TcpProxy::Target> targets;
    for (int number = 0; number < services; ++number) {
        m_slots.push_back(std::make_unique<proof::ServiceSlot>(QStringLiteral(OO_PROGRAM), environment, proof::freePort(), m_folder.filePath(QStringLiteral("service.log"))));
        targets.append({{}, m_slots.back()->port()});
    }
    m_balancer.setTargets(targets);
    setCourierReachable(true);
    for (const auto &slot : m_slots) { // one after the other: the first one migrates
        slot->start({});
        if (!slot->waitForReady(kReadyMs))
            qFatal("a service does not get ready; see %s/service.log", qPrintable(m_folder.path()));
    }
}

BreakableService::~BreakableService()
{
    m_slots.clear();
    m_postgres.reset();
    m_backends.stop();
}

void BreakableService::setCourierReachable(bool reachable)
{
    m_courierProxy.setTargets(reachable ? QList<proof::TcpProxy::Target>{{{}, port()}} : QList<proof::TcpProxy::Target>());
    if (!reachable)
        m_courierProxy.resetAll();
}

void BreakableService::killServer(qint64 pid, int signal)
{
    m_postgres->close(); // it opens again when it is asked
    ::kill(static_cast<pid_t>(pid), signal);
    if (!QTest::qWaitFor([pid] { return isGone(pid); }, kReadyMs))
        qFatal("a server does not end");
}

qint64 BreakableService::memoryKb() const
{
    QFile file(QStringLiteral("/proc/%1/status").arg(m_slots.front()->pid()));
    const auto lines = file.open(QIODevice::ReadOnly) ? file.readAll().split('\n') : QByteArrayList();
    for (const auto &line : lines) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return -1;
}

QByteArray BreakableService::text(const QByteArray &sql)
{
    const auto rows = m_postgres->query("SELECT (" + sql + ")::text");
    return rows && rows->size() == 1 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray("none");
}

} // namespace oo::test
