// The race for which the tail exists: ids become visible out of order.

#include "service/store/event_tail.h"

#include "tests/support/test_servers.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace oo;
using namespace oo::test;

namespace {

constexpr char kInsert[] = "INSERT INTO event_store (source, type, ref_id, payload) VALUES ('shopify', 'ORDER_CREATED', '1', '{}') RETURNING id";

} // namespace

class EventTailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void init() { m_servers->fresh(); }
    void cleanupTestCase() { m_servers.reset(); }

    void anEventThatCommitsLateIsMissedByIdAndNotByTheTail()
    {
        EventTail tail(m_servers->postgres());
        auto position = *tail.start({});
        PgConnection slow(m_servers->settings().postgres), quick(m_servers->settings().postgres);
        QVERIFY(slow.runScript("BEGIN"));
        const auto early = slow.query(kInsert)->int8(0, 0);
        const auto late = quick.query(kInsert)->int8(0, 0); // committed at once
        QVERIFY(early < late);
        qint64 lastSeen = 0;
        const auto naive = [&] { // what "id > last" sees
            QList<qint64> seen;
            const auto rows = m_servers->postgres().query("SELECT id FROM event_store WHERE id > " + QByteArray::number(lastSeen) + " ORDER BY id");
            for (int row = 0; row < rows->size(); ++row)
                seen << rows->int8(row, 0);
            if (!seen.isEmpty())
                lastSeen = seen.last();
            return seen;
        };
        auto byId = naive();
        auto byTail = read(tail, position);
        QVERIFY(byTail.isEmpty()); // it is held back by the open transaction
        QVERIFY(slow.runScript("COMMIT"));
        byId += naive();
        byTail += read(tail, position);
        QCOMPARE(byId, QList<qint64>{late}); // the early one is missed for ever
        QCOMPARE(byTail, (QList<qint64>{early, late}));
    }

    void underConcurrentCommitsNothingIsMissedOrRepeated()
    {
        constexpr int kWriters = 4, kEach = 60;
        EventTail tail(m_servers->postgres());
        auto position = *tail.start({});
        std::atomic<int> writing = kWriters;
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < kWriters; ++writer) {
            writers.emplace_back([&, writer] {
                PgConnection connection(m_servers->settings().postgres);
                for (int i = 0; i < kEach; ++i) {
                    (void)connection.runScript("BEGIN");
                    for (int n = 0; n <= (i + writer) % 4; ++n) // transactions of different lengths overlap
                        (void)connection.query(kInsert);
                    (void)connection.runScript("COMMIT");
                }
                --writing;
            });
        }
        QList<qint64> seen;
        while (writing > 0)
            seen += read(tail, position, 7);
        writers.clear();
        QTRY_VERIFY((seen += read(tail, position)).size() >= m_servers->number("SELECT count(*) FROM event_store")); // whoever still closes a transaction
        QCOMPARE(seen.size(), m_servers->number("SELECT count(*) FROM event_store"));
        QCOMPARE(QSet<qint64>(seen.begin(), seen.end()).size(), seen.size());
    }

    // Every change of an order is told at or after the transaction that made it, and an order that rests is not told again.
    void changedOrdersAreToldOncePerChange()
    {
        constexpr int kWriters = 3, kEach = 50, kOrders = 5;
        EventTail tail(m_servers->postgres());
        auto position = *tail.start({});
        for (int i = 0; i < kOrders; ++i)
            m_servers->run("INSERT INTO orders (ref_id, source, created_at, updated_at) VALUES ('" + QByteArray::number(i) + "', 'shopify', now(), now())");
        std::atomic<int> writing = kWriters;
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < kWriters; ++writer) {
            writers.emplace_back([&, writer] {
                PgConnection connection(m_servers->settings().postgres);
                for (int i = 0; i < kEach; ++i) {
                    const auto ref = QByteArray::number((i + writer) % kOrders);
                    (void)connection.runScript("BEGIN; SELECT 1 FROM orders WHERE ref_id = '" + ref + "' FOR UPDATE; UPDATE orders SET version = version + 1 WHERE ref_id = '" + ref
                                               + "'; INSERT INTO order_changes (order_id) SELECT id FROM orders WHERE ref_id = '" + ref
                                               + "' ON CONFLICT (order_id) DO UPDATE SET transaction_id = EXCLUDED.transaction_id; COMMIT");
                    (void)connection.query(kInsert);
                }
                --writing;
            });
        }
        QHash<QByteArray, qint64> told; // version that was there when it was told
        qsizetype events = 0;
        const auto readOn = [&] {
            const auto page = tail.after(position, 7, *tail.edge());
            QVERIFY(page);
            for (const auto &order : page->orders)
                told[toText(order)] = m_servers->number("SELECT version FROM orders WHERE id = '" + toText(order) + "'");
            events += page->events.size();
            position = page->next;
        };
        while (writing > 0)
            readOn();
        writers.clear();
        const auto isAllTold = [&] {
            readOn();
            return events >= kWriters * kEach && told.size() == kOrders
                   && std::all_of(told.keyValueBegin(), told.keyValueEnd(), [&](const auto &each) { return m_servers->number("SELECT version FROM orders WHERE id = '" + each.first + "'") == each.second; });
        };
        QTRY_VERIFY(isAllTold());
        QCOMPARE(events, kWriters * kEach);
        const auto last = tail.after(position, 7, *tail.edge());
        QVERIFY(last->orders.isEmpty() && !last->more);
    }

    void whoHoldsItBackIsNamed()
    {
        PgConnection slow(m_servers->settings().postgres);
        QVERIFY(slow.runScript("BEGIN"));
        QVERIFY(slow.query(kInsert));
        const auto pid = slow.query("SELECT pg_backend_pid()::bigint")->int8(0, 0);
        EventTail tail(m_servers->postgres());
        std::optional<EventTail::Holder> holder;
        QTRY_VERIFY((holder = *tail.heldBackBy()).has_value());
        QCOMPARE(holder->pid, pid);
        QVERIFY(slow.runScript("ROLLBACK"));
        QVERIFY(!*tail.heldBackBy());
    }

    void aPositionThatNobodyGaveIsNotOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", ".", "1", "1.", ".1", "1.2.3", "-1.2", "1.-2", "x.1", "1.99999999999999999999", "99999999999999999999.1", "1 .2"})
            QTest::addRow("%s", text) << QByteArray(text);
    }
    void aPositionThatNobodyGaveIsNotOne()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!TailPosition::fromText(text));
    }

private:
    static QList<qint64> read(EventTail &tail, TailPosition &position, int limit = 1000)
    {
        QList<qint64> ids;
        const auto page = tail.after(position, limit, *tail.edge());
        for (int row = 0; page && row < page->events.size(); ++row)
            ids << page->events.int8(row, page->events.column("id"));
        if (page)
            position = page->next;
        return ids;
    }

    std::unique_ptr<TestServers> m_servers;
};

QTEST_GUILESS_MAIN(EventTailTest)
#include "event_tail_test.moc"
