// The program while a server is gone or hangs: what it answers meanwhile, and that all heals without a restart.

#include "service/chaos/load_client.h"
#include "service/domain/signature.h"
#include "service/queue/redis_connection.h"
#include "tests/support/breakable_service.h"
#include "tests/support/samples.h"
#include "tests/support/stub_server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <csignal>

using namespace oo;
using namespace oo::test;

namespace {

constexpr int kConnections = 300; // more than one batch
constexpr int kSettleMs = 90000;

using Key = QLatin1StringView;
enum class Outage { Killed, Hangs, BehindGateway };

using Requests = std::vector<QByteArray>;

// New paid orders, each with a delivery id; `bytes`: about so large.
Requests orders(qint64 first, int count, int bytes = 300)
{
    Requests requests;
    for (qint64 id = first; id < first + count; ++id) {
        const QByteArray body = "{\"id\":" + QByteArray::number(id) + ",\"updated_at\":\"2026-04-06T10:00:00Z\",\"financial_status\":\"paid\",\"note\":\"" + QByteArray(bytes, 'x') + "\"}";
        requests.push_back("POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nX-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: s.myshopify.com\r\nX-Shopify-Webhook-Id: "
                           + QByteArray::number(id) + "\r\nX-Shopify-Hmac-Sha256: " + signBody(kSampleSecret, body) + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }
    return requests;
}

QByteArray among(qint64 first, int count)
{
    return " BETWEEN " + QByteArray::number(first) + " AND " + QByteArray::number(first + count - 1);
}

} // namespace

class DegradedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<BreakableService>();
        QTRY_COMPARE_WITH_TIMEOUT(readiness(), QByteArray("200 ready"), kSettleMs);
    }
    void cleanup() { m_service.reset(); }

    void withoutRedisWebhooksAreAcceptedAndTheQueuesHeal_data() { addOutages(); }
    void withoutRedisWebhooksAreAcceptedAndTheQueuesHeal()
    {
        QFETCH(Outage, outage);
        send(orders(1000, 50), {201});
        beginRedisOutage(outage);
        send(orders(2000, 600), {201});
        QTRY_COMPARE_WITH_TIMEOUT(readiness(), QByteArray("200 degraded"), kSettleMs);
        send(orders(3000, 600), {201});
        endRedisOutage(outage);
        QTRY_COMPARE_WITH_TIMEOUT(readiness(), QByteArray("200 ready"), kSettleMs);
        expectBookedOnce(1000, 2600, 1250);
    }

    // The senders' answers come while the server is away: nothing here ends the outage before they are there.
    void withoutPostgresTheAnswerIsUnavailableAndComesMeanwhile_data() { addOutages(); }
    void withoutPostgresTheAnswerIsUnavailableAndComesMeanwhile()
    {
        QFETCH(Outage, outage);
        send(orders(1000, 50), {201});
        beginPostgresOutage(outage);
        send(orders(2000, 600), {503}); // finds out
        send(orders(3000, 600), {503}); // knows
        QTRY_COMPARE_WITH_TIMEOUT(readiness(), QByteArray("503 unavailable"), kSettleMs);
        QCOMPARE(m_service->send("GET", "/healthz").status, 200);

        endPostgresOutage(outage);
        QTRY_COMPARE_WITH_TIMEOUT(readiness(), QByteArray("200 ready"), kSettleMs);
        QTRY_VERIFY_WITH_TIMEOUT(statusesOf(orders(4000, 1)) != QSet<int>{503}, kSettleMs);
        send(orders(2000, 600), {200, 201}); // sent again: what a hanging server took after all is a repeat
        send(orders(3000, 600), {200, 201});
        expectBookedOnce(1000, 3001, 1251);
    }

    void withoutPostgresRefusedWebhooksLeaveNothingInMemory_data() { addOutages(); }
    void withoutPostgresRefusedWebhooksLeaveNothingInMemory()
    {
        QFETCH(Outage, outage);
        constexpr int kWave = 1500, kBytes = 20000;
        send(orders(1000, 50), {201});
        beginPostgresOutage(outage);
        const auto wave = orders(10000, kWave, kBytes);
        for (int warming = 0; warming < 2; ++warming)
            send(wave, {503});
        const auto before = m_service->memoryKb();
        for (int sent = 0; sent < 4; ++sent)
            send(wave, {503});
        const auto grown = m_service->memoryKb() - before;
        QVERIFY2(grown < kWave * kBytes / 1024 / 2, qPrintable(QStringLiteral("%1 KB more after four waves of %2 KB each").arg(grown).arg(kWave * kBytes / 1024)));
        endPostgresOutage(outage);
        QTRY_VERIFY_WITH_TIMEOUT(statusesOf(orders(2000, 1)) != QSet<int>{503}, kSettleMs);
    }

    void withoutTheCourierOnlyBookingsWait_data()
    {
        addOutages();
        QTest::addRow("a gateway answers for it") << Outage::BehindGateway;
    }
    void withoutTheCourierOnlyBookingsWait()
    {
        QFETCH(Outage, outage);
        send(orders(1000, 1), {201});
        QTRY_COMPARE_WITH_TIMEOUT(accepted(1000, 1), 1, kSettleMs);
        const auto tracking = m_service->text("SELECT tracking_number FROM orders WHERE ref_id = '1000'");

        setCourier(outage, false);
        send(orders(2000, 100), {201});
        // The order queues go on: every order is decided.
        QTRY_COMPARE_WITH_TIMEOUT(m_service->text("SELECT count(*) FROM orders WHERE shipping_status = 'fulfilling'"), QByteArray("101"), kSettleMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_service->text("SELECT counters ->> 'courier_circuit_open' FROM service_instances"), QByteArray("1"), kSettleMs);
        // So does the worker of the shop.
        const QByteArray shipped = "{\"tracking_number\":\"" + tracking + "\",\"courier\":\"Example Courier\",\"status\":\"shipped\",\"timestamp\":\"2026-04-08T13:42:00Z\"}";
        QCOMPARE(m_service->send("POST", "/webhooks/courier", shipped, {{"Content-Type", "application/json"}}).status, 201);
        QTRY_COMPARE_WITH_TIMEOUT(m_service->text("SELECT outcome FROM event_store WHERE type = 'shopify-admin-notifications'"), QByteArray("delivered"), kSettleMs);

        QCOMPARE(accepted(2000, 100), 0);
        QCOMPARE(m_service->text("SELECT count(*) FROM parked_events"), QByteArray("0"));
        QCOMPARE(attemptsOfBookingJobs(), QByteArrayList(100, "0"));
        setCourier(outage, true);
        expectBookedOnce(1000, 1100, 101);
    }

