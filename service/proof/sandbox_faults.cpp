// How each fault is made, and ended.

#include "service/proof/sandbox.h"

#include <QFile>
#include <QSaveFile>
#include <QTcpSocket>

#include <csignal>

#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace oo::proof {

namespace {

constexpr int kEndMs = 10000;
constexpr int kDelayMs = 200, kSlowMs = 1000;
constexpr int kResizeTries = 100;

void waitForEnd(qint64 pid)
{
    for (int waited = 0; pid > 0 && ::kill(static_cast<pid_t>(pid), 0) == 0 && waited < kEndMs; waited += 10)
        usleep(10000);
}

Result<QString> hit(const Status &done, const char *target)
{
    return done ? Result<QString>(QString::fromUtf8(target)) : failure(done);
}

Result<QString> signalServer(qint64 pid, int number, const char *name)
{
    const bool isSent = pid > 0 && ::kill(static_cast<pid_t>(pid), number) == 0; // 0 would be this process' own group
    return isSent ? Result<QString>(QString::fromUtf8(name)) : fail(ErrorCode::Unavailable, QStringLiteral("%1 does not run").arg(QLatin1StringView(name)));
}

} // namespace

bool Sandbox::resizeDisk(qint64 bytes) const
{
    return mount("tmpfs", path("small").toUtf8().constData(), "tmpfs", MS_REMOUNT, ("size=" + QByteArray::number(bytes)).constData()) == 0;
}

// To what it holds; it may grow while it is asked how much that is.
Status Sandbox::shrinkDisk() const
{
    for (int tried = 0; tried < kResizeTries; ++tried) {
        struct statfs use = {};
        if (statfs(path("small").toUtf8().constData(), &use) == 0 && resizeDisk(static_cast<qint64>(use.f_blocks - use.f_bfree) * static_cast<qint64>(use.f_bsize)))
            return {};
    }
    return fail(ErrorCode::Internal, QStringLiteral("the small file system cannot be made as small as what it holds"));
}

Status Sandbox::redisCommand(const RedisCommand &command) const
{
    RedisConnection redis(m_backends.redis());
    const auto done = redis.run(command);
    return done ? Status() : failure(done);
}

Status Sandbox::setBehaviour(const char *mode) const
{
    const auto body = R"({"call":"request-shipping-booking","mode":")" + QByteArray(mode) + R"(","status":500,"delayMs":)" + QByteArray::number(kSlowMs) + '}';
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), m_standinPort);
    socket.waitForConnected(kEndMs);
    socket.write("POST /mocks/behaviour HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                 + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QByteArray answer;
    while (socket.waitForReadyRead(kEndMs))
        answer += socket.readAll();
    return answer.startsWith("HTTP/1.1 200 ") ? Status() : fail(ErrorCode::Unavailable, QStringLiteral("the stand-in courier was not told: %1").arg(QString::fromUtf8(answer.left(80))));
}

Result<QString> Sandbox::killBackend(int choice) const
{
    PgConnection postgres(m_backends.postgres());
    const auto backends = postgres.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'orchestratord' ORDER BY pid");
    if (!backends)
        return failure(backends);
    if (backends->size() == 0)
        return fail(ErrorCode::Unavailable, QStringLiteral("no service is connected to PostgreSQL"));
    return signalServer(backends->int4(choice % backends->size(), 0), SIGKILL, "a backend of PostgreSQL");
}

Result<QString> Sandbox::begin(Fault fault, int choice)
{
    switch (fault) {
    case Fault::PostgresStopped:
        return signalServer(m_backends.postgresPid(), SIGQUIT, "PostgreSQL"); // immediate shutdown
    case Fault::BackendKilled:
        return killBackend(choice);
    case Fault::RedisKilled:
        return signalServer(m_backends.redisPid(), SIGKILL, "Redis");
    case Fault::RedisFlushed:
        return hit(redisCommand({"FLUSHALL"}), "Redis");
    case Fault::RedisFull:
        return hit(redisCommand({"CONFIG", "SET", "maxmemory", "1"}), "Redis");
    case Fault::ConnectionsReset:
        for (auto *proxy : proxies())
            proxy->resetAll();
        return QStringLiteral("services, PostgreSQL, Redis, courier and shop");
    case Fault::ServicesHole:
        m_balancer->setHole(true);
        return QStringLiteral("services");
    case Fault::PostgresHole:
        m_postgresProxy->setHole(true);
        return QStringLiteral("PostgreSQL");
    case Fault::RedisHole:
        m_redisProxy->setHole(true);
        return QStringLiteral("Redis");
    case Fault::CourierHole:
        m_courierProxy->setHole(true);
        return QStringLiteral("courier and shop");
    case Fault::Latency:
        for (auto *proxy : {m_postgresProxy.get(), m_redisProxy.get(), m_courierProxy.get()})
            proxy->setDelay(kDelayMs);
        return QStringLiteral("PostgreSQL, Redis, courier and shop");
    case Fault::CourierFails:
        return hit(setBehaviour("fail"), "courier");
    case Fault::CourierHangs:
        return hit(setBehaviour("hang"), "courier");
    case Fault::CourierDrops:
        return hit(setBehaviour("drop"), "courier");
    case Fault::CourierSlow:
        return hit(setBehaviour("slow"), "courier");
    case Fault::DiskFull:
        return hit(shrinkDisk(), "the file system of the event store");
    case Fault::ClockStepped:
        return hit(stepClock(3600), "");
    case Fault::Terminated: // of one service: its slot's to do
    case Fault::Frozen:
        break;
    }
    return QString();
}

Status Sandbox::end(Fault fault)
{
    switch (fault) {
    case Fault::PostgresStopped:
        waitForEnd(m_backends.postgresPid());
        return m_backends.startPostgres();
    case Fault::RedisKilled:
        waitForEnd(m_backends.redisPid());
        return m_backends.startRedis();
    case Fault::RedisFull:
        return redisCommand({"CONFIG", "SET", "maxmemory", "0"});
    case Fault::ServicesHole:
    case Fault::PostgresHole:
    case Fault::RedisHole:
    case Fault::CourierHole:
        for (auto *proxy : proxies())
            proxy->setHole(false);
        return {};
    case Fault::Latency:
        for (auto *proxy : proxies())
            proxy->setDelay(0);
        return {};
    case Fault::CourierFails:
    case Fault::CourierHangs:
    case Fault::CourierDrops:
    case Fault::CourierSlow:
        return setBehaviour("ok");
    case Fault::DiskFull:
        if (!resizeDisk(kSmallDiskBytes))
            return fail(ErrorCode::Internal, QStringLiteral("the small file system cannot be made larger again"));
        return {};
    case Fault::ClockStepped:
        return stepClock(0);
    default:
        return {};
    }
}

QProcessEnvironment Sandbox::clockPreload() const
{
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("LD_PRELOAD"), m_clockLibrary);
    environment.insert(QStringLiteral("FAKETIME_TIMESTAMP_FILE"), path("clock"));
    environment.insert(QStringLiteral("FAKETIME_NO_CACHE"), QStringLiteral("1"));
    environment.insert(QStringLiteral("DONT_FAKE_MONOTONIC"), QStringLiteral("1")); // a step of the wall clock alone
    return environment;
}

Status Sandbox::stepClock(int seconds) const
{
    QSaveFile file(path("clock"));
    const auto text = QByteArray::number(seconds).prepend(seconds < 0 ? "" : "+") + "s\n";
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    return isWritten ? Status() : fail(ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(file.fileName(), file.errorString()));
}

} // namespace oo::proof
