// Requests to forget somebody, sent to the program as Shopify sends them; then every table is searched for the person.

#include "service/backends/embedded_backends.h"
#include "service/domain/shopify_mapper.h"
#include "service/domain/signature.h"
#include "service/store/event_store.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

constexpr char kOrder[] = "863122809515850897";
constexpr char kShop[] = "order-lab-example.myshopify.com";

} // namespace

class RedactionTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<PgConnection> m_postgres;
    int m_sent = 0;

    QByteArray text(const QByteArray &sql)
    {
        const auto rows = m_postgres->query("SELECT x::text FROM (" + sql + ") AS one (x)");
        if (!rows)
            qFatal("%s: %s", sql.constData(), qPrintable(rows.error().message));
        return rows->size() > 0 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray();
    }

    int send(const QByteArray &topic, const QByteArray &body, const QByteArray &shop = kShop)
    {
        return m_service->send("POST", "/webhooks/shopify", body,
                               {{"Content-Type", "application/json"}, {"X-Shopify-Topic", topic}, {"X-Shopify-Shop-Domain", shop},
                                {"X-Shopify-Webhook-Id", "redaction-" + QByteArray::number(++m_sent)}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}}).status;
    }
    int sendSample(const char *name)
    {
        const auto sample = shopifySample(QLatin1StringView(name));
        return send(sample.header("X-Shopify-Topic"), sample.body);
    }
    // An order of the person, with another id or other values.
    QByteArray orderWith(const QJsonObject &changes)
    {
        auto order = QJsonDocument::fromJson(shopifySample(QStringLiteral("orders-updated-paid")).body).object();
        for (auto it = changes.begin(); it != changes.end(); ++it)
            order.insert(it.key(), it.value());
        return QJsonDocument(order).toJson(QJsonDocument::Compact);
    }
    bool isQuiet() { return text("SELECT count(*) FROM event_store e WHERE processed_at IS NULL AND source = 'shopify' AND NOT EXISTS (SELECT FROM parked_events p WHERE p.event_id = e.id)") == "0"; }

    // Where in the database something of the person stands: table: what.
    QStringList traces()
    {
        const auto sample = QJsonDocument::fromJson(shopifySample(QStringLiteral("orders-create")).body).object();
        const auto address = sample[QLatin1StringView("shipping_address")].toObject();
        const QStringList needles{sample[QLatin1StringView("email")].toString(), QStringLiteral("15550100142"), address[QLatin1StringView("address1")].toString(),
                                  address[QLatin1StringView("last_name")].toString(), QStringLiteral("541570904534948745")};
        QStringList found;
        const auto tables = m_postgres->query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
        for (int row = 0; row < tables->size(); ++row) {
            const auto table = tables->text(row, 0);
            for (const auto &needle : needles) {
                const auto like = "'%" + needle.toUtf8() + "%'";
                auto sql = "SELECT count(*) FROM " + table + " t WHERE t::text LIKE " + like;
                if (table == "deliveries")
                    sql += " OR encode(t.body, 'escape') LIKE '%' || encode(convert_to('" + needle.toUtf8() + "', 'UTF8'), 'escape') || '%'";
                // jsonb shows what it holds, JSON text may be escaped
                if (text(sql) != "0")
                    found << QString::fromUtf8(table) + QStringLiteral(": ") + needle;
            }
        }
        return found;
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<ServiceProcess>();
        m_postgres = std::make_unique<PgConnection>(EmbeddedBackends(m_service->folder()).postgres());
        for (const char *name : {"orders-create", "orders-updated-paid", "orders-edited", "fulfillments-update", "refunds-create"})
            QCOMPARE(sendSample(name), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QTRY_COMPARE(text("SELECT state FROM outbound_calls WHERE path LIKE '%booking'"), QByteArray("accepted"));
        QVERIFY(traces().size() > 5); // else nothing is shown by finding none
    }
    void cleanup()
    {
        m_postgres.reset();
        m_service.reset();
    }

    void nothingOfTheCustomerIsLeftAnywhere()
    {
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT topic || ' ' || shop_domain || ' ' || orders FROM redactions"), QByteArray("customers/redact order-lab-example.myshopify.com 1"), 20000);
        QCOMPARE(traces(), QStringList());
        QVERIFY(isQuiet());
        // What is not about the person stays, and the order can still be folded from its events.
        QCOMPARE(text("SELECT payment_status || ' ' || shipping_status || ' ' || name FROM orders WHERE ref_id = '" + QByteArray(kOrder) + "'"), QByteArray("paid fulfilling #4127"));
        QVERIFY2(m_service->run({QStringLiteral("rebuild")}).contains("0 differ"), "the projection is the fold");
    }

    void aLateDeliveryDoesNotBringThemBack()
    {
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM redactions"), QByteArray("1"), 20000);
        QCOMPARE(send("orders/cancelled", orderWith({{QStringLiteral("cancelled_at"), QStringLiteral("2026-04-09T10:00:00+03:00")}, {QStringLiteral("updated_at"), QStringLiteral("2026-04-09T10:00:00+03:00")}})), 201);
        QCOMPARE(sendSample("fulfillments-update"), 201);
        QCOMPARE(send("customers/update", R"({"id":541570904534948745,"email":"Noura.AlQahtani@example.com","phone":"+1 555 010 0142"})"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(traces(), QStringList());
        QCOMPARE(text("SELECT payment_status FROM orders"), QByteArray("cancelled")); // the order itself goes on
    }

    void anOrderTheyMakeAfterwardsIsKept()
    {
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM redactions"), QByteArray("1"), 20000);
        const auto body = orderWith({{QStringLiteral("id"), 5550001}, {QStringLiteral("created_at"), QString::fromUtf8(toText(Instant{Instant::now().us + 60000000}))}});
        QCOMPARE(send("orders/create", body), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(text("SELECT customer ->> 'email' FROM orders WHERE ref_id = '5550001'"), QByteArray("noura.alqahtani@example.com"));
    }

    void anotherTopicsBodyCannotBeMadeToErase()
    {
        QCOMPARE(send("customers/redact", shopifySample(QStringLiteral("customers-data_request")).body), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM parked_events WHERE reason = 'poison'"), QByteArray("1"), 20000);
        QCOMPARE(text("SELECT count(*) FROM redactions"), QByteArray("0"));
        QCOMPARE(text("SELECT count(*) FROM tombstones"), QByteArray("0"));
        QVERIFY(!text("SELECT customer FROM orders").isEmpty());
    }

    void aShopIsForgottenAndNoOther()
    {
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 777}}), "another.myshopify.com"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(sendSample("shop-redact"), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT topic FROM redactions"), QByteArray("shop/redact"), 20000);
        QCOMPARE(text("SELECT count(*) FROM orders WHERE customer IS NOT NULL"), QByteArray("1"));
        QCOMPARE(text("SELECT shop_domain FROM orders WHERE customer IS NOT NULL"), QByteArray("another.myshopify.com"));
        QCOMPARE(text("SELECT count(*) FROM event_store e JOIN deliveries d ON d.event_id = e.id WHERE d.body IS NOT NULL AND e.payload ->> 'shopDomain' = '" + QByteArray(kShop) + "'"), QByteArray("0"));
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 888}})), 201); // made before, delivered late
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(text("SELECT count(*) FROM orders WHERE customer IS NOT NULL"), QByteArray("1"));
    }

    // It began before the request came, and did not see the tombstone: what it stores must be erased all the same.
    void aWriterThatBeganBeforeIsWaitedFor()
    {
        PgConnection older(EmbeddedBackends(m_service->folder()).postgres());
        QVERIFY(older.run(sql::begin));
        const auto mapped = mapShopifyWebhook({"orders/updated", kShop, "older-writer", {}}, orderWith({{QStringLiteral("total_price"), QStringLiteral("1.00")}}));
        QVERIFY(EventStore(older).store({{1, mapped->event, "[]", orderWith({}), "orders/updated"}}));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(text("SELECT count(*) FROM pg_locks WHERE relation = 'tombstones'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted") == "1", 20000);
        QCOMPARE(text("SELECT count(*) FROM redactions"), QByteArray("0"));
        QVERIFY(older.run(sql::commit));
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM redactions"), QByteArray("1"), 20000);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(traces(), QStringList());
    }
};

QTEST_GUILESS_MAIN(RedactionTest)
#include "redaction_test.moc"
