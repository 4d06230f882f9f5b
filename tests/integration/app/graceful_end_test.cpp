// How the program ends: under load, with a server that hangs, one of two behind a balancer; and what systemd is told of it.

#include "service/chaos/load_client.h"
#include "service/domain/signature.h"
#include "service/queue/redis_connection.h"
#include "tests/support/breakable_service.h"
#include "tests/support/samples.h"

#include <QFile>
#include <QSet>
#include <QTest>

#include <csignal>
#include <deque>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace oo;
using namespace oo::test;

namespace {

constexpr int kConnections = 32;
constexpr int kEndMs = 20000; // past the default of STOP_DEADLINE_MS
constexpr int kExitUnavailable = 3;

// New paid orders, one after the other over many connections, until it is stopped. Each is sent once.
class Load
{
public:
    explicit Load(quint16 port) : m_client("127.0.0.1", port, kConnections), m_thread([this] { run(); }) {}
    ~Load() { stop(); }
    void stop()
    {
        m_stopped = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    int answered() const { return m_answered; } // with 201

    // Once stopped:
    QSet<int> statuses() const { return m_statuses; }

private:
    void run()
    {
        m_client.run(
            [this]() -> std::optional<LoadClient::Request> {
                if (m_stopped)
                    return std::nullopt;
                const int number = static_cast<int>(m_requests.size());
                m_requests.push_back(order(1000 + number));
                return LoadClient::Request{number, &m_requests.back()};
            },
            [this](int, const LoadAnswer &answer) {
                m_statuses.insert(answer.status);
                m_answered += answer.status == 201 ? 1 : 0;
            },
            [this] { return !m_stopped; });
    }
    static QByteArray order(qint64 id)
    {
        const QByteArray body = "{\"id\":" + QByteArray::number(id) + ",\"updated_at\":\"2026-04-06T10:00:00Z\",\"financial_status\":\"paid\"}";
        return "POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nX-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: s.myshopify.com\r\nX-Shopify-Webhook-Id: "
               + QByteArray::number(id) + "\r\nX-Shopify-Hmac-Sha256: " + signBody(kSampleSecret, body) + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    LoadClient m_client;
    std::deque<QByteArray> m_requests;
    QSet<int> m_statuses;
    std::atomic<int> m_answered{0};
    std::atomic<bool> m_stopped{false};
    std::thread m_thread; // uses all of the above
};

// What systemd would be told (sd_notify(3)): datagrams of lines.
class NotifySocket
{
public:
    explicit NotifySocket(const QString &path) : m_socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto bytes = path.toUtf8();
        std::copy(bytes.begin(), bytes.end(), address.sun_path);
        if (::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
            qFatal("no socket at %s", bytes.constData());
    }
    ~NotifySocket() { ::close(m_socket); }
    const QByteArrayList &lines()
    {
        char buffer[4096];
        for (auto size = ::recv(m_socket, buffer, sizeof buffer, 0); size > 0; size = ::recv(m_socket, buffer, sizeof buffer, 0))
            m_lines += QByteArray(buffer, size).split('\n');
        return m_lines;
    }

private:
    int m_socket;
    QByteArrayList m_lines;
};

} // namespace

class GracefulEndTest : public QObject
{
    Q_OBJECT

    static int activeJobs(BreakableService &service)
    {
        RedisConnection redis(service.backends().redis());
        int jobs = 0;
        for (const char *queue : {"shopify-events", "courier-events", "internal-booking-events", "shopify-admin-notifications"})
            jobs += static_cast<int>(redis.run(RedisCommand{"LLEN", QByteArray("bull:") + queue + ":active"})->integer);
        return jobs;
    }
    // Ends by itself, in time; how.
    static proof::ServiceEnd endOf(proof::ServiceSlot &slot)
    {
        std::optional<proof::ServiceEnd> end;
        if (!QTest::qWaitFor([&] { return (end = slot.ended()).has_value(); }, kEndMs))
            qFatal("the service does not end");
        return *end;
    }

private Q_SLOTS:
    void underLoadItAnswersWhatItTookAndGivesJobsBack()
    {
        BreakableService service;
        Load load(service.port());
        QTRY_VERIFY_WITH_TIMEOUT(load.answered() > 2000, kEndMs);
        service.slot().signal(SIGTERM);
        const auto end = endOf(service.slot());
        load.stop();
        QCOMPARE(end.otherSignal, 0);
        QCOMPARE(end.exitCode, 0);
        QVERIFY2(load.statuses().subtract({0, 201}).isEmpty(), qPrintable(QDebug::toString(load.statuses()))); // 0: not there any more
        // Each one that it took was answered, and each that it answered is there.
        QCOMPARE(service.text("SELECT count(*) FROM event_store WHERE type = 'ORDER_CREATED'").toInt(), load.answered());
        QCOMPARE(activeJobs(service), 0);
    }

