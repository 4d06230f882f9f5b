#include "service/store/event_store.h"

#include "service/domain/shopify_mapper.h"
#include "tests/support/test_servers.h"

#include <QCryptographicHash>
#include <QTest>

#include <thread>

using namespace oo;
using namespace oo::test;

namespace {

IngestRequest request(quint64 exchange, const QByteArray &deliveryId, const QByteArray &body = "{\"id\":1}")
{
    auto mapped = mapShopifyWebhook({"orders/updated", "s.myshopify.com", deliveryId, {}}, body);
    return {exchange, mapped->event, "[[\"X\",\"1\"]]", body, "orders/updated"};
}

QByteArray incompressible() // PostgreSQL would squeeze a run of one letter into an index entry
{
    QByteArray text;
    while (text.size() < 20000)
        text += QCryptographicHash::hash(QByteArray::number(text.size()), QCryptographicHash::Sha256).toBase64();
    return text;
}

} // namespace

class EventStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void init() { m_servers->fresh(); }
    void cleanupTestCase() { m_servers.reset(); }

    void aBatchIsStoredWithItsRawBytes()
    {
        const QByteArray body = "{\"id\":1,\"note\":\"\\u0000 raw\"}";
        const auto outcomes = EventStore(m_servers->postgres()).store({request(1, "a"), request(2, "b", body), request(3, {})});
        QVERIFY(outcomes);
        for (const auto &outcome : *outcomes)
            QCOMPARE(outcome.result, IngestResult::Stored);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), 3);
        QCOMPARE(m_servers->text("SELECT convert_from(body, 'UTF8') FROM deliveries WHERE event_id = " + QByteArray::number((*outcomes)[1].id.value())), body);
    }

    void aRepeatedDeliveryIsCountedAndAnsweredWithTheFirstEvent()
    {
        EventStore store(m_servers->postgres());
        const auto first = store.store({request(1, "a")});
        const auto again = store.store({request(2, "a"), request(3, "new"), request(4, "a")});
        QVERIFY(first && again);
        QCOMPARE((*again)[0].result, IngestResult::Repeated);
        QCOMPARE((*again)[0].id, first->front().id);
        QCOMPARE((*again)[1].result, IngestResult::Stored);
        QCOMPARE((*again)[2].id, first->front().id);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), 2);
        QCOMPARE(m_servers->number("SELECT count(*) FROM deliveries WHERE repeated"), 2);
    }

    void twiceInOneBatchIsOneEvent()
    {
        const auto outcomes = EventStore(m_servers->postgres()).store({request(1, "a"), request(2, "a")});
        QVERIFY(outcomes);
        QCOMPARE((*outcomes)[0].id, (*outcomes)[1].id);
        QVERIFY((*outcomes)[0].result != (*outcomes)[1].result);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), 1);
    }

    void aKnownDeliveryIdWithAnotherBodyIsANewEvent()
    {
        EventStore store(m_servers->postgres());
        QVERIFY(store.store({request(1, "a")}));
        const auto other = store.store({request(2, "a", "{\"id\":1,\"name\":\"other\"}")});
        QVERIFY(other);
        QCOMPARE(other->front().result, IngestResult::Stored);
        QVERIFY(other->front().conflicting);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE delivery_id IS NULL"), 1);
    }

    void concurrentRepeatsFromSeveralProcessesAreStoredOnce()
    {
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([this, thread] {
                PgConnection connection(m_servers->settings().postgres);
                EventStore store(connection);
                for (int round = 0; round < 20; ++round) {
                    std::vector<IngestRequest> batch;
                    for (int i = 0; i < 10; ++i) // each thread in another order: sorting keeps them from a deadlock
                        batch.push_back(request(1, QByteArray::number(round * 10 + (i * 3 + thread * 7) % 10)));
                    QVERIFY(store.store(batch));
                }
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), 200);
        QCOMPARE(m_servers->number("SELECT count(*) FROM deliveries"), 800);
    }

    void whatCannotBeStoredIsInvalid()
    {
        const auto outcome = EventStore(m_servers->postgres()).store({request(1, incompressible())});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Invalid);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), 0);
    }

    void theEventStoreIsAppendOnly_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<bool>("allowed");
        QTest::addRow("payload") << QByteArray("UPDATE event_store SET payload = '{}'") << false;
        QTest::addRow("type") << QByteArray("UPDATE event_store SET type = 'X'") << false;
        QTest::addRow("business_at") << QByteArray("UPDATE event_store SET business_at = now()") << false;
        QTest::addRow("delivery_id") << QByteArray("UPDATE event_store SET delivery_id = 'z'") << false;
        QTest::addRow("delete") << QByteArray("DELETE FROM event_store") << false;
        QTest::addRow("truncate") << QByteArray("TRUNCATE event_store") << false;
        QTest::addRow("processed_at") << QByteArray("UPDATE event_store SET processed_at = now()") << true;
        QTest::addRow("outcome") << QByteArray("UPDATE event_store SET outcome = 'applied'") << true;
        QTest::addRow("payload with itself") << QByteArray("UPDATE event_store SET payload = payload") << true;
    }

    void theEventStoreIsAppendOnly()
    {
        QFETCH(QByteArray, sql);
        QFETCH(bool, allowed);
        QVERIFY(EventStore(m_servers->postgres()).store({request(1, "a")}));
        QCOMPARE(m_servers->postgres().runScript(sql).has_value(), allowed);
    }

    void aSecondOutcomeKeepsTheFirstSilently() // older workers write processed_at on every run
    {
        QVERIFY(EventStore(m_servers->postgres()).store({request(1, "a")}));
        m_servers->run("UPDATE event_store SET processed_at = '2026-01-01', outcome = 'applied'");
        m_servers->run("UPDATE event_store SET processed_at = now(), outcome = 'recorded'");
        QCOMPARE(m_servers->text("SELECT outcome || ' ' || processed_at::date FROM event_store"), QByteArray("applied 2026-01-01"));
    }

    void anOlderProducersEventGetsWhatTheFoldSortsBy()
    {
        m_servers->run("INSERT INTO event_store (type, ref_id, payload) VALUES ('ORDER_UPDATED', '1', "
                       "'{\"financialStatus\": \"paid\", \"date\": \"2026-04-06T10:00:00+02:00\"}')");
        QCOMPARE(m_servers->text("SELECT source || ' ' || payment_rank || ' ' || (business_at = '2026-04-06T08:00:00Z') || ' ' || (body_digest IS NOT NULL) FROM event_store"),
                 QByteArray("shopify 1 true true"));
    }

private:
    std::unique_ptr<TestServers> m_servers;
};

QTEST_GUILESS_MAIN(EventStoreTest)
#include "event_store_test.moc"
