// Requests to forget somebody, while others are at work with what they knew before.

#include "service/domain/courier_mapper.h"
#include "service/domain/shopify_mapper.h"
#include "service/store/event_store.h"
#include "service/store/order_store.h"
#include "tests/integration/app/redaction_fixture.h"
#include "tests/support/stub_server.h"

#include <QElapsedTimer>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

// A courier that says to whom.
QByteArray shipped(const QByteArray &courier, const QByteArray &trackingNumber)
{
    return QByteArray(R"({"tracking_number":"NUMBER","courier":"COURIER","status":"shipped","timestamp":"2026-04-09T10:00:00Z","to":"noura.alqahtani@example.com"})")
        .replace("NUMBER", trackingNumber).replace("COURIER", courier);
}

} // namespace

class RedactionRacesTest : public QObject, private RedactionFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(startWithOrders()); }
    void cleanup() { stop(); }

    // It began before the request came, and did not see the tombstone: what it stores must be erased all the same.
    void aWriterThatBeganBeforeIsWaitedFor()
    {
        PgConnection older(postgres());
        QVERIFY(older.run(sql::begin));
        const auto mapped = mapShopifyWebhook({"orders/updated", kShop, "older-writer", {}}, orderWith({{QStringLiteral("total_price"), QStringLiteral("1.00")}}));
        QVERIFY(EventStore(older).store({{1, mapped->event, "[]", orderWith({}), "orders/updated"}}));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(text("SELECT count(*) FROM tombstones") != "0", 20000);
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 777}}), kOtherShop), 201); // and others go on:
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM orders WHERE ref_id = '777' AND customer IS NOT NULL"), QByteArray("1"), 20000);
        QVERIFY(!isForgotten());
        QVERIFY(older.run(sql::commit));
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(text("SELECT count(*) FROM event_store e JOIN deliveries d ON d.event_id = e.id WHERE e.delivery_id LIKE '%older-writer' AND (e.payload ? 'customer' OR d.body IS NOT NULL)"), QByteArray("0"));
        QCOMPARE(known(), QByteArray("777"));
    }

    // A dump that takes hours reads all tables in one transaction.
    void nobodyWaitsBehindARequestThatWaits()
    {
        PgConnection dump(postgres());
        QVERIFY(dump.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        QVERIFY(dump.query("SELECT count(*) FROM tombstones"));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(text("SELECT count(*) FROM tombstones") != "0", 20000);
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 20; ++i)
            QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 9000 + i}}), kOtherShop), 201);
        QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tombstones'::regclass"), QByteArray("0"));
        QVERIFY(!isForgotten());
        QVERIFY(dump.run(sql::rollback));
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
    }

    void theServiceStopsWhileARequestWaits()
    {
        PgConnection dump(postgres());
        QVERIFY(dump.query("BEGIN"));
        QVERIFY(dump.query("SELECT count(*) FROM tombstones"));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(text("SELECT count(*) FROM tombstones") != "0", 20000);
        m_postgres->close();
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(m_service->stop(), 0);
        QVERIFY2(clock.elapsed() < 10000, qPrintable(QString::number(clock.elapsed())));
        dump.close();
        m_service->start();
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QCOMPARE(traces(), QStringList());
    }

    // The backlog, with Redis down for example: orders without a row, of which the customer is named in one event alone; a courier's
    // event that nobody has matched.
    void whatNoWorkerHasSeenYetIsErased()
    {
        QVERIFY(storeWithoutJob("orders/create", orderWith({{QStringLiteral("id"), 5550001}})));
        QVERIFY(storeWithoutJob("orders/updated", orderWith({{QStringLiteral("id"), 5550001}, {QStringLiteral("customer"), QJsonValue()}, {QStringLiteral("email"), QString()}, {QStringLiteral("contact_email"), QString()}})));
        QVERIFY(storeWithoutJob("orders/updated", orderWith({{QStringLiteral("id"), 5550002}, {QStringLiteral("customer"), QJsonValue()}}))); // a guest's: the address is in the raw bytes alone
        const auto parcel = text("SELECT courier || '|' || tracking_number FROM tracking_numbers").split('|');
        const auto said = shipped(parcel[0], parcel[1]);
        QVERIFY(storeWithoutJob(*mapCourierWebhook("no-job", said), said));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QCOMPARE(traces(), QStringList());
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT count(*) FROM orders WHERE ref_id IN ('5550001', '5550002')"), QByteArray("2"), 30000); // the janitor has found them
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 30000);
        QCOMPARE(traces(), QStringList());
        QCOMPARE(text("SELECT shipping_status FROM orders WHERE ref_id = '" + QByteArray(kOrder) + "'"), QByteArray("shipped"));
    }

    // Its row is not there for others yet, and it has the events in memory.
    void whoFoldsMeanwhileWritesNothingOfThem()
    {
        QVERIFY(storeWithoutJob("orders/create", orderWith({{QStringLiteral("id"), 5550003}})));
        QVERIFY(m_postgres->query("UPDATE event_store SET processed_at = now(), outcome = 'applied' WHERE ref_id = '5550003'")); // else the janitor has it folded again, which mends it
        PgConnection connection(postgres());
        OrderStore store(connection);
        auto locked = store.beginAndLock({{"5550003"}, {}, {}}, LockMode::Wait);
        QVERIFY(locked && locked->size() == 1);
        const auto loaded = store.loadEvents(*locked);
        QVERIFY(loaded);
        auto row = locked->front();
        row.state = fold(loaded->byOrder.value(row.id)).order;
        QVERIFY(row.state.customer && row.state.shippingAddress);
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        row.state.courier = "DHL";
        row.state.trackingNumber = "TAKEN-LATER";
        const auto written = store.writeAndCommit({{row}, {}, {}, {row}});
        QVERIFY(written);
        QCOMPARE(traces(), QStringList());
        QCOMPARE(text("SELECT name FROM orders WHERE ref_id = '5550003'"), QByteArray("#4127"));
        // The parcel that it takes now is forgotten as well.
        QCOMPARE(sendCourier(shipped("DHL", "TAKEN-LATER")), 201);
        QCOMPARE(traces(), QStringList());
    }

    void aCallThatIsUnderWayBringsNothingBack()
    {
        StubServer courier([this](const StubRequest &request) { // knows the address, and answers when it is erased here
            if (!isForgotten() && sendSample("customers-redact") == 201)
                (void)QTest::qWaitFor([this] { return isForgotten(); });
            return StubAnswer{422, request.body};
        });
        start({{QStringLiteral("COURIER_SERVICE_URL"), courier.url().toString()}, {QStringLiteral("COURIER_TIMEOUT_MS"), QStringLiteral("20000")}});
        QCOMPARE(send("orders/create", orderWith({})), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT reason FROM parked_events"), QByteArray("refused"), 30000);
        QVERIFY(isForgotten());
        QVERIFY(courier.requests().front().body.contains("example.com"));
        QCOMPARE(text("SELECT state FROM outbound_calls"), QByteArray("refused"));
        QCOMPARE(text("SELECT count(*) FROM event_store WHERE type = 'BOOKING_REFUSED'"), QByteArray("1"));
        QCOMPARE(traces(), QStringList());
    }
};

QTEST_GUILESS_MAIN(RedactionRacesTest)
#include "redaction_races_test.moc"
