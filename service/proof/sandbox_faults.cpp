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
constexpr int kProxies = 3;
constexpr int kResizeTries = 100;

void waitForEnd(qint64 pid)
{
    for (int waited = 0; pid > 0 && ::kill(static_cast<pid_t>(pid), 0) == 0 && waited < kEndMs; waited += 10)
        usleep(10000);
}

} // namespace

bool Sandbox::resizeDisk(qint64 bytes) const
{
    return mount("tmpfs", path("small").toUtf8().constData(), "tmpfs", MS_REMOUNT, ("size=" + QByteArray::number(bytes)).constData()) == 0;
}

// To what it holds; it may grow while it is asked how much that is.
void Sandbox::shrinkDisk() const
{
    for (int tried = 0; tried < kResizeTries; ++tried) {
        struct statfs use = {};
        statfs(path("small").toUtf8().constData(), &use);
        if (resizeDisk(static_cast<qint64>(use.f_blocks - use.f_bfree) * static_cast<qint64>(use.f_bsize)))
            return;
    }
}

TcpProxy &Sandbox::proxyOf(int choice)
{
    return choice % kProxies == 0 ? *m_balancer : choice % kProxies == 1 ? *m_postgresProxy : *m_redisProxy;
}

void Sandbox::redisCommand(const RedisCommand &command)
{
    RedisConnection redis(m_backends.redis());
    (void)redis.run(command); // it may be down for another reason
}

// Its only answer is whether it was told; the next fault tells it again.
void Sandbox::setBehaviour(const char *mode)
{
    const auto body = R"({"call":"request-shipping-booking","mode":")" + QByteArray(mode) + R"(","status":500,"delayMs":)" + QByteArray::number(kSlowMs) + '}';
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), m_standinPort);
    if (!socket.waitForConnected(kEndMs))
        return;
    socket.write("POST /mocks/behaviour HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                 + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    while (socket.waitForReadyRead(kEndMs))
        socket.readAll();
}

void Sandbox::begin(Fault fault, int choice)
{
    switch (fault) {
    case Fault::PostgresStopped:
        ::kill(static_cast<pid_t>(m_backends.postgresPid()), SIGQUIT); // PostgreSQL: immediate shutdown
        return;
    case Fault::BackendKilled: {
        PgConnection postgres(m_backends.postgres());
        const auto backends = postgres.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'orchestratord' ORDER BY pid");
        if (backends && backends->size() > 0)
            ::kill(backends->int4(choice % backends->size(), 0), SIGKILL);
        return;
    }
    case Fault::RedisKilled:
        ::kill(static_cast<pid_t>(m_backends.redisPid()), SIGKILL);
        return;
    case Fault::RedisFlushed:
        return redisCommand({"FLUSHALL"});
    case Fault::RedisFull:
        return redisCommand({"CONFIG", "SET", "maxmemory", "1"});
    case Fault::ConnectionsReset:
        for (int i = 0; i < kProxies; ++i)
            proxyOf(i).resetAll();
        return;
    case Fault::BlackHole:
        m_swallowed = choice % kProxies;
        return proxyOf(m_swallowed).setHole(true);
    case Fault::Latency:
        m_postgresProxy->setDelay(kDelayMs);
        return m_redisProxy->setDelay(kDelayMs);
    case Fault::CourierFails:
        return setBehaviour("fail");
    case Fault::CourierHangs:
        return setBehaviour("hang");
    case Fault::CourierDrops:
        return setBehaviour("drop");
    case Fault::CourierSlow:
        return setBehaviour("slow");
    case Fault::DiskFull:
        return shrinkDisk();
    case Fault::ClockStepped:
        return stepClock(3600);
    case Fault::Terminated: // of one service: its slot's to do
    case Fault::Frozen:
        return;
    }
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
        redisCommand({"CONFIG", "SET", "maxmemory", "0"});
        return {};
    case Fault::BlackHole:
        proxyOf(m_swallowed).setHole(false);
        return {};
    case Fault::Latency:
        m_postgresProxy->setDelay(0);
        m_redisProxy->setDelay(0);
        return {};
    case Fault::CourierFails:
    case Fault::CourierHangs:
    case Fault::CourierDrops:
    case Fault::CourierSlow:
        setBehaviour("ok");
        return {};
    case Fault::DiskFull:
        if (!resizeDisk(kSmallDiskBytes))
            return fail(ErrorCode::Internal, QStringLiteral("the small file system cannot be made larger again"));
        return {};
    case Fault::ClockStepped:
        stepClock(0);
        return {};
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

void Sandbox::stepClock(int seconds) const
{
    QSaveFile file(path("clock"));
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QByteArray::number(seconds).prepend(seconds < 0 ? "" : "+") + "s\n");
        file.commit();
    }
}

} // namespace oo::proof