    void aRollingRestartOfTwoServicesLosesNoRequest()
    {
        BreakableService services(2);
        Load load(services.balancedPort());
        for (int number = 0; number < 2; ++number) {
            const int before = load.answered();
            QTRY_VERIFY_WITH_TIMEOUT(load.answered() > before + 1000, kEndMs);
            services.slot(number).signal(SIGTERM);
            QCOMPARE(endOf(services.slot(number)).exitCode, 0);
            services.slot(number).start({});
            QVERIFY(services.slot(number).waitForReady(kEndMs));
        }
        const int before = load.answered();
        QTRY_VERIFY_WITH_TIMEOUT(load.answered() > before + 1000, kEndMs);
        load.stop();
        QCOMPARE(load.statuses(), QSet<int>{201});
        QCOMPARE(services.text("SELECT count(*) FROM event_store WHERE type = 'ORDER_CREATED'").toInt(), load.answered());
    }

    void aServerThatHangsDoesNotHoldUpTheEnd_data()
    {
        QTest::addColumn<bool>("postgres");
        QTest::addRow("PostgreSQL") << true;
        QTest::addRow("Redis") << false;
    }
    void aServerThatHangsDoesNotHoldUpTheEnd()
    {
        QFETCH(bool, postgres);
        BreakableService service(1, {{QStringLiteral("STOP_DEADLINE_MS"), QStringLiteral("4000")}});
        Load load(service.port());
        QTRY_VERIFY_WITH_TIMEOUT(load.answered() > 1000, kEndMs);
        auto &proxy = postgres ? service.postgresProxy() : service.redisProxy();
        proxy.setHole(true);
        service.slot().signal(SIGTERM);
        const auto end = endOf(service.slot());
        load.stop();
        proxy.setHole(false);
        QCOMPARE(end.otherSignal, 0);
        QVERIFY2(end.exitCode == 0 || end.exitCode == kExitUnavailable, qPrintable(end.lastLine));
        const auto stored = service.text("SELECT count(*) FROM event_store WHERE type = 'ORDER_CREATED'").toInt();
        QVERIFY2(stored >= load.answered(), qPrintable(QStringLiteral("%1 stored, %2 acknowledged").arg(stored).arg(load.answered())));
    }

    void systemdIsToldOfReadinessLifeAndEnd()
    {
        QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("notify"));
        NotifySocket systemd(path);
        BreakableService service(1, {{QStringLiteral("NOTIFY_SOCKET"), path}, {QStringLiteral("WATCHDOG_USEC"), QStringLiteral("200000")}});
        QTRY_VERIFY(systemd.lines().contains("READY=1"));
        QVERIFY(systemd.lines().contains("STATUS=webhooks on http://127.0.0.1:" + QByteArray::number(service.port())));
        QTRY_VERIFY(systemd.lines().count("WATCHDOG=1") >= 3);
        QVERIFY(!systemd.lines().contains("STOPPING=1"));
        service.slot().signal(SIGTERM);
        QCOMPARE(endOf(service.slot()).exitCode, 0);
        QVERIFY(systemd.lines().contains("STOPPING=1"));
        QCOMPARE(systemd.lines().count("READY=1"), 1);
    }
};

QTEST_GUILESS_MAIN(GracefulEndTest)
#include "graceful_end_test.moc"
