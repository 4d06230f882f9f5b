// The program as its users run it: its own process, real servers, HTTP from outside.

#include "service/domain/signature.h"
#include "service/backends/embedded_backends.h"
#include "service/queue/redis_connection.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"
#include "tests/support/test_servers.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <csignal>

using namespace oo;
using namespace oo::test;

namespace {

QByteArray incompressible() // PostgreSQL would squeeze a run of one letter into an index entry
{
    QByteArray text;
    while (text.size() < 20000)
        text += sha256(QByteArray::number(text.size())).toBase64();
    return text;
}

} // namespace

class ServiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_service = std::make_unique<ServiceProcess>();
        m_backends = std::make_unique<EmbeddedBackends>(m_service->folder());
        useBackends(*m_backends, m_settings);
        m_settings.postgres.applicationName = QStringLiteral("test");
        m_postgres = std::make_unique<PgConnection>(m_settings.postgres);
    }

    void cleanupTestCase()
    {
        m_postgres.reset();
        m_service.reset();
    }

    void theSamplesAreTakenAndTheRepeatIsAnsweredWithTheFirstEvent_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &name : sampleNames())
            QTest::addRow("%s", qPrintable(name)) << name;
    }

    void theSamplesAreTakenAndTheRepeatIsAnsweredWithTheFirstEvent()
    {
        QFETCH(QString, name);
        const auto sample = shopifySample(name);
        const auto first = send("/webhooks/shopify", sample.body, sample.headers);
        QCOMPARE(first.status, 201);
        const auto again = send("/webhooks/shopify", sample.body, sample.headers);
        QCOMPARE(again.status, 200);
        const auto event = QJsonDocument::fromJson(first.body).object();
        for (const char *key : {"id", "source", "type", "refId", "orderId", "payload", "receivedAt", "processedAt"})
            QVERIFY2(event.contains(QLatin1StringView(key)), key);
        QCOMPARE(QJsonDocument::fromJson(again.body).object().value(QLatin1StringView("id")), event.value(QLatin1StringView("id")));
    }

    void theSampleOrderIsPaidAndBooked()
    {
        QTRY_COMPARE(text("SELECT payment_status || ' ' || shipping_status FROM orders WHERE ref_id = '863122809515850897'"), QByteArray("paid fulfilling"));
        QTRY_COMPARE(text("SELECT state FROM outbound_calls c JOIN orders o ON o.id = c.order_id WHERE o.ref_id = '863122809515850897' AND path LIKE '%booking'"),
                     QByteArray("accepted"));
    }

    void badInputHasItsStatusAndLeavesNothing_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("topic");
        QTest::addColumn<QByteArray>("signature"); // empty: the right one
        QTest::addColumn<int>("status");
        const QByteArray shopify = "/webhooks/shopify", courier = "/webhooks/courier", topic = "orders/updated", order = "{\"id\":1}";
        QTest::addRow("wrong signature") << shopify << order << topic << QByteArray("AAAA") << 401;
        QTest::addRow("no signature") << shopify << order << topic << QByteArray("none") << 401;
        QTest::addRow("no topic") << shopify << order << QByteArray() << QByteArray() << 400;
        QTest::addRow("not JSON") << shopify << QByteArray("hello") << topic << QByteArray() << 400;
        QTest::addRow("array") << shopify << QByteArray("[]") << topic << QByteArray() << 400;
        QTest::addRow("no id") << shopify << QByteArray("{\"name\":\"x\"}") << topic << QByteArray() << 400;
        QTest::addRow("id past 64 bits") << shopify << QByteArray("{\"id\":18446744073709551616}") << topic << QByteArray() << 400;
        QTest::addRow("invalid UTF-8") << shopify << QByteArray("{\"id\":1,\"name\":\"\xff\"}") << topic << QByteArray() << 400;
        QTest::addRow("too large") << shopify << QByteArray(6 << 20, ' ') << topic << QByteArray() << 413;
        QTest::addRow("courier: unknown status") << courier << QByteArray(R"({"tracking_number":"T","status":"lost","courier":"C","timestamp":"2026-04-08T13:42:00Z"})") << QByteArray() << QByteArray() << 400;
        QTest::addRow("courier: no number") << courier << QByteArray(R"({"status":"shipped","courier":"C","timestamp":"2026-04-08T13:42:00Z"})") << QByteArray() << QByteArray() << 400;
        QTest::addRow("courier: no timestamp") << courier << QByteArray(R"({"tracking_number":"T","status":"shipped","courier":"C"})") << QByteArray() << QByteArray() << 400;
        QTest::addRow("courier: endless number") << courier << "{\"tracking_number\":\"" + incompressible() + "\",\"status\":\"shipped\",\"courier\":\"C\",\"timestamp\":\"2026-04-08T13:42:00Z\"}" << QByteArray() << QByteArray() << 400;
        QTest::addRow("a delivery id that fits no index") << shopify << order << topic << QByteArray("long-id") << 400;
    }

    void badInputHasItsStatusAndLeavesNothing()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, topic);
        QFETCH(QByteArray, signature);
        QFETCH(int, status);
        const auto before = text("SELECT count(*) FROM event_store WHERE source <> 'internal'") + text("SELECT count(*) FROM deliveries");
        QList<std::pair<QByteArray, QByteArray>> headers{{"Content-Type", "application/json"}, {"X-Shopify-Shop-Domain", "s.myshopify.com"}};
        if (!topic.isEmpty())
            headers.append({"X-Shopify-Topic", topic});
        if (signature == "long-id")
            headers.append({"X-Shopify-Webhook-Id", incompressible()});
        if (signature != "none")
            headers.append({"X-Shopify-Hmac-Sha256", signature.isEmpty() || signature == "long-id" ? signBody(kSampleSecret, body) : signature});
        const auto answer = send(path, body, headers);
        QCOMPARE(answer.status, status);
        QVERIFY(QJsonDocument::fromJson(answer.body).object().value(QLatin1StringView("error")).toObject().contains(QLatin1StringView("message")));
        QCOMPARE(text("SELECT count(*) FROM event_store WHERE source <> 'internal'") + text("SELECT count(*) FROM deliveries"), before);
    }

    void unstorableTextNeverPoisonsAQueue()
    {
        const QByteArray body = R"({"id":424242,"name":"a\u0000b\ud800","updated_at":"2026-04-06T10:00:00Z","financial_status":"paid"})";
        QCOMPARE(send("/webhooks/shopify", body, {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}}).status, 201);
        QTRY_COMPARE(text("SELECT shipping_status FROM orders WHERE ref_id = '424242'"), QByteArray("fulfilling"));
    }

    void chaosIsCleanWhileTheServiceIsKilledAndRedisEmptied()
    {
        QProcess chaos;
        chaos.setProcessEnvironment(m_service->environment());
        chaos.setProcessChannelMode(QProcess::MergedChannels);
        chaos.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("chaos"), QStringLiteral("--data-dir"), m_service->folder(), QStringLiteral("--url"),
                                                 QStringLiteral("http://localhost:%1/webhooks/shopify").arg(m_service->publicPort()), QStringLiteral("--orders"),
                                                 QStringLiteral("60"), QStringLiteral("--events"), QStringLiteral("20"), QStringLiteral("--seed"),
                                                 QStringLiteral("5"), QStringLiteral("--rate"), QStringLiteral("300")});
        const auto stored = [this] { return text("SELECT count(*) FROM event_store WHERE payload ->> 'shopDomain' LIKE 'chaos-5-%'").toInt(); };
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 150, 60000);
        m_service->kill();
        m_service->start();
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 400, 60000);
        QVERIFY(RedisConnection(m_settings.redis).run(RedisCommand{"FLUSHALL"}));
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 600, 60000);
        m_service->kill();
        m_service->start();
        QVERIFY(chaos.waitForFinished(300000));
        QVERIFY2(chaos.exitCode() == 0, chaos.readAll().constData());
    }

    void stoppingUnderLoadAnswersWhatItAcceptedAndEndsWithZero()
    {
        QProcess chaos;
        chaos.setProcessEnvironment(m_service->environment());
        chaos.setProcessChannelMode(QProcess::MergedChannels);
        chaos.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("chaos"), QStringLiteral("--data-dir"), m_service->folder(), QStringLiteral("--url"),
                                                 QStringLiteral("http://localhost:%1/webhooks/shopify").arg(m_service->publicPort()), QStringLiteral("--orders"),
                                                 QStringLiteral("40"), QStringLiteral("--events"), QStringLiteral("20"), QStringLiteral("--seed"),
                                                 QStringLiteral("6"), QStringLiteral("--rate"), QStringLiteral("300")});
        const auto stored = [this] { return text("SELECT count(*) FROM event_store WHERE payload ->> 'shopDomain' LIKE 'chaos-6-%'").toInt(); };
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 200, 60000);
        m_postgres->close(); // the embedded servers end with the service
        QCOMPARE(m_service->stop(), 0);
        m_service->start();
        QVERIFY(chaos.waitForFinished(300000));
        QVERIFY2(chaos.exitCode() == 0, chaos.readAll().constData());
    }

    void withoutRedisWebhooksAreStillAcceptedAndHealLater()
    {
        const auto pid = RedisConnection(m_settings.redis).run(RedisCommand{"INFO", "server"});
        QVERIFY(pid);
        QVERIFY(RedisConnection(m_settings.redis).run(RedisCommand{"CONFIG", "SET", "save", ""}));
        (void)RedisConnection(m_settings.redis).run(RedisCommand{"SHUTDOWN", "NOSAVE"});
        QTRY_VERIFY(send("/readyz", {}, {}, "GET").body.contains("degraded"));
        const QByteArray body = R"({"id":777,"updated_at":"2026-04-06T10:00:00Z","financial_status":"paid"})";
        QCOMPARE(send("/webhooks/shopify", body, {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}}).status, 201);
        m_service->stop();
        m_service->start(); // starts an empty Redis
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT shipping_status FROM orders WHERE ref_id = '777'"), QByteArray("fulfilling"), 20000);
    }

    void wrongUsageHasItsExitCode_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addRow("version") << QStringList{QStringLiteral("--version")} << 0;
        QTest::addRow("help") << QStringList{QStringLiteral("--help")} << 0;
        QTest::addRow("unknown command") << QStringList{QStringLiteral("dance")} << 2;
        QTest::addRow("unknown option") << QStringList{QStringLiteral("serve"), QStringLiteral("--dance")} << 2;
        QTest::addRow("production without a secret") << QStringList{QStringLiteral("serve")} << 2;
        QTest::addRow("no database") << QStringList{QStringLiteral("rebuild"), QStringLiteral("--data-dir"), QStringLiteral("/nowhere")} << 3;
        QTest::addRow("chaos against another machine") << QStringList{QStringLiteral("chaos"), QStringLiteral("--data-dir"), QStringLiteral("/nowhere"), QStringLiteral("--url"), QStringLiteral("http://example.com/")} << 2;
    }

    void wrongUsageHasItsExitCode()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QProcess program;
        QProcessEnvironment bare;
        bare.insert(QStringLiteral("PATH"), QString::fromUtf8(qgetenv("PATH")));
        program.setProcessEnvironment(bare);
        program.start(QStringLiteral(OO_PROGRAM), arguments);
        QVERIFY(program.waitForFinished(30000));
        QCOMPARE(program.exitCode(), code);
    }

private:
    HttpReply send(const QByteArray &path, const QByteArray &body, const HttpHeaders &headers, const QByteArray &method = "POST")
    {
        HttpHeaders others;
        for (const auto &header : headers) {
            if (header.first.compare("content-length", Qt::CaseInsensitive) != 0)
                others.append(header);
        }
        return m_service->send(method, path, body, others);
    }

    QByteArray text(const QByteArray &sql)
    {
        const auto rows = m_postgres->query("SELECT (" + sql + ")::text");
        return rows && rows->size() == 1 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray("none");
    }

    std::unique_ptr<ServiceProcess> m_service;
    ServiceSettings m_settings;
    std::unique_ptr<EmbeddedBackends> m_backends;
    std::unique_ptr<PgConnection> m_postgres;
};

QTEST_GUILESS_MAIN(ServiceTest)
#include "service_test.moc"
