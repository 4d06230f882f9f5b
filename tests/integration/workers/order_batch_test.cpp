#include "service/workers/order_batch.h"

#include "service/workers/replay.h"
#include "tests/support/test_servers.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

TakenJob jobOf(EventId event)
{
    const auto job = eventJob(event, "n");
    return {job.id, job.name, job.data, 0, RetryPolicy{}, {}};
}

TakenJob jobWith(const QByteArray &data, int attemptsMade = 0)
{
    return {"x", "n", data, attemptsMade, RetryPolicy{}, {}};
}

} // namespace

class OrderBatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void init()
    {
        m_servers->fresh();
        m_batch = std::make_unique<OrderBatch>(m_servers->postgres(), m_servers->settings().effects, m_counters);
    }
    void cleanupTestCase() { m_servers.reset(); }

    void oneJobSettlesAllEventsOfItsOrder()
    {
        const auto create = m_servers->storeOrder(1, "orders/create", "pending");
        m_servers->storeOrder(1, "orders/paid", "paid");
        const auto result = m_batch->process({jobOf(create)});
        QCOMPARE(result.ends.front().action, JobEnd::Action::Done);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE outcome = 'applied'"), 2);
        QCOMPARE(m_servers->text("SELECT payment_status || ' ' || shipping_status FROM orders"), QByteArray("paid fulfilling"));
        QCOMPARE(result.stored.effects.size(), 1);
        QCOMPARE(m_servers->text("SELECT payload ->> 'courier' FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'"), QByteArray("DHL"));
    }

    void aPoisonEventParksAloneAndItsNeighboursGoThrough()
    {
        std::vector<TakenJob> jobs;
        for (int ref = 1; ref <= 5; ++ref)
            jobs.push_back(jobOf(m_servers->storeOrder(ref, "orders/create", "paid")));
        // Another program stored an event that no fold can read, of an order that is fine otherwise.
        m_servers->run("INSERT INTO event_store (source, type, ref_id, payload) VALUES ('shopify', 'ORDER_UPDATED', '3', '[1]')");
        const EventId poison(m_servers->number("SELECT max(id) FROM event_store"));
        jobs.push_back(jobOf(poison));
        const auto result = m_batch->process(jobs);
        QCOMPARE(m_servers->number("SELECT count(*) FROM orders WHERE shipping_status = 'fulfilling'"), 5);
        QCOMPARE(m_servers->number("SELECT event_id FROM parked_events WHERE reason = 'poison'"), poison.value());
        for (const auto &end : result.ends)
            QCOMPARE(end.action, end.id == eventJob(poison, {}).id ? JobEnd::Action::Fail : JobEnd::Action::Done);
    }

    void badJobsFailForGoodWithTheirFault_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QByteArray>("fault");
        QTest::addRow("no JSON") << QByteArray("eventStoreId=1") << QByteArray("not a JSON object");
        QTest::addRow("no id") << QByteArray("{}") << QByteArray("no eventStoreId");
        QTest::addRow("text") << QByteArray("{\"eventStoreId\":\"1\"}") << QByteArray("not a positive 64-bit integer");
        QTest::addRow("huge") << QByteArray("{\"eventStoreId\":18446744073709551615}") << QByteArray("not a positive 64-bit integer");
        QTest::addRow("negative") << QByteArray("{\"eventStoreId\":-1}") << QByteArray("not a positive 64-bit integer");
    }

    void badJobsFailForGoodWithTheirFault()
    {
        QFETCH(QByteArray, data);
        QFETCH(QByteArray, fault);
        const auto result = m_batch->process({jobWith(data)});
        QCOMPARE(result.ends.front().action, JobEnd::Action::Fail);
        QVERIFY2(result.ends.front().text.contains(fault), result.ends.front().text.constData());
    }

    void anIdInNoStoreIsTriedAgainThenFails()
    {
        QCOMPARE(m_batch->process({jobWith("{\"eventStoreId\":12345}")}).ends.front().action, JobEnd::Action::Retry);
        QCOMPARE(m_batch->process({jobWith("{\"eventStoreId\":12345}", 2)}).ends.front().action, JobEnd::Action::Fail);
    }

    void otherTopicsAreRecordedWithoutChangingTheOrder()
    {
        m_batch->process({jobOf(m_servers->storeOrder(1, "orders/create", "pending"))});
        NewEvent refund;
        refund.source = bytesOf(EventSource::Shopify);
        refund.type = "refunds/create";
        refund.refId = "1";
        refund.payload = "{}";
        refund.bodyDigest = "x";
        const auto id = m_servers->store(refund);
        QCOMPARE(m_batch->process({jobOf(id)}).ends.front().action, JobEnd::Action::Done);
        QCOMPARE(m_servers->text("SELECT outcome || ' ' || (order_id IS NOT NULL) FROM event_store WHERE type = 'refunds/create'"), QByteArray("recorded true"));
        QCOMPARE(m_servers->number("SELECT version FROM orders"), 1);
    }

    void aCourierEventWaitsForItsOrder()
    {
        const auto early = m_servers->storeCourier("T-9", "shipped");
        const auto waiting = m_batch->process({jobOf(early)});
        QCOMPARE(waiting.ends.front().action, JobEnd::Action::Later); // uses up no attempt
        m_servers->run("INSERT INTO orders (id, ref_id, source, courier, tracking_number) VALUES (gen_random_uuid(), '9', 'shopify', 'DHL', 'T-9');"
                       "INSERT INTO tracking_numbers SELECT 'DHL', 'T-9', id FROM orders WHERE ref_id = '9'");
        QCOMPARE(m_batch->process({jobOf(early)}).ends.front().action, JobEnd::Action::Done);
        QCOMPARE(m_servers->text("SELECT shipping_status FROM orders"), QByteArray("shipped"));
    }

    void anUnmatchedCourierEventParksAfterADay()
    {
        const auto event = m_servers->storeCourier("T-9", "shipped");
        m_servers->run("ALTER TABLE event_store DISABLE TRIGGER USER; UPDATE event_store SET received_at = now() - interval '25 hours'");
        QCOMPARE(m_batch->process({jobOf(event)}).ends.front().action, JobEnd::Action::Fail);
        QCOMPARE(m_servers->text("SELECT reason FROM parked_events"), QByteArray("unmatched"));
    }

    void oneTrackingNumberOfTwoOrdersIsAmbiguous()
    {
        m_servers->run("INSERT INTO tracking_numbers VALUES ('DHL', 'T-9', gen_random_uuid()), ('DHL', 'T-9', gen_random_uuid())");
        m_batch->process({jobOf(m_servers->storeCourier("T-9", "shipped"))});
        QCOMPARE(m_servers->text("SELECT reason FROM parked_events"), QByteArray("ambiguous"));
    }

    void aBookingReleasesTheCourierEventsThatWaitedForItsNumber()
    {
        const auto create = m_servers->storeOrder(1, "orders/create", "paid");
        m_batch->process({jobOf(create)});
        const auto number = m_servers->text("SELECT tracking_number FROM orders");
        // The same, but the courier was faster than the booking's commit: its event was stored and parked before.
        const auto event = m_servers->storeCourier("T-LATE", "shipped");
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) VALUES (" + QByteArray::number(event.value()) + ", 'unmatched', '')");
        m_servers->run("INSERT INTO event_store (source, type, ref_id, order_id, payload, processed_at, outcome, effect_key) SELECT 'internal', 'BOOKING_CONFIRMED', '1', id, "
                       "'{\"trackingNumber\": \"T-LATE\", \"courier\": \"DHL\", \"generation\": 1}', now(), 'recorded', 'confirmed:1' FROM orders");
        const auto result = m_batch->process({jobOf(m_servers->storeOrder(1, "orders/updated", "paid"))});
        QCOMPARE(result.stored.courierEvents, QList<EventId>{event});
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 0);
        m_batch->process({jobOf(event)});
        QCOMPARE(m_servers->text("SELECT shipping_status || ' ' || tracking_number FROM orders"), QByteArray("shipped T-LATE"));
        QVERIFY(number != "T-LATE");
    }

    void rowsLockedElsewhereWaitWithoutHoldingUpTheRest()
    {
        const auto one = m_servers->storeOrder(1, "orders/create", "pending"), two = m_servers->storeOrder(2, "orders/create", "pending");
        m_batch->process({jobOf(one)});
        const auto news = m_servers->storeOrder(1, "orders/paid", "paid");
        PgConnection other(m_servers->settings().postgres);
        QVERIFY(other.runScript("BEGIN; SELECT 1 FROM orders WHERE ref_id = '1' FOR UPDATE"));
        const auto result = m_batch->process({jobOf(news), jobOf(two)});
        QCOMPARE(result.ends[0].action, JobEnd::Action::Later);
        QCOMPARE(result.ends[1].action, JobEnd::Action::Done);
        QCOMPARE(m_servers->text("SELECT placeholder FROM orders WHERE ref_id = '2'"), QByteArray("false"));
    }

    void rebuildFindsAndMendsWhatIsNotAsItsEventsSay()
    {
        m_batch->process({jobOf(m_servers->storeOrder(1, "orders/create", "paid"))});
        m_servers->run("UPDATE orders SET total_price = '99.00', payment_status = 'pending'");
        Rebuild rebuild(m_servers->postgres());
        const auto found = rebuild.checkAfter(OrderId());
        QVERIFY(found);
        QCOMPARE(found->different.size(), 1u);
        QCOMPARE(found->different.front().fields.size(), 2);
        const auto events = m_servers->number("SELECT count(*) FROM event_store");
        QVERIFY(rebuild.recheck(found->different.front().id, true));
        QCOMPARE(m_servers->text("SELECT payment_status || ' ' || total_price FROM orders"), QByteArray("paid 1.00"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store"), events); // no effect was decided
        QVERIFY(rebuild.checkAfter(OrderId())->different.empty());
    }

    void replayReleasesWhatIsParkedAndChecksWhatIsDone()
    {
        const auto done = m_servers->storeOrder(1, "orders/create", "paid");
        m_batch->process({jobOf(done)});
        const auto parked = m_servers->storeOrder(2, "orders/create", "pending");
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) VALUES (" + QByteArray::number(parked.value()) + ", 'poison', '')");
        Replay replay(m_servers->postgres(), m_servers->redis(), m_servers->settings().retries);
        const auto items = replay.select({{done, parked}, {}, {}, {}, {}, {}}, EventId(0));
        QVERIFY(items);
        QCOMPARE(items->size(), 2u);
        QCOMPARE(replay.run((*items)[0], "test")->result, QByteArray("no change"));
        QCOMPARE(replay.preview((*items)[1], false)->result, QByteArray("would be released and enqueued"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 1);
        QCOMPARE(replay.run((*items)[1], "test")->result, QByteArray("released and enqueued"));
        JobQueue queue(m_servers->redis(), bytesOf(QueueName::ShopifyEvents), {});
        const auto taken = queue.take(10, "t", "oo:test");
        QCOMPARE(taken->jobs.size(), 1u);
        QVERIFY(taken->jobs.front().id.startsWith("ev-" + QByteArray::number(parked.value()) + "-r"));
        QCOMPARE(m_batch->process(taken->jobs).ends.front().action, JobEnd::Action::Done);
    }

private:
    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<OrderBatch> m_batch;
    Counters m_counters;
};

QTEST_GUILESS_MAIN(OrderBatchTest)
#include "order_batch_test.moc"
