// The program as its users run it: its own process, real servers, HTTP from outside.

#include "service/domain/signature.h"
#include "service/queue/redis_connection.h"
#include "tests/support/samples.h"
#include "tests/support/test_servers.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

using namespace oo;
using namespace oo::test;

namespace {

struct Answer
{
    int status = 0;
    QByteArray body;
};

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost, 0);
    return probe.serverPort();
}

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
        QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther);
        m_port = freePort();
        start();
        m_backends = std::make_unique<EmbeddedBackends>(m_folder.path());
        m_backends->applyTo(m_settings);
        m_settings.postgres.applicationName = QStringLiteral("test");
        m_postgres = std::make_unique<PgConnection>(m_settings.postgres);
    }

    void cleanupTestCase()
    {
        m_postgres.reset();
        stop();
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
        chaos.setProcessEnvironment(environment());
        chaos.setProcessChannelMode(QProcess::MergedChannels);
        chaos.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("chaos"), QStringLiteral("--data-dir"), m_folder.path(), QStringLiteral("--url"),
                                                 QStringLiteral("http://localhost:%1/webhooks/shopify").arg(m_port), QStringLiteral("--orders"),
                                                 QStringLiteral("60"), QStringLiteral("--events"), QStringLiteral("20"), QStringLiteral("--seed"),
                                                 QStringLiteral("5"), QStringLiteral("--rate"), QStringLiteral("300")});
        const auto stored = [this] { return text("SELECT count(*) FROM event_store WHERE payload ->> 'shopDomain' LIKE 'chaos-5-%'").toInt(); };
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 150, 60000);
        m_service.kill(); // -9
        m_service.waitForFinished(10000);
        start();
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 400, 60000);
        QVERIFY(RedisConnection(m_settings.redis).run(RedisCommand{"FLUSHALL"}));
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 600, 60000);
        m_service.kill();
        m_service.waitForFinished(10000);
        start();
        QVERIFY(chaos.waitForFinished(300000));
        QVERIFY2(chaos.exitCode() == 0, chaos.readAll().constData());
    }

    void stoppingUnderLoadAnswersWhatItAcceptedAndEndsWithZero()
    {
        QProcess chaos;
        chaos.setProcessEnvironment(environment());
        chaos.setProcessChannelMode(QProcess::MergedChannels);
        chaos.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("chaos"), QStringLiteral("--data-dir"), m_folder.path(), QStringLiteral("--url"),
                                                 QStringLiteral("http://localhost:%1/webhooks/shopify").arg(m_port), QStringLiteral("--orders"),
                                                 QStringLiteral("40"), QStringLiteral("--events"), QStringLiteral("20"), QStringLiteral("--seed"),
                                                 QStringLiteral("6"), QStringLiteral("--rate"), QStringLiteral("300")});
        const auto stored = [this] { return text("SELECT count(*) FROM event_store WHERE payload ->> 'shopDomain' LIKE 'chaos-6-%'").toInt(); };
        QTRY_VERIFY_WITH_TIMEOUT(stored() > 200, 60000);
        m_postgres->close(); // the embedded servers end with the service
        m_service.terminate();
        QVERIFY(m_service.waitForFinished(30000));
        QCOMPARE(m_service.exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_service.exitCode(), 0);
        start();
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
        stop();
        start(); // starts an empty Redis
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
    QProcessEnvironment environment() const
    {
        auto all = QProcessEnvironment::systemEnvironment();
        all.insert(QStringLiteral("APP_ENV"), QStringLiteral("test"));
        all.insert(QStringLiteral("APP_BIND"), QStringLiteral("127.0.0.1"));
        all.insert(QStringLiteral("APP_PORT"), QString::number(m_port));
        all.insert(QStringLiteral("ADMIN_PORT"), QStringLiteral("0"));
        all.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QLatin1StringView(kSampleSecret));
        all.insert(QStringLiteral("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX"), QStringLiteral("100"));
        return all;
    }

    void start()
    {
        m_service.setProcessEnvironment(environment());
        m_service.setStandardErrorFile(m_folder.filePath(QStringLiteral("service.log")), QIODevice::Append);
        m_service.setStandardOutputFile(QProcess::nullDevice());
        m_service.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("serve"), QStringLiteral("--embedded"), QStringLiteral("--data-dir"), m_folder.path()});
        QTRY_VERIFY_WITH_TIMEOUT(send("/healthz", {}, {}, "GET").status == 200, 60000);
    }

    void stop()
    {
        m_service.terminate();
        m_service.waitForFinished(30000);
    }

    Answer send(const QByteArray &path, const QByteArray &body, const QList<std::pair<QByteArray, QByteArray>> &headers, const QByteArray &method = "POST")
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        if (!socket.waitForConnected(1000))
            return {};
        QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
        for (const auto &[name, value] : headers) {
            if (name.compare("content-length", Qt::CaseInsensitive) != 0)
                request += name + ": " + value + "\r\n";
        }
        socket.write(request + "\r\n" + body);
        QByteArray all;
        while (socket.waitForReadyRead(5000))
            all += socket.readAll();
        all += socket.readAll();
        return {all.mid(9, 3).toInt(), all.mid(all.indexOf("\r\n\r\n") + 4)};
    }

    QByteArray text(const QByteArray &sql)
    {
        const auto rows = m_postgres->query("SELECT (" + sql + ")::text");
        return rows && rows->size() == 1 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray("none");
    }

    QTemporaryDir m_folder{QDir::tempPath() + QStringLiteral("/oos-XXXXXX")};
    quint16 m_port = 0;
    QProcess m_service;
    ServiceSettings m_settings;
    std::unique_ptr<EmbeddedBackends> m_backends;
    std::unique_ptr<PgConnection> m_postgres;
};

QTEST_GUILESS_MAIN(ServiceTest)
#include "service_test.moc"