private:
    static void addOutages()
    {
        QTest::addColumn<Outage>("outage");
        QTest::addRow("killed") << Outage::Killed;
        QTest::addRow("hangs") << Outage::Hangs;
    }

    void beginRedisOutage(Outage outage)
    {
        outage == Outage::Killed ? m_service->killServer(m_service->backends().redisPid(), SIGKILL) : m_service->redisProxy().setHole(true);
    }
    void endRedisOutage(Outage outage)
    {
        if (outage == Outage::Hangs)
            return m_service->redisProxy().setHole(false);
        QVERIFY(m_service->backends().startRedis());
    }
    void beginPostgresOutage(Outage outage)
    {
        outage == Outage::Killed ? m_service->killServer(m_service->backends().postgresPid(), SIGQUIT) : m_service->postgresProxy().setHole(true);
    }
    void endPostgresOutage(Outage outage)
    {
        if (outage == Outage::Hangs)
            return m_service->postgresProxy().setHole(false);
        QVERIFY(m_service->backends().startPostgres());
    }

    void setCourier(Outage outage, bool there)
    {
        if (outage == Outage::Hangs)
            return m_service->courierProxy().setHole(!there);
        m_service->setCourierReachable(there);
        if (outage != Outage::BehindGateway)
            return;
        m_service->courierProxy().resetAll();
        if (!there)
            m_service->courierProxy().setTargets({{{}, static_cast<quint16>(m_gateway.url().port())}});
    }

    // All at once, over many connections.
    QSet<int> statusesOf(const Requests &requests)
    {
        QSet<int> statuses;
        LoadClient client("127.0.0.1", m_service->port(), kConnections);
        size_t next = 0;
        client.run(
            [&]() -> std::optional<LoadClient::Request> {
                if (next >= requests.size())
                    return std::nullopt;
                const auto tag = static_cast<int>(next++);
                return LoadClient::Request{tag, &requests[static_cast<size_t>(tag)]};
            },
            [&](int, const LoadAnswer &answer) { statuses.insert(answer.status); });
        return statuses;
    }
    void send(const Requests &requests, const QSet<int> &expected)
    {
        const auto statuses = statusesOf(requests);
        QVERIFY2(expected.contains(statuses), qPrintable(QDebug::toString(statuses)));
    }

    QByteArray readiness() const
    {
        const auto answer = m_service->send("GET", "/readyz");
        return QByteArray::number(answer.status) + ' ' + QJsonDocument::fromJson(answer.body).object().value(Key("status")).toString().toUtf8();
    }

    int accepted(qint64 first, int count) // bookings, as the service knows them
    {
        return m_service->text("SELECT count(*) FROM outbound_calls c JOIN orders o ON o.id = c.order_id WHERE c.state = 'accepted' AND c.path LIKE '%booking' AND o.ref_id::bigint" + among(first, count)).toInt();
    }
    // Orders as the courier has them, each as often as it accepted a booking.
    QStringList bookingsAtTheCourier() const
    {
        QStringList booked;
        for (const auto &entry : QJsonDocument::fromJson(m_service->send("GET", "/mocks/ledger").body).object().value(Key("entries")).toArray()) {
            if (entry[Key("call")] == Key("request-shipping-booking"))
                booked << entry[Key("refId")].toString();
        }
        return booked;
    }
    // What the jobs of the booking queue have used up (BullMQ: atm).
    QByteArrayList attemptsOfBookingJobs()
    {
        RedisConnection redis(m_service->backends().redis());
        QByteArrayList attempts;
        const auto keys = redis.run(RedisCommand{"KEYS", "bull:internal-booking-events:ev-*"}).value_or(RedisReply());
        for (const auto &key : keys.items) {
            if (!key.text.endsWith(":lock"))
                attempts << QByteArray::number(redis.run(RedisCommand{"HGET", key.text, "atm"})->text.toInt());
        }
        return attempts;
    }
    // Every order of the range is there with one event and one booking, and the courier has as many; nothing waits any more.
    void expectBookedOnce(qint64 first, int range, int count)
    {
        QTRY_COMPARE_WITH_TIMEOUT(accepted(first, range), count, kSettleMs);
        QCOMPARE(m_service->text("SELECT count(*) FROM event_store WHERE type = 'ORDER_CREATED' AND ref_id::bigint" + among(first, range)).toInt(), count);
        QCOMPARE(m_service->text("SELECT count(*) FROM orders").toInt(), count);
        QTRY_COMPARE_WITH_TIMEOUT(m_service->text("SELECT count(*) FROM event_store WHERE processed_at IS NULL").toInt(), 0, kSettleMs);
        const auto booked = bookingsAtTheCourier();
        QCOMPARE(booked.size(), count);
        QCOMPARE(QSet<QString>(booked.begin(), booked.end()).size(), count);
    }

    std::unique_ptr<BreakableService> m_service;
    StubServer m_gateway{[](const StubRequest &) { return StubAnswer{503, "<html>Service Unavailable</html>"}; }};
};

QTEST_GUILESS_MAIN(DegradedTest)
#include "degraded_test.moc"
