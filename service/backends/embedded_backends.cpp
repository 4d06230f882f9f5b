#include "service/backends/embedded_backends.h"

#include <QDir>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QProcess>
#include <QStandardPaths>

#include <pwd.h>
#include <unistd.h>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logEmbedded, "orders.embedded")

constexpr char kDatabase[] = "orders";
constexpr char kDatabaseUser[] = "orders";
constexpr int kLongestSocketPath = 107; // sun_path of Linux, with its end
constexpr int kStartMs = 60000;

QString findPostgresPrograms()
{
    const auto onPath = QStandardPaths::findExecutable(QStringLiteral("pg_ctl"));
    if (!onPath.isEmpty())
        return QFileInfo(onPath).absolutePath();
    QDir versions(QStringLiteral("/usr/lib/postgresql")); // Debian keeps them off the path
    const auto all = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const auto &version : all) {
        auto folder = versions.filePath(version) + QStringLiteral("/bin");
        if (QFileInfo::exists(folder + QStringLiteral("/pg_ctl")))
            return folder;
    }
    return {};
}

// PostgreSQL refuses to run as root: then it runs as this ordinary user.
const passwd *databaseSystemUser()
{
    if (geteuid() != 0)
        return nullptr;
    const auto *user = getpwnam("postgres");
    return user ? user : getpwnam("nobody");
}

// The first line of a pid file; 0 without one.
qint64 numberIn(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toLongLong() : 0;
}

Status runToEnd(const QString &program, const QStringList &arguments, int timeoutMs)
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("NOTIFY_SOCKET")); // PostgreSQL would tell systemd that it is ready, in our name
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    // A server that the program leaves behind must not hold our pipe: its output goes to its own log file.
    process.start(program, arguments);
    if (!process.waitForFinished(timeoutMs))
        return fail(ErrorCode::Unavailable, QStringLiteral("%1 did not end in time: %2").arg(program, process.errorString()));
    if (process.exitCode() != 0)
        return fail(ErrorCode::Unavailable,
                    QStringLiteral("%1: %2").arg(program, QString::fromUtf8(process.readAll()).trimmed()));
    return {};
}

} // namespace

EmbeddedBackends::EmbeddedBackends(const QString &dataFolder)
    : m_folder(QDir(dataFolder).absolutePath()), m_postgresPrograms(findPostgresPrograms())
{
}

Status EmbeddedBackends::start()
{
    if (m_postgresPrograms.isEmpty())
        return fail(ErrorCode::Unavailable, QStringLiteral("PostgreSQL is not installed (Debian: apt-get install postgresql)"));
    if (QStandardPaths::findExecutable(QStringLiteral("redis-server")).isEmpty())
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis is not installed (Debian: apt-get install redis-server)"));
    if (postgresFolder().size() + 20 > kLongestSocketPath)
        return fail(ErrorCode::Unavailable, QStringLiteral("the data folder's path is too long for a Unix socket: %1").arg(m_folder));
    if (!QDir().mkpath(m_folder))
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot make the data folder %1").arg(m_folder));
    m_lock = std::make_unique<QLockFile>(m_folder + QStringLiteral("/lock"));
    m_lock->setStaleLockTime(0); // stale when its process is dead, never by age
    if (!m_lock->tryLock(5000))
        return fail(ErrorCode::Unavailable, QStringLiteral("another orchestratord uses the data folder %1").arg(m_folder));
    m_started = true;
    if (auto postgres = startPostgres(); !postgres)
        return postgres;
    return startRedis();
}

Status EmbeddedBackends::runAsDatabaseUser(const QString &program, const QStringList &arguments, int timeoutMs) const
{
    const auto *user = databaseSystemUser();
    const QString path = m_postgresPrograms + QLatin1Char('/') + program;
    if (!user)
        return runToEnd(path, arguments, timeoutMs);
    return runToEnd(QStringLiteral("setpriv"),
                    QStringList{QStringLiteral("--reuid=%1").arg(user->pw_uid), QStringLiteral("--regid=%1").arg(user->pw_gid),
                                QStringLiteral("--clear-groups"), path} + arguments,
                    timeoutMs);
}

