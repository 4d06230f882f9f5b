#include "service/store/order_store.h"

#include "service/store/transaction.h"
#include "tests/support/test_servers.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace oo;
using namespace oo::test;

namespace {

// What a hasty worker would write: make the row, lock it and load its events in one statement.
constexpr char kAllInOne[] = R"(
WITH made AS (INSERT INTO orders (id, ref_id, source) VALUES (gen_random_uuid(), '1', 'shopify') ON CONFLICT (ref_id, source) DO NOTHING),
     locked AS (SELECT id FROM orders WHERE ref_id = '1' FOR UPDATE)
SELECT count(*) FROM event_store e WHERE e.ref_id = '1' AND EXISTS (SELECT 1 FROM locked))";

} // namespace

class OrderStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void init() { m_servers->fresh(); }
    void cleanupTestCase() { m_servers.reset(); }

    // Another worker makes the row and stores an event, and has not committed. Who takes the order meanwhile must see both.
    void oneStatementLosesAnUpdateAndThreeDoNot_data()
    {
        QTest::addColumn<bool>("inOneStatement");
        QTest::addRow("in one statement: lost") << true;
        QTest::addRow("in three statements: seen") << false;
    }

    void oneStatementLosesAnUpdateAndThreeDoNot()
    {
        QFETCH(bool, inOneStatement);
        auto &other = m_servers->postgres();
        QVERIFY(other.runScript("BEGIN; INSERT INTO orders (id, ref_id, source) VALUES (gen_random_uuid(), '1', 'shopify');"
                                "INSERT INTO event_store (source, type, ref_id, payload) VALUES ('shopify', 'ORDER_CREATED', '1', '{}')"));
        qint64 seen = -1;
        std::thread worker([&] {
            PgConnection mine(m_servers->settings().postgres);
            if (inOneStatement) {
                const auto rows = mine.query(kAllInOne);
                seen = rows ? rows->int8(0, 0) : -2;
                return;
            }
            OrderStore store(mine);
            const auto locked = store.beginAndLock({{"1"}, {}, {}}, LockMode::Wait);
            Transaction transaction(mine);
            const auto events = locked ? store.loadEvents(*locked) : Result<LoadedEvents>(failure(locked));
            seen = events ? static_cast<qint64>(events->readable.size()) : -2;
        });
        PgConnection watcher(m_servers->settings().postgres);
        const auto waits = [&watcher] {
            const auto rows = watcher.query("SELECT count(*) FROM pg_locks WHERE NOT granted");
            return rows && rows->int8(0, 0) > 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(waits(), 900); // it stands before the row that is not committed (lock_timeout is 1 s)
        QVERIFY(other.runScript("COMMIT"));
        worker.join();
        QCOMPARE(seen, inOneStatement ? 0 : 1);
    }

    void aLockedRowTimesOutAndIsSkipped()
    {
        m_servers->run("INSERT INTO orders (id, ref_id, source) VALUES (gen_random_uuid(), '1', 'shopify'), (gen_random_uuid(), '2', 'shopify')");
        PgConnection other(m_servers->settings().postgres);
        QVERIFY(other.runScript("BEGIN; SELECT 1 FROM orders WHERE ref_id = '1' FOR UPDATE"));
        OrderStore store(m_servers->postgres());
        {
            const auto locked = store.beginAndLock({{"1", "2"}, {}, {}}, LockMode::Wait);
            Transaction transaction(m_servers->postgres());
            QVERIFY(!locked);
            QCOMPARE(locked.error().code, ErrorCode::LockTimeout);
        }
        const auto skipped = store.beginAndLock({{"1", "2"}, {}, {}}, LockMode::SkipLocked);
        Transaction transaction(m_servers->postgres());
        QVERIFY(skipped);
        QCOMPARE(skipped->size(), 1u);
        QCOMPARE(skipped->front().refId, QByteArray("2"));
    }

    void everyColumnComesBackAsItWasWritten()
    {
        OrderStore store(m_servers->postgres());
        auto locked = store.beginAndLock({{"77"}, {}, {}}, LockMode::Wait);
        QVERIFY(locked);
        auto row = locked->front();
        row.state = {PaymentStatus::Paid, ShippingStatus::Delivered, false, "#1 \"x\"", "s.myshopify.com", "paid", "fulfilled",
                     "{\"a\": 1.50}", "{\"b\": null}", "199.00", "EUR", Instant{1}, Instant{2}, Instant{3}, Instant{1775470543861204},
                     "DHL", "T-1", "7.50"};
        OrderWrites writes;
        writes.changed = {row};
        QVERIFY(store.writeAndCommit(writes));
        const auto again = store.page(OrderId(), 10);
        QVERIFY(again);
        QVERIFY(again->front().state == row.state);
        QCOMPARE(again->front().version, 1);
    }

    void anEffectIsStoredOnceForEver()
    {
        OrderStore store(m_servers->postgres());
        const auto locked = store.beginAndLock({{"1"}, {}, {}}, LockMode::Wait);
        QVERIFY(locked);
        const auto effects = decideEffectsFor(locked->front());
        OrderWrites writes;
        writes.effects = effects;
        const auto first = store.writeAndCommit(writes);
        QVERIFY(first);
        QCOMPARE(first->effects.size(), 1);
        QVERIFY(m_servers->postgres().run(sql::begin));
        const auto second = store.writeAndCommit(writes);
        QVERIFY(second);
        QCOMPARE(second->effects.size(), 0);
    }

    // Statistics of a store without effects say that there are none; more and more of them come, and the plan stays.
    void aPlanMadeBeforeTheFirstEffectLooksBookingsUpByKey()
    {
        m_servers->run("INSERT INTO event_store (source, type, ref_id, payload, processed_at, outcome)"
                       " SELECT 'shopify', 'ORDER_UPDATED', n::text, '{}', now(), 'applied' FROM generate_series(1, 20000) n; ANALYZE");
        PgArray events(PgArray::Element::Int8);
        for (const qint64 id : {7, 8, 9})
            events.add(id);
        const auto rows = m_servers->postgres().query("EXPLAIN " + sqlText(sql::deliverySituations), PgParams().add(events));
        QVERIFY(rows);
        QByteArray plan;
        for (int row = 0; row < rows->size(); ++row)
            plan += rows->text(row, 0) + '\n';
        const auto scan = plan.indexOf("event_store_effect_once");
        QVERIFY2(scan > 0 && plan.indexOf("Index Cond: (effect_key = ", scan) > scan, plan.constData());
    }

    // It is asked every other second, however long the outbox is.
    void anOpenRedactionIsFoundThroughAnIndexOfItsOwn()
    {
        m_servers->run("INSERT INTO event_store (source, type, ref_id, payload) SELECT 'shopify', 'ORDER_UPDATED', n::text, '{}' FROM generate_series(1, 20000) n;"
                       " INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'poison', 'x' FROM event_store; ANALYZE");
        const auto rows = m_servers->postgres().query("EXPLAIN " + sqlText(sql::redactionOpen));
        QVERIFY(rows);
        QByteArray plan;
        for (int row = 0; row < rows->size(); ++row)
            plan += rows->text(row, 0) + '\n';
        QVERIFY2(plan.contains("event_store_redactions"), plan.constData());
    }

private:
    static QList<NewEvent> decideEffectsFor(const OrderRow &row)
    {
        NewEvent effect;
        effect.source = bytesOf(EventSource::Internal);
        effect.type = bytesOf(EventType::BookingCreateRequest);
        effect.orderId = row.id;
        effect.payload = "{}";
        effect.bodyDigest = "x";
        effect.effectKey = "book:1";
        return {effect};
    }

    std::unique_ptr<TestServers> m_servers;
};

QTEST_GUILESS_MAIN(OrderStoreTest)
#include "order_store_test.moc"
