// The admin port of the program as its users run it: tokens from the command line, docs/admin-api.md by curl, hostile callers.

#include "service/app/settings.h"
#include "service/domain/signature.h"
#include "shared/api/endpoints.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

struct Example
{
    QByteArray endpoint; // METHOD path
    QByteArray purpose;
    QList<QByteArray> scripts;
};

QList<Example> examples()
{
    QFile file(QStringLiteral(OO_SOURCE_DIR "/docs/admin-api.md"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<Example> all;
    bool inScript = false;
    for (const auto &line : file.readAll().split('\n')) {
        if (line.startsWith("### `")) {
            const auto end = line.indexOf('`', 5);
            all.append({line.mid(5, end - 5), line.mid(end + 3), {}});
        } else if (line == "```sh" || line == "```") {
            inScript = line == "```sh";
        } else if (inScript && !all.isEmpty()) {
            all.last().scripts.append(line);
        }
    }
    return all;
}

QByteArray textOf(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

class AdminApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_service = std::make_unique<ServiceProcess>();
        m_token = m_service->run({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("ops"), QStringLiteral("--role"), QStringLiteral("operator")}).trimmed();
        QVERIFY2(m_token.startsWith("oot_"), m_token.constData());
        // A story: an order, and a courier event that nobody claims.
        const QByteArray order = "{\"id\":1001,\"name\":\"#1001\",\"updated_at\":\"2026-04-06T10:00:00Z\",\"financial_status\":\"paid\"}";
        QCOMPARE(m_service->send("POST", "/webhooks/shopify", order, {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Shop-Domain", "s.myshopify.com"}, {"X-Shopify-Webhook-Id", "w-1"},
                                                                      {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, order)}}).status, 201);
        const QByteArray courier = "{\"tracking_number\":\"LOST-1\",\"courier\":\"DHL\",\"status\":\"shipped\",\"timestamp\":\"2026-04-08T10:00:00Z\"}";
        QCOMPARE(m_service->send("POST", "/webhooks/courier", courier, {}).status, 201);
    }
    void cleanupTestCase() { m_service.reset(); }

    void everyEndpointIsDocumentedWithItsPurpose()
    {
        QList<QByteArray> documented, declared;
        for (const auto &example : examples())
            documented << example.endpoint + ": " + example.purpose;
        for (const auto &row : kEndpoints)
            declared << textOf(row.method) + ' ' + textOf(row.path) + ": " + textOf(row.purpose);
        std::sort(documented.begin(), documented.end());
        std::sort(declared.begin(), declared.end());
        QCOMPARE(documented, declared);
    }

    void everyExampleOfTheDocumentWorks_data()
    {
        QTest::addColumn<QByteArray>("script");
        for (const auto &example : examples()) {
            QVERIFY2(!example.scripts.isEmpty(), example.endpoint.constData());
            for (qsizetype i = 0; i < example.scripts.size(); ++i)
                QTest::addRow("%s %d", example.endpoint.constData(), static_cast<int>(i + 1)) << example.scripts[i];
        }
    }
    void everyExampleOfTheDocumentWorks()
    {
        QFETCH(QByteArray, script);
        const auto first = [&](const char *path, const char *filter) {
            const auto list = QJsonDocument::fromJson(m_service->admin("GET", path, {}, m_token).body)[QLatin1StringView("items")].toArray();
            for (const auto &item : list) {
                if (QJsonDocument(item.toObject()).toJson().contains(filter))
                    return item[QLatin1StringView("id")].toString();
            }
            return QString();
        };
        QProcess bash;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("ADMIN"), QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort()));
        environment.insert(QStringLiteral("TOKEN"), QString::fromUtf8(m_token));
        if (m_event.isEmpty()) {
            QTRY_VERIFY(!first("/admin/v1/orders", "1001").isEmpty());
            m_event = first("/admin/v1/events?type=ORDER_CREATED", "1001");
            m_order = first("/admin/v1/orders", "1001");
            m_courierEvent = first("/admin/v1/courier-events/unmatched", "LOST-1");
        }
        environment.insert(QStringLiteral("EVENT"), m_event);
        environment.insert(QStringLiteral("ORDER"), m_order);
        environment.insert(QStringLiteral("COURIER_EVENT"), m_courierEvent);
        environment.insert(QStringLiteral("JOB"), QStringLiteral("ev-") + m_courierEvent);
        bash.setProcessEnvironment(environment);
        bash.start(QStringLiteral("bash"), {QStringLiteral("-c"), QStringLiteral("new_id() { cat /proc/sys/kernel/random/uuid; }\n") + QString::fromUtf8(script)});
        QVERIFY(bash.waitForFinished(30000));
        QVERIFY2(bash.exitCode() == 0, (script + '\n' + bash.readAllStandardError()).constData());
        const auto answer = bash.readAllStandardOutput();
        if (script.contains("/stream"))
            QVERIFY2(answer.startsWith("HTTP/1.1 101") && answer.contains("{\"kind\":\"news\""), answer.constData());
        else
            QVERIFY2(script.contains("/metrics") ? answer.startsWith("# HELP") : QJsonDocument::fromJson(answer).isObject(), answer.constData());
    }

    void hostileCallersGetNothing_data()
    {
        QTest::addColumn<HttpHeaders>("headers");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        const QByteArray bearer = "Bearer " + m_token;
        QTest::addRow("no token") << HttpHeaders{} << QByteArray("/admin/v1/status") << 401;
        QTest::addRow("no token, unknown path") << HttpHeaders{} << QByteArray("/admin/v1/nothing") << 401;
        QTest::addRow("another scheme") << HttpHeaders{{"Authorization", "Basic " + m_token.toBase64()}} << QByteArray("/admin/v1/status") << 401;
        QTest::addRow("wrong token") << HttpHeaders{{"Authorization", "Bearer oot_a_b"}} << QByteArray("/admin/v1/status") << 401;
        QTest::addRow("another host name") << HttpHeaders{{"Authorization", bearer}, {"Host", "evil.example"}} << QByteArray("/admin/v1/status") << 403;
        QTest::addRow("a program in a browser") << HttpHeaders{{"Authorization", bearer}, {"Origin", "http://localhost"}} << QByteArray("/admin/v1/status") << 403;
        QTest::addRow("unknown path") << HttpHeaders{{"Authorization", bearer}} << QByteArray("/admin/v1/nothing") << 404;
        QTest::addRow("wrong method") << HttpHeaders{{"Authorization", bearer}} << QByteArray("/admin/v1/queues/shopify-events/pause") << 405;
        QTest::addRow("right") << HttpHeaders{{"Authorization", bearer}, {"Host", "localhost:1234"}} << QByteArray("/admin/v1/status") << 200;
    }
    void hostileCallersGetNothing()
    {
        QFETCH(HttpHeaders, headers);
        QFETCH(QByteArray, path);
        QFETCH(int, status);
        QCOMPARE(m_service->exchange(m_service->adminPort(), "GET", path, {}, headers).status, status);
    }

    void aBodyThatIsTooLargeIsRefused()
    {
        QCOMPARE(m_service->admin("POST", "/admin/v1/parked/release", QByteArray(300000, 'x'), m_token).status, 413);
    }

    void theAdminApiIsNotOnThePublicPort()
    {
        QCOMPARE(m_service->send("GET", "/admin/v1/status", {}, {{"Authorization", "Bearer " + m_token}}).status, 404);
        QCOMPARE(m_service->send("GET", "/metrics", {}, {{"Authorization", "Bearer " + m_token}}).status, 404);
    }

    void aRefusedWebhookIsListedWithItsSender()
    {
        QCOMPARE(m_service->send("POST", "/webhooks/shopify", "{}", {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Shop-Domain", "fake.myshopify.com"}, {"X-Shopify-Hmac-Sha256", "AAAA"}}).status, 401);
        const auto list = QJsonDocument::fromJson(m_service->admin("GET", "/admin/v1/refusals?limit=1", {}, m_token).body)[QLatin1StringView("items")].toArray();
        QCOMPARE(list[0][QLatin1StringView("status")].toInt(), 401);
        QCOMPARE(list[0][QLatin1StringView("shop")].toString(), QStringLiteral("fake.myshopify.com"));
        QCOMPARE(list[0][QLatin1StringView("topic")].toString(), QStringLiteral("orders/create"));
    }

    // Law: a replay that is killed in the middle continues after the restart and does nothing twice.
    void aReplayGoesOnAfterTheServiceIsKilled()
    {
        for (int i = 0; i < 30; ++i) {
            const auto ref = QByteArray::number(5000 + i);
            const QByteArray order = "{\"id\":" + ref + ",\"updated_at\":\"2026-04-06T10:00:00Z\",\"financial_status\":\"pending\"}";
            QCOMPARE(m_service->send("POST", "/webhooks/shopify", order, {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Shop-Domain", "s.myshopify.com"}, {"X-Shopify-Webhook-Id", "r-" + ref},
                                                                          {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, order)}}).status, 201);
        }
        const auto begun = QJsonDocument::fromJson(m_service->admin("POST", "/admin/v1/replays", "{\"requestId\":\"kill-test-1\",\"reason\":\"x\",\"selection\":{\"type\":\"ORDER_CREATED\"},\"rate\":8}", m_token).body).object();
        const auto path = "/admin/v1/replays/" + begun[QLatin1StringView("id")].toString().toUtf8();
        const auto run = [&] { return QJsonDocument::fromJson(m_service->admin("GET", path, {}, m_token).body).object(); };
        QTRY_VERIFY_WITH_TIMEOUT(run()[QLatin1StringView("done")].toInt() >= 6, 20000);
        m_service->kill();
        m_service->start();
        const int before = run()[QLatin1StringView("done")].toInt();
        QVERIFY2(before < 31, "it was killed too late to tell");
        QTRY_COMPARE_WITH_TIMEOUT(run()[QLatin1StringView("state")].toString(), QStringLiteral("done"), 60000);
        const auto results = QJsonDocument::fromJson(m_service->admin("GET", path + "/results?limit=500", {}, m_token).body)[QLatin1StringView("items")].toArray();
        QSet<QString> events;
        for (const auto &result : results)
            events.insert(result[QLatin1StringView("eventId")].toString());
        QCOMPARE(events.size(), results.size());
        QCOMPARE(results.size(), run()[QLatin1StringView("done")].toInt());
        QVERIFY(results.size() >= 31);
    }

    void aRevokedTokenIsOfNoUse()
    {
        const auto other = m_service->run({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("brief"), QStringLiteral("--role"), QStringLiteral("viewer")}).trimmed();
        QCOMPARE(m_service->admin("GET", "/admin/v1/status", {}, other).status, 200);
        QVERIFY(m_service->run({QStringLiteral("token"), QStringLiteral("list")}).contains("brief"));
        m_service->run({QStringLiteral("token"), QStringLiteral("revoke"), QStringLiteral("brief")});
        QCOMPARE(m_service->admin("GET", "/admin/v1/status", {}, other).status, 401);
    }

private:
    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_token;
    QString m_event, m_order, m_courierEvent;
};

QTEST_GUILESS_MAIN(AdminApiTest)
#include "admin_api_test.moc"