Status EmbeddedBackends::startPostgres()
{
    const QString folder = postgresFolder();
    const QString data = folder + QStringLiteral("/data");
    QDir().mkpath(folder);
    if (const auto *user = databaseSystemUser()) {
        if (chown(folder.toUtf8().constData(), user->pw_uid, user->pw_gid) != 0)
            return fail(ErrorCode::Unavailable, QStringLiteral("cannot give %1 to the user %2").arg(folder, QString::fromUtf8(user->pw_name)));
    }
    if (!QFileInfo::exists(data + QStringLiteral("/PG_VERSION"))) {
        qCInfo(logEmbedded).noquote() << "making a new PostgreSQL cluster in" << data;
        // Made beside, then renamed: a start that is killed half-way leaves nothing that looks finished.
        const QString fresh = data + QStringLiteral(".new");
        QDir(fresh).removeRecursively();
        auto made = runAsDatabaseUser(QStringLiteral("initdb"),
                                      {QStringLiteral("-D"), fresh, QStringLiteral("-U"), QLatin1StringView(kDatabaseUser),
                                       QStringLiteral("-A"), QStringLiteral("trust"), QStringLiteral("-E"), QStringLiteral("UTF8"),
                                       QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--lc-collate=C")},
                                      kStartMs);
        if (!made)
            return made;
        if (!QDir().rename(fresh, data))
            return fail(ErrorCode::Unavailable, QStringLiteral("cannot rename %1").arg(fresh));
    }
    if (runAsDatabaseUser(QStringLiteral("pg_ctl"), {QStringLiteral("-D"), data, QStringLiteral("status")}, kStartMs)) {
        qCInfo(logEmbedded) << "adopted the running PostgreSQL";
    } else {
        const QString options = QStringLiteral("-k %1 -c listen_addresses= -c max_connections=100 -c max_wal_size=4GB "
                                               "-c checkpoint_timeout=15min -c wal_init_zero=off").arg(folder);
        auto started = runAsDatabaseUser(QStringLiteral("pg_ctl"),
                                         {QStringLiteral("-D"), data, QStringLiteral("-l"), folder + QStringLiteral("/log"),
                                          QStringLiteral("-o"), options, QStringLiteral("-w"), QStringLiteral("start")},
                                         kStartMs);
        if (!started)
            return started;
    }
    PgConnection connection({folder, 5432, QLatin1StringView(kDatabaseUser), {}, QStringLiteral("postgres"), {},
                             QStringLiteral("orchestratord"), kStartMs});
    const auto present = connection.query("SELECT 1 FROM pg_database WHERE datname = 'orders'");
    if (!present)
        return failure(present);
    if (present->size() == 0)
        return connection.runScript("CREATE DATABASE orders");
    return {};
}

Status EmbeddedBackends::startRedis()
{
    // Whoever takes connections there is alive, also while it loads its file: a second one must never write beside it.
    if (RedisConnection({redisSocket(), 0}).open()) {
        qCInfo(logEmbedded) << "adopted the running Redis";
        return waitForRedis();
    }
    const QString folder = m_folder + QStringLiteral("/redis");
    QDir().mkpath(folder);
    auto started = runToEnd(QStringLiteral("redis-server"),
                            {QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--unixsocket"), redisSocket(),
                             QStringLiteral("--unixsocketperm"), QStringLiteral("700"), QStringLiteral("--dir"), folder,
                             // Snapshots and a last one at the end: Redis is an index that PostgreSQL can make again.
                             QStringLiteral("--save"), QStringLiteral("300 1"), QStringLiteral("--maxmemory-policy"),
                             QStringLiteral("noeviction"), QStringLiteral("--daemonize"), QStringLiteral("yes"),
                             QStringLiteral("--pidfile"), folder + QStringLiteral("/redis.pid"), QStringLiteral("--logfile"),
                             folder + QStringLiteral("/log")},
                            kStartMs);
    return started ? waitForRedis() : started;
}

Status EmbeddedBackends::waitForRedis()
{
    QElapsedTimer waited;
    waited.start();
    for (;;) { // it loads its file before it answers
        RedisConnection fresh({redisSocket(), 0});
        const auto pong = fresh.run(RedisCommand{"PING"});
        if (pong)
            return {};
        if (waited.hasExpired(kStartMs))
            return fail(ErrorCode::Unavailable, QStringLiteral("Redis did not start: %1").arg(pong.error().message));
        usleep(20000);
    }
}

void EmbeddedBackends::stop()
{
    if (!m_started)
        return;
    m_started = false;
    RedisConnection redis({redisSocket(), 0});
    (void)redis.run(RedisCommand{"SHUTDOWN", "SAVE"}); // it answers by closing
    const auto stopped = runAsDatabaseUser(QStringLiteral("pg_ctl"),
                                           {QStringLiteral("-D"), postgresFolder() + QStringLiteral("/data"), QStringLiteral("-m"),
                                            QStringLiteral("fast"), QStringLiteral("-w"), QStringLiteral("stop")},
                                           kStartMs);
    if (!stopped)
        qCWarning(logEmbedded).noquote() << "stopping PostgreSQL:" << stopped.error().message;
    m_lock->unlock();
}

PgSettings EmbeddedBackends::postgres() const
{
    PgSettings settings;
    settings.host = postgresFolder();
    settings.port = 5432;
    settings.user = QLatin1StringView(kDatabaseUser);
    settings.database = QLatin1StringView(kDatabase);
    return settings;
}

RedisSettings EmbeddedBackends::redis() const
{
    RedisSettings settings;
    settings.host = redisSocket();
    return settings;
}

qint64 EmbeddedBackends::postgresPid() const
{
    return numberIn(postgresFolder() + QStringLiteral("/data/postmaster.pid"));
}

qint64 EmbeddedBackends::redisPid() const
{
    return numberIn(m_folder + QStringLiteral("/redis/redis.pid"));
}

QString EmbeddedBackends::howToLookIn() const
{
    return QStringLiteral("psql -h %1 -U %2 %3\nredis-cli -s %4")
        .arg(postgresFolder(), QLatin1StringView(kDatabaseUser), QLatin1StringView(kDatabase), redisSocket());
}

} // namespace oo
