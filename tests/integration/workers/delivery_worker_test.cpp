// The delivery worker against the stand-in courier, both in this thread's event loop.

#include "service/workers/delivery_worker.h"

#include "service/domain/shopify_mapper.h"
#include "service/faults/fault_points.h"
#include "service/http/standin_services.h"
#include "service/queue/queue_control.h"
#include "service/workers/book_again.h"
#include "service/workers/rebuild.h"
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

} // namespace

class DeliveryWorkerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_servers = std::make_unique<TestServers>();
        m_http = std::make_unique<GatedHttpServer>(GateLimits{});
        m_standins = std::make_unique<StandinServices>(*m_http, QString());
        QString error;
        QVERIFY2(m_http->listen(QHostAddress::LocalHost, 0, error), qPrintable(error));
    }

    void init()
    {
        m_servers->fresh();
        const auto &settings = m_servers->settings();
        m_leases = std::make_unique<JobLeases>();
        m_context.reset(new WorkerContext{settings.postgres, settings.redis, {2, BackoffType::Fixed, 20}, settings.effects, "test",
                                          [] { return false; }, *m_leases, m_counters});
        post("reset", "{}");
        const QUrl url(QStringLiteral("http://127.0.0.1:%1/mocks").arg(m_http->port()));
        m_worker = std::make_unique<DeliveryWorker>(*m_context, Downstream{QueueName::BookingEvents, url, 500, true, {}});
        m_orders = std::make_unique<OrderBatch>(m_servers->postgres(), settings.effects, m_counters);
        m_worker->start();
    }

    void cleanup() { m_worker.reset(); }
    void cleanupTestCase()
    {
        m_standins.reset();
        m_http.reset();
        m_servers.reset();
    }

    void aBookingIsMadeOnceAndTheOrderTakesWhatTheCourierNames()
    {
        post("shipment", R"({"refId":"1","trackingNumber":"REAL-1","courier":"UPS","shippingFee":"7.50"})");
        book(1);
        QTRY_COMPARE(outcome(), QByteArray("delivered"));
        QCOMPARE(m_servers->text("SELECT courier || ' ' || tracking_number || ' ' || shipping_fee FROM orders"), QByteArray("UPS REAL-1 7.50"));
        QCOMPARE(m_servers->text("SELECT state || ' ' || idempotency_key FROM outbound_calls"), "accepted book-" + bookingId());
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE type = 'BOOKING_CONFIRMED'"), 1);
        QCOMPARE(ledger("request-shipping-booking"), 1);
    }

    void errorsUseUpAttemptsAndThenPark()
    {
        post("behaviour", R"({"call":"request-shipping-booking","mode":"fail","status":500})");
        book(1);
        QTRY_COMPARE(m_servers->text("SELECT max(reason) FROM parked_events"), QByteArray("attempts_exhausted"));
        QCOMPARE(m_servers->number("SELECT attempt FROM outbound_calls"), 2);
        QCOMPARE(m_servers->text("SELECT state FROM outbound_calls"), QByteArray("unknown"));
        QTRY_COMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::BookingEvents)).counts()->failed, 1);
    }

    void aRefusalParksAtOnceAndIsHistory()
    {
        post("behaviour", R"({"call":"request-shipping-booking","mode":"fail","status":422})");
        book(1);
        QTRY_COMPARE(m_servers->text("SELECT max(reason) FROM parked_events"), QByteArray("refused"));
        QCOMPARE(m_servers->number("SELECT attempt FROM outbound_calls"), 1);
        QVERIFY(m_servers->text("SELECT payload ->> 'reason' FROM event_store WHERE type = 'BOOKING_REFUSED'").startsWith("422"));
    }

    void aRefusedOrderIsBookedAgainUnderAnotherKeyWithItsPresentAddress()
    {
        post("behaviour", "{\"call\":\"request-shipping-booking\",\"mode\":\"fail\",\"status\":422,\"times\":1}");
        book(1);
        QTRY_COMPARE(m_servers->number("SELECT count(*) FROM parked_events"), 1);
        const QByteArray moved = "{\"id\":1,\"updated_at\":\"2026-04-06T12:00:00Z\",\"shipping_address\":{\"city\":\"Bremen\"}}";
        m_orders->process({jobOf(m_servers->store(mapShopifyWebhook({"orders/updated", "s.myshopify.com", {}, {}}, moved)->event, moved))});
        const OrderId order(QUuid::fromString(QString::fromUtf8(m_servers->text("SELECT id FROM orders"))));
        const auto booked = BookAgain(m_servers->postgres(), m_context->effects, m_counters).book(order, "ops", "address mended");
        QVERIFY(booked);
        QVERIFY(JobDispatch(m_servers->redis(), m_context->retries).addFor(booked->stored));
        const auto second = QByteArray::number(booked->event.value());
        QTRY_COMPARE(m_servers->text("SELECT COALESCE(outcome, 'open') FROM event_store WHERE id = " + second), QByteArray("delivered"));
        QCOMPARE(outcome(), QByteArray("superseded"));
        QCOMPARE(ledger("request-shipping-booking"), 1); // what the courier accepted
        QCOMPARE(m_servers->text("SELECT idempotency_key || ' ' || state || ' ' || (request_body LIKE '%Bremen%') FROM outbound_calls ORDER BY event_id DESC LIMIT 1"), "book-" + second + " accepted true");
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE processed_at IS NULL"), 0);
        const auto different = Rebuild(m_servers->postgres()).recheck(order, false);
        QVERIFY(different && !*different);
    }

    void patienceUsesUpNoAttempt()
    {
        post("behaviour", R"({"call":"request-shipping-booking","mode":"fail","status":429,"retryAfter":1,"times":2})");
        book(1);
        QTRY_COMPARE_WITH_TIMEOUT(outcome(), QByteArray("delivered"), 15000);
        QCOMPARE(m_servers->number("SELECT attempt FROM outbound_calls"), 3); // more than the two attempts that errors may use
    }

    void whatIsUnknownIsLookedUpAndNotBookedTwice_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::addColumn<int>("accepted");
        QTest::addRow("accepted, then the connection dropped") << QByteArray("drop") << 1;
        QTest::addRow("accepted, then no answer") << QByteArray("hang") << 1;
        QTest::addRow("dropped unread") << QByteArray("drop-unread") << 1;
    }

    void whatIsUnknownIsLookedUpAndNotBookedTwice()
    {
        QFETCH(QByteArray, mode);
        QFETCH(int, accepted);
        post("behaviour", "{\"call\":\"request-shipping-booking\",\"mode\":\"" + mode + "\",\"times\":1}");
        book(1);
        QTRY_COMPARE_WITH_TIMEOUT(outcome(), QByteArray("delivered"), 20000);
        QCOMPARE(ledger("request-shipping-booking"), accepted);
        QCOMPARE(m_servers->number("SELECT attempt FROM outbound_calls"), 2);
    }

    void aCancellationBeforeAnybodyWasCalledBooksNothing()
    {
        store(1, "orders/create", "paid");       // decides the booking
        store(1, "orders/cancelled", "refunded"); // decides its cancellation
        enqueueAll();
        QTRY_COMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE outcome = 'superseded' AND source = 'internal'"), 2);
        QCOMPARE(ledger("request-shipping-booking") + ledger("notify-order-payment-cancelled"), 0);
        QCOMPARE(m_servers->number("SELECT count(*) FROM outbound_calls"), 0);
    }

    void aCancellationFollowsItsBooking()
    {
        book(1);
        QTRY_COMPARE(outcome(), QByteArray("delivered"));
        store(1, "orders/cancelled", "refunded");
        enqueueAll();
        QTRY_COMPARE(ledger("notify-order-payment-cancelled"), 1);
        QTRY_COMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE processed_at IS NULL"), 0);
    }

    void aCancellationReleasesABookingThatIsParkedUnknown()
    {
        post("behaviour", R"({"call":"request-shipping-booking","mode":"fail","status":500,"times":2})");
        book(1);
        QTRY_COMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 1);
        store(1, "orders/cancelled", "refunded");
        enqueueAll();
        QTRY_COMPARE_WITH_TIMEOUT(m_servers->number("SELECT count(*) FROM event_store WHERE processed_at IS NULL"), 0, 20000);
        QCOMPARE(ledger("request-shipping-booking"), 1); // it may have been booked: made certain first, then cancelled
        QCOMPARE(ledger("notify-order-payment-cancelled"), 1);
    }

    void aParkedEventIsNotSent()
    {
        store(1, "orders/create", "paid");
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) VALUES (" + bookingId() + ", 'adopted', '')");
        enqueueAll();
        QTRY_COMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::BookingEvents)).counts()->pending(), 0);
        QCOMPARE(ledger("request-shipping-booking"), 0);
    }

    void twoJobsOfOneEventMakeOneCall()
    {
        store(1, "orders/create", "paid");
        JobQueue queue(m_servers->redis(), bytesOf(QueueName::BookingEvents), {});
        QVERIFY(queue.add({eventJob(EventId(bookingId().toLongLong()), "n"), eventJob(EventId(bookingId().toLongLong()), "n", "-twin")}));
        QTRY_COMPARE(outcome(), QByteArray("delivered"));
        QTRY_COMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::BookingEvents)).counts()->pending(), 0);
        QCOMPARE(ledger("request-shipping-booking"), 1);
    }

    void aCourierThatIsAwayOpensTheCircuitAndBurnsNoAttempt()
    {
        m_worker = std::make_unique<DeliveryWorker>(*m_context, Downstream{QueueName::BookingEvents, QUrl(QStringLiteral("http://127.0.0.1:1/x")), 500, false, {}});
        m_worker->start();
        book(1);
        JobQueue queue(m_servers->redis(), bytesOf(QueueName::BookingEvents), {});
        QTRY_COMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::BookingEvents)).counts()->delayed, 1);
        QCOMPARE(m_servers->number("SELECT count(*) FROM outbound_calls"), 0); // nothing left this process
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events"), 0);
    }

    void courierPointsAreReachedByItsOwnCallsOnly_data()
    {
        QTest::addColumn<FaultPoint>("point");
        QTest::addColumn<QByteArray>("behaviour");
        QTest::addColumn<int>("passes");
        const QByteArray drops = R"({"call":"request-shipping-booking","mode":"drop","times":1})";
        const QByteArray fails = R"({"call":"request-shipping-booking","mode":"fail","status":500,"times":1})";
        QTest::addRow("before a call") << FaultPoint::BeforeCourierCall << QByteArray() << 1;
        QTest::addRow("after it was accepted") << FaultPoint::AfterCourierAccepted << QByteArray() << 1;
        QTest::addRow("after its record") << FaultPoint::AfterCallRecord << QByteArray() << 1;
        QTest::addRow("a look-up makes no call") << FaultPoint::BeforeCourierCall << drops << 1;
        QTest::addRow("a look-up that finds it is no acceptance") << FaultPoint::AfterCourierAccepted << drops << 0;
        QTest::addRow("an error is no acceptance") << FaultPoint::AfterCourierAccepted << fails << 1; // the second call's
        QTest::addRow("each try is recorded") << FaultPoint::AfterCallRecord << fails << 2;
    }

    void courierPointsAreReachedByItsOwnCallsOnly()
    {
        QFETCH(FaultPoint, point);
        QFETCH(QByteArray, behaviour);
        QFETCH(int, passes);
        if (!behaviour.isEmpty())
            post("behaviour", behaviour);
        armFaults({FaultOrders::Kill{point, kNever}, {}});
        book(1);
        QTRY_COMPARE_WITH_TIMEOUT(outcome(), QByteArray("delivered"), 20000);
        QCOMPARE(passesOfArmedPoint(), passes);
    }

    void callsToTheShopReachNoPointOfTheCourier_data()
    {
        QTest::addColumn<FaultPoint>("point");
        for (const auto point : {FaultPoint::BeforeCourierCall, FaultPoint::AfterCourierAccepted, FaultPoint::AfterCallRecord})
            QTest::addRow("%s", textOf(point).data()) << point;
    }

    void callsToTheShopReachNoPointOfTheCourier()
    {
        QFETCH(FaultPoint, point);
        post("shipment", R"({"refId":"1","trackingNumber":"REAL-1","courier":"DHL"})");
        book(1);
        QTRY_COMPARE(outcome(), QByteArray("delivered"));
        m_orders->process({jobOf(m_servers->storeCourier("REAL-1", "shipped"))});
        armFaults({FaultOrders::Kill{point, kNever}, {}});
        const QUrl url(QStringLiteral("http://127.0.0.1:%1/mocks").arg(m_http->port()));
        DeliveryWorker toShop(*m_context, Downstream{QueueName::ShopNotifications, url, 500, false, {}});
        toShop.start();
        enqueueAll();
        QTRY_COMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE type = 'shopify-admin-notifications' AND outcome = 'delivered'"), 1);
        QCOMPARE(passesOfArmedPoint(), 0);
    }

