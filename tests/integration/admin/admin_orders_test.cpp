// Events, orders and what may be done about them, through the admin API.

#include "tests/integration/admin/desk_fixture.h"

using namespace oo;
using namespace oo::test;

class AdminOrdersTest : public DeskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }
    void cleanupTestCase() { stopServers(); }

    void eventsAreFoundByEachFilter_data()
    {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<QList<int>>("found"); // places in the order of storing
        const auto row = [](const char *filter, QList<int> found) { QTest::addRow("%s", filter) << QByteArray(filter) << found; };
        row("", {3, 2, 1, 0});
        row("type=ORDER_CREATED", {1, 0});
        row("ref=2", {1});
        row("source=courier", {3});
        row("deliveryId=s.myshopify.com:abc", {2});
        row("outcome=open", {2, 1, 0});
        row("outcome=parked", {3});
        row("since=2026-01-01T00:00:00Z", {3, 2, 1, 0});
        row("until=2026-01-01T00:00:00Z", {});
        row("since=2026-01-01T00:00:00Z&payload=financialStatus=paid", {2, 1});
        row("type=ORDER_CREATED&limit=1", {1});
    }
    void eventsAreFoundByEachFilter()
    {
        QFETCH(QByteArray, filter);
        QFETCH(QList<int>, found);
        const QList<EventId> stored{m_servers->storeOrder(1, "orders/create", "pending"), m_servers->storeOrder(2, "orders/create", "paid"),
                                    m_servers->storeOrder(1, "orders/updated", "paid", "2026-04-06T11:00:00Z", "abc"), m_servers->storeCourier("T-1", "shipped")};
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{stored[3], ParkReason::Unmatched, "nobody"}}));
        QStringList expected;
        for (const int place : found)
            expected << QString::number(stored[place].value());
        QCOMPARE(idsOf(get("/admin/v1/events?" + filter).items()), expected);
    }

    void pagesNeitherRepeatNorSkipWhileEventsCome()
    {
        QStringList before;
        for (int i = 0; i < 7; ++i)
            before.prepend(QString::number(m_servers->storeOrder(i + 1, "orders/create", "pending").value()));
        QStringList seen;
        QByteArray position;
        do {
            const auto page = get("/admin/v1/events?limit=2" + (position.isEmpty() ? QByteArray() : "&after=" + position));
            seen << idsOf(page.items());
            position = page.body[QLatin1StringView("next")].toString().toUtf8();
            m_servers->storeOrder(100 + seen.size(), "orders/create", "pending");
        } while (!position.isEmpty());
        QCOMPARE(seen, before);
    }

    void ordersAreFoundByAnyOfTheirNames_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<int>("found");
        QTest::addRow("name") << QByteArray("%231077") << 1;
        QTest::addRow("name without its sign") << QByteArray("1077") << 1;
        QTest::addRow("id at Shopify") << QByteArray("77") << 1;
        QTest::addRow("e-mail, in other letters") << QByteArray("ANN@example.com") << 1;
        QTest::addRow("tracking number") << QByteArray("TRACK-77") << 1;
        QTest::addRow("many pasted") << QByteArray("nobody,77%0A88+%231077") << 2;
        QTest::addRow("nobody") << QByteArray("1078") << 0;
    }
    void ordersAreFoundByAnyOfTheirNames()
    {
        QFETCH(QByteArray, words);
        QFETCH(int, found);
        const auto order = foldFull();
        m_servers->storeOrder(88, "orders/create", "pending");
        process();
        m_servers->run("INSERT INTO tracking_numbers (courier, tracking_number, order_id) VALUES ('DHL', 'TRACK-77', '" + order + "') ON CONFLICT DO NOTHING");
        QCOMPARE(get("/admin/v1/orders?q=" + words).items().size(), found);
        QCOMPARE(idsOf(get("/admin/v1/orders?q=" + order).items()), QStringList{QString::fromUtf8(order)});
    }

    void anOrderTellsItsHistoryAndWhyItIsWhereItIs()
    {
        m_servers->storeOrder(5, "orders/updated", "paid", "2026-04-06T12:00:00Z");
        m_servers->storeOrder(5, "orders/create", "pending", "2026-04-06T10:00:00Z"); // late
        process();
        const auto order = m_servers->text("SELECT id FROM orders");
        const auto answer = get("/admin/v1/orders/" + order).body;
        QCOMPARE(answer[QLatin1StringView("why")][QLatin1StringView("code")].toString(), QStringLiteral("booking_waits"));
        const auto states = answer[QLatin1StringView("states")].toArray();
        QCOMPARE(states.size(), 3); // with the decision to book
        QCOMPARE(states[0][QLatin1StringView("placeholder")].toBool(), true);
        QCOMPARE(states[1][QLatin1StringView("placeholder")].toBool(), false);
        QCOMPARE(states[2][QLatin1StringView("shippingStatus")].toString(), QStringLiteral("fulfilling"));
        QStringList kinds;
        QList<bool> outOfOrder;
        for (const auto &entry : answer[QLatin1StringView("timeline")].toArray()) {
            kinds << entry[QLatin1StringView("kind")].toString();
            if (kinds.last() == QLatin1StringView("event"))
                outOfOrder << entry[QLatin1StringView("outOfOrder")].toBool();
        }
        QCOMPARE(kinds.count(QStringLiteral("event")), 2);
        QCOMPARE(kinds.count(QStringLiteral("settled")), 2);
        QCOMPARE(kinds.count(QStringLiteral("decision")), 1);
        QCOMPARE(outOfOrder, (QList<bool>{false, true}));
    }

    void stuckOrdersAreCountedByKind_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("sql");
        QTest::addRow("unbooked") << QByteArray("unbooked") << QByteArray("UPDATE orders SET payment_status = 'paid', placeholder = false, updated_at = now() - interval '3 minutes'");
        QTest::addRow("placeholder") << QByteArray("placeholder") << QByteArray("UPDATE orders SET placeholder = true, created_at = now() - interval '16 minutes'");
        QTest::addRow("parked") << QByteArray("parked") << QByteArray("INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'poison', 'x' FROM event_store LIMIT 1");
        QTest::addRow("call_open") << QByteArray("call_open") << QByteArray("WITH e AS (INSERT INTO event_store (source, type, payload, order_id) SELECT 'internal', 'BOOKING_CREATE_REQUEST', '{}', id FROM orders RETURNING id, order_id) "
            "INSERT INTO outbound_calls (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state, created_at) SELECT id, order_id, 'k', '/', '{}', 'o', now(), 'unknown', now() - interval '6 minutes' FROM e");
    }
    void stuckOrdersAreCountedByKind()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, sql);
        m_servers->storeOrder(5, "orders/create", "pending");
        process();
        const auto none = get("/admin/v1/stuck").body;
        for (const auto &count : none)
            QCOMPARE(count.toInt(), 0);
        m_servers->run(sql);
        QCOMPARE(get("/admin/v1/stuck").body[QString::fromUtf8(kind)].toInt(), 1);
        QCOMPARE(get("/admin/v1/orders?stuck=" + kind).items().size(), 1);
    }

    void ordersOfAChaosRunAreNeverCountedAsStuck()
    {
        foldFull();
        m_servers->run("UPDATE orders SET shipping_status = 'pending', placeholder = false, updated_at = now() - interval '1 hour'");
        QCOMPARE(get("/admin/v1/stuck").body[QLatin1StringView("unbooked")].toInt(), 1);
        m_servers->run("UPDATE orders SET shop_domain = 'chaos-run-1.chaos.invalid'");
        QCOMPARE(get("/admin/v1/stuck").body[QLatin1StringView("unbooked")].toInt(), 0);
        QCOMPARE(get("/admin/v1/orders").items().size(), 0);
        QCOMPARE(get("/admin/v1/orders?run=chaos-run-1").items().size(), 1);
        QCOMPARE(get("/admin/v1/orders?run=chaos-run-1&stuck=unbooked").status, 400);
    }

    void parkedEventsAreReleasedByIdOrAsAPreviewCountedThem()
    {
        QList<EventId> events;
        for (int i = 0; i < 3; ++i)
            events << m_servers->storeOrder(i + 1, "orders/create", "pending");
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{events[0], ParkReason::Poison, "x"}, {events[1], ParkReason::Poison, "x"}, {events[2], ParkReason::Stalled, "x"}}));
        const auto group = get("/admin/v1/parked").items()[0].toObject();
        QCOMPARE(group[QLatin1StringView("count")].toInt(), 2);
        const auto until = group[QLatin1StringView("last")].toString().toUtf8();
        QCOMPARE(post("/admin/v1/parked/release", json("{'requestId':'12345678','reason':'x','parked':'poison','until':'") + until + json("','count':1}")).status, 409);
        QCOMPARE(post("/admin/v1/parked/release", json("{'requestId':'12345679','reason':'x','parked':'poison','until':'") + until + json("','count':2}")).status, 200);
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 1);
        const auto results = post("/admin/v1/parked/release", json("{'requestId':'12345680','reason':'x','eventIds':['") + QByteArray::number(events[2].value()) + json("','999']}")).body[QLatin1StringView("results")].toArray();
        QCOMPARE(results[0][QLatin1StringView("result")].toString(), QStringLiteral("released and enqueued"));
        QCOMPARE(results[1][QLatin1StringView("result")].toString(), QStringLiteral("there is no such event"));
        QCOMPARE(get("/admin/v1/queues").items()[0][QLatin1StringView("waiting")].toInt(), 3);
    }

    void aCourierEventIsLinkedToItsOrder()
    {
        m_servers->storeOrder(1, "orders/create", "pending");
        m_servers->storeOrder(2, "orders/create", "pending");
        process();
        const auto first = m_servers->text("SELECT id FROM orders WHERE ref_id = '1'"), second = m_servers->text("SELECT id FROM orders WHERE ref_id = '2'");
        const auto event = QByteArray::number(m_servers->storeCourier("T-9", "shipped").value());
        QCOMPARE(idsOf(get("/admin/v1/courier-events/unmatched").items()), QStringList{QString::fromUtf8(event)});
        QCOMPARE(post("/admin/v1/courier-events/" + event + "/link", json("{'requestId':'12345678','reason':'x','orderId':'nonsense'}")).status, 400);
        QCOMPARE(post("/admin/v1/courier-events/" + event + "/link", json("{'requestId':'12345679','reason':'on the phone','orderId':'") + first + "\"}").status, 200);
        QCOMPARE(get("/admin/v1/courier-events/unmatched").items().size(), 0);
        process();
        QCOMPARE(m_servers->text("SELECT shipping_status FROM orders WHERE ref_id = '1'"), QByteArray("shipped"));
        const auto later = QByteArray::number(m_servers->storeCourier("T-9", "delivered").value());
        QCOMPARE(post("/admin/v1/courier-events/" + later + "/link", json("{'requestId':'12345680','reason':'wrong one','orderId':'") + second + "\"}").status, 409);
        QCOMPARE(m_servers->number("SELECT count(*) FROM tracking_numbers WHERE tracking_number = 'T-9'"), 1); // and nothing was done
    }

    void aRefusedOrderIsBookedAgain()
    {
        const auto order = foldFull();
        const auto path = "/admin/v1/orders/" + order;
        QCOMPARE(post(path + "/book", json("{'requestId':'book-one','reason':'x'}")).error(), QStringLiteral("the courier has not refused its last booking"));
        const auto first = refuseBooking(order, 1);
        QCOMPARE(whyOf(order), QStringLiteral("booking_refused"));
        const auto booked = post(path + "/book", json("{'requestId':'book-two','reason':'address mended'}"));
        QCOMPARE(booked.status, 200);
        QCOMPARE(booked.body[QLatin1StringView("generation")].toInt(), 2);
        const auto second = booked.body[QLatin1StringView("eventId")].toString().toUtf8();
        QCOMPARE(m_servers->text("SELECT id FROM event_store WHERE effect_key = 'book:" + order + ":2' AND processed_at IS NULL"), second);
        QCOMPARE(get("/admin/v1/queues/internal-booking-events/jobs/ev-" + second).status, 200);
        QCOMPARE(m_servers->text("SELECT outcome || ': ' || outcome_detail FROM event_store WHERE id = " + first), "superseded: refused; booked again as event " + second);
        QCOMPARE(m_servers->text("SELECT string_agg(released_by || ': ' || release_reason, ' ') FROM parked_events"), QByteArray("ops: address mended"));
        QCOMPARE(whyOf(order), QStringLiteral("booking_waits"));
        QCOMPARE(get("/admin/v1/rebuild").items().size(), 0);
        QCOMPARE(get("/admin/v1/balance").body[QLatin1StringView("balanced")].toBool(), true);
        QCOMPARE(get("/admin/v1/stuck").body[QLatin1StringView("parked")].toInt(), 0);
        QCOMPARE(m_servers->number("SELECT count(*) FROM tracking_numbers WHERE order_id = '" + order + "'"), 2); // of both bookings: the order keeps every number

        QCOMPARE(post(path + "/book", json("{'requestId':'book-two','reason':'address mended'}")).text, booked.text); // the same request
        const auto again = post(path + "/book", json("{'requestId':'book-three','reason':'address mended'}"));
        QCOMPARE(again.status, 409);
        QCOMPARE(again.error(), QStringLiteral("the courier has not refused its last booking"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'"), 2);
        const auto reSend = get("/admin/v1/replays/preview?reSend=1&eventIds=" + first).body;
        QCOMPARE(reSend[QLatin1StringView("re-send")].toInt(), 0); // the refused one never goes out again
        QCOMPARE(reSend[QLatin1StringView("re-check")].toInt(), 1);

        m_servers->storeOrder(77, "orders/cancelled", "refunded", "2026-04-06T12:00:00Z");
        process();
        QCOMPARE(m_servers->text("SELECT string_agg(effect_key, ' ') FROM event_store WHERE type = 'BOOKING_CANCEL_REQUEST'"), "cancel:" + order + ":2");
        QCOMPARE(whyOf(order), QStringLiteral("cancellation_waits"));
    }

    void anOrderThatIsRefusedTwiceIsBookedAThirdTime()
    {
        const auto order = foldFull();
        for (const int generation : {1, 2}) {
            refuseBooking(order, generation);
            const auto booked = post("/admin/v1/orders/" + order + "/book", json("{'requestId':'book-") + QByteArray::number(generation) + json("000','reason':'x'}"));
            QCOMPARE(booked.body[QLatin1StringView("generation")].toInt(), generation + 1);
        }
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 0);
        QCOMPARE(get("/admin/v1/rebuild").items().size(), 0);
    }

    void whatMayNotBeBookedAgainIsLeftAsItIs()
    {
        const auto order = foldFull();
        refuseBooking(order, 1);
        QCOMPARE(post("/admin/v1/orders/77/book", json("{'requestId':'book-one','reason':'x'}")).status, 400);
        QCOMPARE(post("/admin/v1/orders/00000000-0000-0000-0000-000000000001/book", json("{'requestId':'book-two','reason':'x'}")).status, 404);
        // As an older program left it: a second booking of the order, which nobody refused.
        m_servers->run("INSERT INTO event_store (source, type, payload, order_id, processed_at) VALUES ('internal', 'BOOKING_CREATE_REQUEST', '{}', '" + order + "', now())");
        const auto twice = post("/admin/v1/orders/" + order + "/book", json("{'requestId':'book-three','reason':'x'}"));
        QCOMPARE(twice.status, 409);
        QVERIFY2(twice.error().startsWith(QStringLiteral("the courier has not refused its other booking")), qPrintable(twice.error()));
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 1);
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'"), 2);
    }

    void withoutRedisTheBookingIsStoredAndTheSweepWillFindIt()
    {
        const auto order = foldFull();
        refuseBooking(order, 1);
        const auto &settings = m_servers->settings();
        auto redis = settings.redis;
        redis.host = QStringLiteral("/nowhere");
        const AdminContext lost{settings.postgres, redis, settings.retries, {}, {}, settings.effects, m_context->facts, {}, m_counters, *m_refusals};
        m_desk = std::make_unique<AdminDesk>(lost);
        const auto booked = post("/admin/v1/orders/" + order + "/book", json("{'requestId':'book-one','reason':'x'}"));
        QCOMPARE(booked.status, 200);
        const auto open = ParkedEvents(m_servers->postgres()).outboxPage(EventId(0), 0, 10);
        QCOMPARE(open->size(), size_t(1));
        QCOMPARE(QByteArray::number(open->front().event.value()), booked.body[QLatin1StringView("eventId")].toString().toUtf8());
        m_desk.reset();
    }

    void theBalanceNamesAnEventThatIsInTwoClasses()
    {
        m_servers->storeOrder(1, "orders/create", "pending");
        process();
        QCOMPARE(get("/admin/v1/balance").body[QLatin1StringView("balanced")].toBool(), true);
        QCOMPARE(get("/admin/v1/balance").body[QLatin1StringView("applied")].toInt(), 1);
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'poison', 'x' FROM event_store");
        const auto broken = get("/admin/v1/balance").body;
        QCOMPARE(broken[QLatin1StringView("balanced")].toBool(), false);
        QCOMPARE(broken[QLatin1StringView("wrongIds")].toArray()[0].toString().toUtf8(), m_servers->text("SELECT id FROM event_store"));
    }

    void aReplayIsPreviewedBegunAndCancelled()
    {
        m_servers->storeOrder(1, "orders/create", "pending");
        process();
        const auto parked = m_servers->storeOrder(2, "orders/create", "pending");
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{parked, ParkReason::Poison, "x"}}));
        const auto preview = get("/admin/v1/replays/preview?type=ORDER_CREATED").body;
        QCOMPARE(preview[QLatin1StringView("re-run")].toInt(), 1);
        QCOMPARE(preview[QLatin1StringView("re-check")].toInt(), 1);
        QCOMPARE(preview[QLatin1StringView("willChangeNothing")].toInt(), 1);
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 1); // a preview does nothing
        const auto run = post("/admin/v1/replays", json("{'requestId':'12345678','reason':'x','selection':{'parked':'poison'},'rate':5}"));
        QCOMPARE(run.status, 200);
        QCOMPARE(run.body[QLatin1StringView("state")].toString(), QStringLiteral("running"));
        const auto id = run.body[QLatin1StringView("id")].toString().toUtf8();
        QCOMPARE(post("/admin/v1/replays/" + id + "/cancel", json("{'requestId':'12345679','reason':'x'}")).body[QLatin1StringView("state")].toString(), QStringLiteral("cancelled"));
        QCOMPARE(post("/admin/v1/replays/" + id + "/cancel", json("{'requestId':'12345680','reason':'x'}")).status, 409);
        QCOMPARE(post("/admin/v1/replays/999/cancel", json("{'requestId':'12345681','reason':'x'}")).status, 404);
        for (const char *wrong : {"{}", "{'colour':'red'}", "{'since':'today'}", "{'parked':'bored'}", "{'eventIds':['x']}", "{'eventIds':7}"})
            QCOMPARE(post("/admin/v1/replays", json("{'requestId':'") + QByteArray(wrong).toHex() + json("','reason':'x','selection':") + json(wrong) + '}').status, 400);
        for (const char *rate : {"0", "0.5", "1001", "-1"}) // below one its pauses would outlast its lease
            QCOMPARE(post("/admin/v1/replays", json("{'requestId':'rate-of-") + rate + json("','reason':'x','selection':{'parked':'poison'},'rate':") + rate + '}').status, 400);
    }

    void aRebuildTellsAndMendsWhatDiffers()
    {
        const auto order = foldFull();
        QCOMPARE(get("/admin/v1/rebuild").items().size(), 0);
        m_servers->run("UPDATE orders SET total_price = '1.00'");
        const auto items = get("/admin/v1/rebuild").items();
        QCOMPARE(items[0][QLatin1StringView("fields")][QLatin1StringView("totalPrice")].toArray()[1].toString(), QStringLiteral("9.50"));
        QCOMPARE(post("/admin/v1/rebuild/" + order, json("{'requestId':'12345678','reason':'x'}")).status, 200);
        QCOMPARE(m_servers->text("SELECT total_price FROM orders"), QByteArray("9.50"));
        QCOMPARE(get("/admin/v1/rebuild").items().size(), 0);
    }

