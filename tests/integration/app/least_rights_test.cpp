// The service under its own role, with no more rights than it needs; and what its log says about people and secrets.

#include "service/backends/embedded_backends.h"
#include "service/domain/signature.h"
#include "service/proof/service_slot.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

constexpr char kForgery[] = "forged\r\n2026-01-01T00:00:00.000Z error orders.fake everything is lost";

} // namespace

class LeastRightsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<ServiceProcess> m_first; // makes the servers and the schema, and goes
    std::unique_ptr<EmbeddedBackends> m_backends;
    std::unique_ptr<PgConnection> m_owner;
    QProcess m_service;
    quint16 m_port = 0, m_adminPort = 0;
    QByteArray m_token, m_log;

    QString logFile() const { return m_first->folder() + QStringLiteral("/least-rights.log"); }
    QByteArray run(const QByteArray &sql)
    {
        const auto rows = m_owner->query(sql);
        if (!rows)
            qFatal("%s: %s", sql.constData(), qPrintable(rows.error().message));
        return rows->size() > 0 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray();
    }
    PgSettings settingsOf(const char *user) const
    {
        auto settings = m_backends->postgres();
        settings.user = QLatin1StringView(user);
        return settings;
    }
    QProcessEnvironment environment() const
    {
        auto environment = m_first->environment();
        const auto postgres = settingsOf("trial_service");
        environment.insert(QStringLiteral("DB_HOST"), postgres.host);
        environment.insert(QStringLiteral("DB_USERNAME"), postgres.user);
        environment.insert(QStringLiteral("DB_DATABASE"), postgres.database);
        environment.insert(QStringLiteral("REDIS_HOST"), m_backends->redis().host);
        environment.insert(QStringLiteral("APP_PORT"), QString::number(m_port));
        environment.insert(QStringLiteral("ADMIN_PORT"), QString::number(m_adminPort));
        environment.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("orders.*=true")); // all that it can say
        environment.insert(QStringLiteral("DB_LOGGING"), QStringLiteral("true"));
        environment.insert(QStringLiteral("QUEUE_DEFAULT_ATTEMPTS"), QStringLiteral("2"));
        environment.insert(QStringLiteral("QUEUE_DEFAULT_BACKOFF_MS"), QStringLiteral("50"));
        return environment;
    }
    QByteArray command(const QStringList &arguments)
    {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(QStringLiteral(OO_PROGRAM), arguments);
        process.waitForFinished(120000);
        return process.readAllStandardOutput();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_first = std::make_unique<ServiceProcess>();
        m_first->kill();
        m_backends = std::make_unique<EmbeddedBackends>(m_first->folder());
        m_owner = std::make_unique<PgConnection>(m_backends->postgres());
        run("CREATE ROLE trial_service LOGIN IN ROLE orders_service");
        run("CREATE ROLE trial_console LOGIN IN ROLE orders_console");
        m_port = proof::freePort();
        m_adminPort = proof::freePort();
        m_token = command({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("ops"), QStringLiteral("--role"), QStringLiteral("operator")}).trimmed();
        QVERIFY(!m_token.isEmpty());
        m_service.setProcessEnvironment(environment());
        m_service.setStandardErrorFile(logFile());
        m_service.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("serve")});
        QByteArray said;
        while (!said.contains("is ready") && m_service.waitForReadyRead(30000))
            said += m_service.readAllStandardOutput();
        QVERIFY2(said.contains("is ready"), said.constData());
    }
    void cleanupTestCase()
    {
        m_service.kill();
        m_service.waitForFinished(-1);
        m_owner.reset();
        m_first->start(); // ends its servers with it
        m_first.reset();
    }

    void theServiceDoesAllItDoesUnderItsRole()
    {
        const auto url = QStringLiteral("http://127.0.0.1:%1/webhooks/shopify").arg(m_port);
        const auto said = command({QStringLiteral("chaos"), QStringLiteral("--url"), url, QStringLiteral("--orders"), QStringLiteral("20"), QStringLiteral("--events"), QStringLiteral("15")});
        QVERIFY2(said.contains("verdict: CLEAN"), said.constData());
        for (const auto &name : sampleNames()) { // requests to forget among them
            auto sample = shopifySample(name);
            sample.headers.removeIf([](const auto &header) { return header.first.toLower() == "content-length"; });
            const auto reply = m_first->exchange(m_port, "POST", "/webhooks/shopify", sample.body, sample.headers);
            QVERIFY2(reply.status >= 200 && reply.status < 300, qPrintable(name + QLatin1Char(' ') + QString::number(reply.status) + QString::fromUtf8(reply.body)));
        }
        QTRY_COMPARE_WITH_TIMEOUT(run("SELECT count(*)::text FROM redactions"), QByteArray("2"), 20000);
        QVERIFY(command({QStringLiteral("rebuild")}).contains("0 differ"));
        for (const char *path : {"status", "events", "orders", "stuck", "queues", "parked", "calls", "audit", "balance", "replays", "refusals", "downstreams", "chaos"})
            QCOMPARE(m_first->exchange(m_adminPort, "GET", "/admin/v1/" + QByteArray(path), {}, {{"Authorization", "Bearer " + m_token}}).status, 200);
        const QByteArray body = R"({"requestId":"least-rights-1","reason":"a trial","selection":{"type":"ORDER_CREATED"}})";
        QVERIFY(m_first->exchange(m_adminPort, "POST", "/admin/v1/replays", body, {{"Authorization", "Bearer " + m_token}, {"Content-Type", "application/json"}}).status < 300);
        QTRY_COMPARE_WITH_TIMEOUT(run("SELECT state FROM replay_runs"), QByteArray("done"), 20000);
    }

    void whatARoleMustNotDoIsRefused_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QByteArray>("sql");
        const QByteArray service = "trial_service", console = "trial_console";
        for (const char *sql : {"DELETE FROM event_store", "TRUNCATE event_store", "UPDATE event_store SET payload = '{}'", "UPDATE event_store SET transaction_id = '1'", "DROP TABLE orders",
                                "DELETE FROM orders", "DELETE FROM deliveries", "UPDATE deliveries SET body = NULL", "DELETE FROM admin_audit", "DELETE FROM tombstones", "DELETE FROM forgotten_orders", "UPDATE redaction_key SET key = ''",
                                "DELETE FROM redactions", "UPDATE redactions SET orders = 0", "UPDATE schema_migrations SET checksum = ''", "CREATE TABLE mine (a int)",
                                "ALTER TABLE event_store DISABLE TRIGGER ALL"})
            QTest::addRow("service: %s", sql) << service << QByteArray(sql);
        for (const char *sql : {"INSERT INTO orders (ref_id) VALUES ('1')", "UPDATE orders SET customer = NULL", "DELETE FROM orders", "SELECT body FROM deliveries", "SELECT secret_hash FROM admin_tokens",
                                "SELECT key FROM redaction_key", "SELECT hash FROM tombstones", "SELECT erase_events(ARRAY [1::bigint])", "SELECT erase_orders(ARRAY (SELECT ref_id FROM orders))", "INSERT INTO forgotten_orders VALUES (gen_random_uuid(), 1)",
                                "SELECT nextval('event_store_id_seq')", "CREATE TABLE mine (a int)"})
            QTest::addRow("console: %s", sql) << console << QByteArray(sql);
    }

    void whatARoleMustNotDoIsRefused()
    {
        QFETCH(QByteArray, user);
        QFETCH(QByteArray, sql);
        PgConnection connection(settingsOf(user));
        QVERIFY(connection.query("SELECT 1"));
        const auto done = connection.query(sql);
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(QStringLiteral("permission denied")) || done.error().message.contains(QStringLiteral("must be owner")), qPrintable(done.error().message));
    }

    void theConsoleRoleReadsTheRest()
    {
        PgConnection connection(settingsOf("trial_console"));
        for (const char *sql : {"SELECT count(*) FROM event_store", "SELECT count(*) FROM orders", "SELECT count(*) FROM outbound_calls", "SELECT name, role FROM admin_tokens", "SELECT event_id, repeated FROM deliveries LIMIT 1",
                                "SELECT * FROM redactions"})
            QVERIFY2(connection.query(sql), sql);
    }

    // After all of the above, at the highest level of logging.
    void theLogHoldsNobodyAndNoSecret()
    {
        const auto body = QByteArray(R"({"id":99,"email":"log@example.com","customer":{"id":1,"email":"log@example.com","first_name":"Logwine"},"financial_status":"LONG for log@example.com"})").replace("LONG", QByteArray(70, 'x'));
        (void)m_first->exchange(m_port, "POST", "/webhooks/shopify", body, {{"Content-Type", "application/json"}, {"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Hmac-Sha256", "AAAA"}});
        (void)m_first->exchange(m_port, "POST", "/webhooks/shopify", body, {{"Content-Type", "application/json"}, {"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Webhook-Id", "log-1"}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}});
        (void)m_first->exchange(m_adminPort, "GET", "/admin/v1/orders?search=log@example.com", {}, {{"Authorization", "Bearer " + m_token}});
        (void)m_first->exchange(m_adminPort, "GET", "/admin/v1/orders", {}, {{"Authorization", "Bearer wrong-" + m_token}});
        // A courier that says the address again when it refuses, and when it fails.
        int id = 100;
        for (const auto &[status, reason] : {std::pair<QByteArray, QByteArray>("422", "refused"), std::pair<QByteArray, QByteArray>("500", "attempts_exhausted")}) {
            (void)m_first->exchange(m_port, "POST", "/mocks/behaviour", QByteArray(R"({"call":"request-shipping-booking","mode":"echo","status":STATUS})").replace("STATUS", status), {{"Content-Type", "application/json"}});
            const auto order = QByteArray(R"({"id":ID,"financial_status":"paid","customer":{"id":1,"email":"log@example.com"},"shipping_address":{"last_name":"Logwine"}})").replace("ID", QByteArray::number(++id));
            QCOMPARE(m_first->exchange(m_port, "POST", "/webhooks/shopify", order, {{"Content-Type", "application/json"}, {"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, order)}}).status, 201);
            QTRY_COMPARE_WITH_TIMEOUT(run("SELECT count(*)::text FROM parked_events WHERE detail LIKE '%Logwine%' AND reason = '" + reason + '\''), QByteArray("1"), 20000);
        }
        QFile log(logFile());
        QVERIFY(log.open(QIODevice::ReadOnly));
        QTRY_VERIFY_WITH_TIMEOUT((m_log += log.readAll(), m_log.contains("attempts exhausted") && m_log.contains("unknown financial_status")), 5000);
        for (const QByteArray &needle : {QByteArray("example.com"), QByteArray("Logwine"), QByteArray("15550100142"), QByteArray("+1555"), QByteArray("القحطاني"), QByteArray("541570904534948745"), QByteArray(kSampleSecret), m_token,
                                         m_token.mid(m_token.size() / 2), signBody(kSampleSecret, body)}) {
            const auto at = m_log.indexOf(needle);
            QVERIFY2(at < 0, m_log.mid(std::max<qsizetype>(0, at - 200), 400).constData());
        }
    }

    void whatStrangersWriteCannotForgeALine()
    {
        const QByteArray body = "{\"id\":98,\"financial_status\":\"" + QByteArray(kForgery).replace("\r\n", "\\r\\n") + "\"}";
        (void)m_first->exchange(m_port, "POST", "/webhooks/shopify", body, {{"Content-Type", "application/json"}, {"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Webhook-Id", "log-2"}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}});
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
        QVERIFY(socket.waitForConnected(5000));
        socket.write("POST /webhooks/shopify\x01\x02 HTTP/1.1\r\nHost: \x1b[31mred\n2026-01-01T00:00:00.000Z error orders.fake lost\r\n\r\n");
        QVERIFY(socket.waitForDisconnected(10000));
        QFile log(logFile());
        QVERIFY(log.open(QIODevice::ReadOnly));
        const auto lines = log.readAll().trimmed().split('\n');
        static const QRegularExpression line(QStringLiteral("^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (debug|info|warning|error|fatal) "));
        for (const auto &each : lines) {
            QVERIFY2(line.match(QString::fromUtf8(each)).hasMatch(), each.constData());
            QVERIFY2(!each.contains(" orders.fake ") || !each.startsWith("2026-01-01"), each.constData());
        }
    }
};

QTEST_GUILESS_MAIN(LeastRightsTest)
#include "least_rights_test.moc"
