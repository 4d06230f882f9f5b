#include "service/store/event_tail.h"
#include "service/store/migrator.h"

#include "service/workers/rebuild.h"
#include "tests/support/test_servers.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

// The older service's tables, as issue and users know them, with rows as it left them.
constexpr char kOlderDatabase[] = R"(
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE TABLE event_store (id serial PRIMARY KEY, source varchar, type varchar NOT NULL, ref_id varchar, order_id uuid,
    payload jsonb NOT NULL, received_at timestamptz DEFAULT now(), processed_at timestamptz);
CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), ref_id varchar, source varchar DEFAULT 'shopify',
    payment_status varchar DEFAULT 'pending', business_updated_at timestamptz, shipping_status varchar DEFAULT 'pending',
    shipping_updated_at timestamptz, placeholder boolean DEFAULT true, courier varchar, tracking_number varchar, shipping_fee numeric,
    delivery_at timestamptz, cancelled_at timestamptz, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
    customer jsonb, total_price varchar, currency varchar, shipping_address jsonb, UNIQUE (ref_id, source));
CREATE INDEX ON orders (courier, tracking_number);
INSERT INTO orders (id, ref_id, payment_status, shipping_status, placeholder, courier, tracking_number, shipping_fee, customer, cancelled_at) VALUES
    ('00000000-0000-0000-0000-000000000001', '1', 'paid', 'shipped', false, 'DHL', 'T-1', 5.50, '{"id": 7, "note": null}', NULL),
    ('00000000-0000-0000-0000-000000000002', '2', 'paid', 'pending', false, NULL, NULL, NULL, NULL, NULL),
    ('00000000-0000-0000-0000-000000000003', '3', 'paid', 'pending', false, NULL, NULL, NULL, NULL, now()),
    ('00000000-0000-0000-0000-000000000004', '4', 'paid', 'pending', false, NULL, NULL, NULL, NULL, NULL),
    ('00000000-0000-0000-0000-000000000005', '5', 'pending', 'pending', true, NULL, NULL, NULL, NULL, NULL);
INSERT INTO event_store (id, source, type, ref_id, order_id, payload, received_at, processed_at) VALUES
    (1, 'shopify', 'ORDER_CREATED', '1', NULL, '{"refId": "1", "financialStatus": "pending", "totalPrice": "old", "date": "2020-01-01T00:00:00Z"}', now() - interval '9 days', now()),
    (2, NULL, 'BOOKING_CREATE_REQUEST', '1', '00000000-0000-0000-0000-000000000001', '{}', now() - interval '9 days', now() - interval '8 days'),
    (3, NULL, 'shopify-admin-notifications', '1', '00000000-0000-0000-0000-000000000001', '{"shippingStatus": "shipped"}', now() - interval '8 days', NULL),
    (4, NULL, 'shopify-admin-notifications', '1', '00000000-0000-0000-0000-000000000001', '{"shippingStatus": "shipped"}', now() - interval '7 days', now()),
    (5, NULL, 'BOOKING_CREATE_REQUEST', '2', '00000000-0000-0000-0000-000000000002', '{}', now() - interval '1 hour', NULL),
    (6, NULL, 'BOOKING_CREATE_REQUEST', '2', '00000000-0000-0000-0000-000000000002', '{}', now() - interval '30 minutes', NULL),
    (7, NULL, 'BOOKING_CREATE_REQUEST', '4', '00000000-0000-0000-0000-000000000004', '{}', now() - interval '40 days', NULL),
    (8, 'shopify', 'ORDER_UPDATED', '5', NULL, '{"refId": "5", "financialStatus": "paid", "date": "2024-02-30T00:00:00Z"}', NULL, NULL);
SELECT setval('event_store_id_seq', 8);
)";

} // namespace

class MigratorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void cleanupTestCase() { m_servers.reset(); }

    void aSecondRunDoesNothing()
    {
        m_servers->freshWithoutSchema();
        const auto first = Migrator(m_servers->postgres()).migrate();
        QVERIFY2(first, qPrintable(first ? QString() : first.error().message));
        QVERIFY(!first->applied.isEmpty());
        const auto second = Migrator(m_servers->postgres()).migrate();
        QVERIFY(second);
        QVERIFY(second->applied.isEmpty());
        QVERIFY(Migrator(m_servers->postgres()).check());
    }

    void anOlderSchemaIsNamedWithWhatToDo()
    {
        m_servers->freshWithoutSchema();
        const auto status = Migrator(m_servers->postgres()).check();
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Conflict);
        QVERIFY(status.error().message.contains(QLatin1StringView("orchestratord migrate")));
    }

    void aNewerSchemaIsRefused()
    {
        m_servers->fresh();
        m_servers->run("INSERT INTO schema_migrations (name, checksum) VALUES ('9999_future.sql', 'x')");
        QVERIFY(!Migrator(m_servers->postgres()).check());
        QVERIFY(!Migrator(m_servers->postgres()).migrate());
    }

    void aChangedMigrationIsRefused()
    {
        m_servers->fresh();
        m_servers->run("UPDATE schema_migrations SET checksum = 'x' WHERE name LIKE '0002%'");
        QVERIFY(!Migrator(m_servers->postgres()).check());
    }

    void theOlderServicesDatabaseIsAdopted()
    {
        m_servers->freshWithoutSchema();
        m_servers->run(kOlderDatabase);
        const auto report = Migrator(m_servers->postgres()).migrate();
        QVERIFY2(report, qPrintable(report ? QString() : report.error().message));
        QCOMPARE(report->adoptedOrders, 5);
        // Every row is still there, and every order is what its events say.
        QCOMPARE(m_servers->number("SELECT count(*) FROM orders"), 5);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE id <= 8"), 8);
        QCOMPARE(m_servers->text("SELECT customer FROM orders WHERE ref_id = '1'"), QByteArray("{\"id\": 7, \"note\": null}"));
        const auto chunk = Rebuild(m_servers->postgres()).checkAfter(OrderId());
        QVERIFY(chunk);
        QStringList different; // order 5 has news that nobody has folded yet; order 2 and 4 are as they were
        for (const auto &difference : chunk->different)
            different << QString::fromUtf8(difference.refId);
        QCOMPARE(different, QStringList{QStringLiteral("5")});
        // A notification that was sent carries the key; its unsent twin and old effects are parked, not sent.
        QCOMPARE(m_servers->number("SELECT id FROM event_store WHERE effect_key LIKE 'notify:%1:shipped'"), 4);
        QCOMPARE(m_servers->text("SELECT string_agg(event_id::text, ',' ORDER BY event_id) FROM parked_events WHERE reason = 'adopted'"), QByteArray("3,6,7"));
        QCOMPARE(report->parkedEffects, 3);
        // The young booking of order 2 is the one that will be sent.
        QCOMPARE(m_servers->text("SELECT effect_key FROM event_store WHERE id = 5"), QByteArray("book:00000000-0000-0000-0000-000000000002:1"));
        QCOMPARE(m_servers->text("SELECT payment_status FROM orders WHERE ref_id = '3'"), QByteArray("cancelled"));
        QCOMPARE(m_servers->text("SELECT business_at FROM event_store WHERE id = 8"), QByteArray("null"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM tracking_numbers WHERE tracking_number = 'T-1'"), 1);
    }

    void rowsWithoutASourceAreTakenOverToo()
    {
        m_servers->freshWithoutSchema();
        m_servers->run(kOlderDatabase);
        m_servers->run("INSERT INTO orders (id, ref_id, source, payment_status, placeholder) VALUES "
                       "('00000000-0000-0000-0000-000000000006', '6', NULL, 'paid', false), ('00000000-0000-0000-0000-000000000007', '1', NULL, 'paid', false);"
                       "INSERT INTO event_store (source, type, ref_id, payload, processed_at) VALUES (NULL, 'BOOKING_CREATE_REQUEST', '6', '{}', now())");
        const auto report = Migrator(m_servers->postgres()).migrate();
        QVERIFY2(report, qPrintable(report ? QString() : report.error().message));
        QCOMPARE(m_servers->number("SELECT count(*) FROM orders"), 7);
        // Its booking is known, so that it is not booked again.
        QCOMPARE(m_servers->text("SELECT shipping_status FROM orders WHERE ref_id = '6'"), QByteArray("fulfilling"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE effect_key = 'book:00000000-0000-0000-0000-000000000006:1'"), 1);
    }

    // Its transaction ids lie far ahead of this cluster's: the tail would never reach them, nor tell what comes after.
    void aDatabaseOfAnotherClusterIsRefusedUntilItIsMended()
    {
        m_servers->fresh();
        auto &postgres = m_servers->postgres();
        const auto first = m_servers->storeOrder(1, "orders/create", "paid"), second = m_servers->storeOrder(2, "orders/create", "paid");
        m_servers->run("INSERT INTO order_changes VALUES ('00000000-0000-0000-0000-000000000001', '900000')");
        m_servers->run("ALTER TABLE event_store DISABLE TRIGGER USER; UPDATE event_store SET transaction_id = (1000000 - id)::text::xid8; ALTER TABLE event_store ENABLE TRIGGER USER");
        const auto checked = Migrator(postgres).check();
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.contains(QStringLiteral("--after-restore")), qPrintable(checked.error().message));
        QVERIFY(Migrator(postgres).afterRestore());
        QVERIFY(Migrator(postgres).check());
        const auto third = m_servers->storeOrder(3, "orders/create", "paid");
        EventTail tail(postgres);
        const auto page = tail.after({}, 10, *tail.edge());
        QVERIFY(page);
        QList<qint64> ids;
        for (int row = 0; row < page->events.size(); ++row)
            ids << page->events.int8(row, page->events.column("id"));
        QCOMPARE(ids, (QList<qint64>{first.value(), second.value(), third.value()}));
        QVERIFY(!postgres.query("UPDATE event_store SET transaction_id = '5'")); // append-only as before
    }

    void theAgeOfEffectsToSendIsTheOperators()
    {
        m_servers->freshWithoutSchema();
        m_servers->run(kOlderDatabase);
        QVERIFY(Migrator(m_servers->postgres()).migrate("60 days"));
        QCOMPARE(m_servers->text("SELECT string_agg(event_id::text, ',' ORDER BY event_id) FROM parked_events"), QByteArray("3,6"));
        m_servers->freshWithoutSchema();
        QVERIFY(!Migrator(m_servers->postgres()).migrate("yesterday-ish"));
    }

private:
    std::unique_ptr<TestServers> m_servers;
};

QTEST_GUILESS_MAIN(MigratorTest)
#include "migrator_test.moc"