private:
    QString whyOf(const QByteArray &order) { return get("/admin/v1/orders/" + order).body[QLatin1StringView("why")][QLatin1StringView("code")].toString(); }

    // What the delivery worker writes when the courier refuses; answers the booking's event.
    QByteArray refuseBooking(const QByteArray &order, int generation)
    {
        const auto event = m_servers->text("SELECT id FROM event_store WHERE effect_key = 'book:" + order + ':' + QByteArray::number(generation) + "'");
        m_servers->run("INSERT INTO outbound_calls (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state, answer) VALUES (" + event + ", '" + order
                       + "', 'book-" + event + "', '/', '{}', 'o', now(), 'refused', '422 no such street')");
        const auto history = insertEffects({bookingAnswerEvent(OrderId(QUuid::fromString(QString::fromUtf8(order))), "77", EventId(event.toLongLong()), generation, {{}, {}, {}, "422 no such street"})});
        if (!m_servers->postgres().run(history.statement, history.params) || !ParkedEvents(m_servers->postgres()).park({{EventId(event.toLongLong()), ParkReason::Refused, "422 no such street"}}))
            qFatal("the refusal could not be stored");
        return event;
    }
};

QTEST_GUILESS_MAIN(AdminOrdersTest)
#include "admin_orders_test.moc"