private:
    static constexpr int kNever = 1000000;

    EventId store(qint64 ref, const char *topic, const char *status)
    {
        const auto event = m_servers->storeOrder(ref, topic, status);
        m_orders->process({jobOf(event)});
        return event;
    }

    void enqueueAll()
    {
        const auto entries = ParkedEvents(m_servers->postgres()).outboxPage(EventId(0), 0, 100);
        JobDispatch dispatch(m_servers->redis(), m_context->retries);
        QVERIFY(dispatch.addMissing(*entries));
        JobQueue queue(m_servers->redis(), bytesOf(QueueName::BookingEvents), {});
        if (m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL") > 0 && entries->empty())
            QVERIFY(queue.add({eventJob(EventId(bookingId().toLongLong()), "n")}));
    }

    void book(qint64 ref)
    {
        store(ref, "orders/create", "paid");
        enqueueAll();
    }

    QByteArray bookingId() { return m_servers->text("SELECT min(id) FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'"); }
    QByteArray outcome() { return m_servers->text("SELECT COALESCE(outcome, 'open') FROM event_store WHERE id = " + bookingId()); }

    QByteArray request(const HttpCall &call)
    {
        HttpClient client;
        std::optional<HttpAnswer> answer;
        client.send(call, [&](const HttpAnswer &given) { answer = given; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 5000) || answer->status != 200)
            qFatal("the stand-in did not answer");
        return answer->body;
    }

    void post(const char *path, const QByteArray &body)
    {
        request({"POST", QUrl(QStringLiteral("http://127.0.0.1:%1/mocks/%2").arg(m_http->port()).arg(QLatin1StringView(path))), body, {}, 5000});
    }

    int ledger(const char *call)
    {
        const auto body = request({"GET", QUrl(QStringLiteral("http://127.0.0.1:%1/mocks/ledger").arg(m_http->port())), {}, {}, 5000});
        return static_cast<int>(body.count(QByteArray("\"call\":\"") + call + '"'));
    }

    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<GatedHttpServer> m_http;
    std::unique_ptr<StandinServices> m_standins;
    std::unique_ptr<JobLeases> m_leases;
    std::unique_ptr<WorkerContext> m_context;
    std::unique_ptr<DeliveryWorker> m_worker;
    std::unique_ptr<OrderBatch> m_orders;
    Counters m_counters;
};

QTEST_GUILESS_MAIN(DeliveryWorkerTest)
#include "delivery_worker_test.moc"
