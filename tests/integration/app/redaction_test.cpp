// Requests to forget somebody, sent to the program as Shopify sends them; then every table and every key is searched for the person.

#include "tests/integration/app/redaction_fixture.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

class RedactionTest : public QObject, private RedactionFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(startWithOrders()); }
    void cleanup() { stop(); }

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
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
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
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
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
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 777}}), kOtherShop), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(sendSample("shop-redact"), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT topic FROM redactions"), QByteArray("shop/redact"), 20000);
        QCOMPARE(text("SELECT count(*) FROM orders WHERE customer IS NOT NULL"), QByteArray("1"));
        QCOMPARE(text("SELECT shop_domain FROM orders WHERE customer IS NOT NULL"), QByteArray(kOtherShop));
        QCOMPARE(text("SELECT count(*) FROM event_store e JOIN deliveries d ON d.event_id = e.id WHERE d.body IS NOT NULL AND e.payload ->> 'shopDomain' = '" + QByteArray(kShop) + "'"), QByteArray("0"));
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 888}})), 201); // made before, delivered late
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(text("SELECT count(*) FROM orders WHERE customer IS NOT NULL"), QByteArray("1"));
    }

    void whatACourierAnsweredIsLeftNowhere()
    {
        start({{QStringLiteral("QUEUE_DEFAULT_ATTEMPTS"), QStringLiteral("2")}, {QStringLiteral("QUEUE_DEFAULT_BACKOFF_MS"), QStringLiteral("50")}});
        const auto parkedAs = [this] { return text("SELECT string_agg(reason, ' ' ORDER BY event_id) FROM parked_events"); };
        QCOMPARE(tellCourier(R"({"call":"request-shipping-booking","mode":"echo","status":200,"times":1})"), 200);
        QCOMPARE(send("orders/create", orderWith({})), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT state FROM outbound_calls"), QByteArray("accepted"), 20000);
        QCOMPARE(tellCourier(R"({"call":"request-shipping-booking","mode":"echo","status":422,"times":1})"), 200);
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 5550004}})), 201);
        QTRY_COMPARE_WITH_TIMEOUT(parkedAs(), QByteArray("refused"), 20000);
        QCOMPARE(tellCourier(R"({"call":"request-shipping-booking","mode":"echo","status":500})"), 200);
        QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 5550005}})), 201);
        QTRY_COMPARE_WITH_TIMEOUT(parkedAs(), QByteArray("refused attempts_exhausted"), 20000);
        const auto reply = m_service->exchange(m_service->adminPort(), "POST", "/admin/v1/replays", R"({"requestId":"redaction-replay","reason":"a trial","reSend":true,"selection":{"type":"BOOKING_CREATE_REQUEST"}})",
                                               {{"Authorization", "Bearer " + token()}, {"Content-Type", "application/json"}});
        QVERIFY2(reply.status < 300, reply.body.constData());
        QTRY_VERIFY_WITH_TIMEOUT(text("SELECT max(result) FROM replay_results WHERE action = 're-send'").startsWith("answered 500"), 20000);
        for (const char *table : {"outbound_calls", "parked_events", "replay_results", "event_store"})
            QVERIFY2(traces().join(QLatin1Char('\n')).contains(QLatin1StringView(table)), table);
        QCOMPARE(redisTraces(), QStringList()); // what is erased must not lie where nobody erases

        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QCOMPARE(traces(), QStringList());
    }

    // The older service wrote no shop down; a second row of the same order has a source of its own.
    void adoptedOrdersAreForgottenByTheirCustomerAlone()
    {
        QVERIFY(adopt(kOrder, "older-1", "noura.alqahtani@example.com"));
        QVERIFY(adopt("66001", "shopify", "Noura.AlQahtani@example.com"));
        QVERIFY(adopt("66002", "shopify", "somebody@example.org"));
        QCOMPARE(sendSample("customers-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QCOMPARE(traces(), QStringList());
        QCOMPARE(known(), QByteArray("66002"));
        QCOMPARE(send("orders/updated", orderWith({{QStringLiteral("id"), 66001}}), {}), 201); // without a shop, as the row
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(traces(), QStringList());
    }

    void ordersOfNoKnownShopAreTheOnlyShopsOrNobodys_data()
    {
        QTest::addColumn<bool>("thereIsAnother");
        QTest::addColumn<QByteArray>("left");
        QTest::addRow("the only shop") << false << QByteArray();
        QTest::addRow("one of two") << true << QByteArray("66003 777");
    }

    void ordersOfNoKnownShopAreTheOnlyShopsOrNobodys()
    {
        QFETCH(bool, thereIsAnother);
        QFETCH(QByteArray, left);
        QVERIFY(adopt("66003", "shopify", "somebody@example.org"));
        if (thereIsAnother)
            QCOMPARE(send("orders/create", orderWith({{QStringLiteral("id"), 777}}), kOtherShop), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isQuiet(), 20000);
        QCOMPARE(sendSample("shop-redact"), 201);
        QTRY_VERIFY_WITH_TIMEOUT(isForgotten(), 20000);
        QCOMPARE(known(), left);
    }

    void aRequestForDataIsKeptForPeopleToAnswer()
    {
        const QByteArray body = R"({"shop_id":1,"shop_domain":"order-lab-example.myshopify.com","orders_requested":[863122809515850897],"customer":{"id":541570904534948745,"email":"noura.alqahtani@example.com","phone":null},"data_request":{"id":9999}})";
        QCOMPARE(send("customers/data_request", body), 201);
        QTRY_COMPARE_WITH_TIMEOUT(text("SELECT outcome FROM event_store WHERE type = 'customers/data_request'"), QByteArray("recorded"), 20000);
        QCOMPARE(text("SELECT payload #>> '{body,data_request,id}' FROM event_store WHERE type = 'customers/data_request'"), QByteArray("9999"));
        QVERIFY(!traces().isEmpty());
        // What the README says: the customer's orders are found by the address.
        const auto orders = m_service->admin("GET", "/admin/v1/orders?email=noura.alqahtani@example.com", {}, token());
        QCOMPARE(orders.status, 200);
        QVERIFY2(orders.body.contains(kOrder), orders.body.constData());
    }
};

QTEST_GUILESS_MAIN(RedactionTest)
#include "redaction_test.moc"
