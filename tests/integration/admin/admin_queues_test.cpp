// Queues, jobs, calls and the service itself, through the admin API.

#include "tests/integration/admin/desk_fixture.h"

#include "service/workers/heartbeat.h"

using namespace oo;
using namespace oo::test;

class AdminQueuesTest : public DeskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }
    void cleanupTestCase() { stopServers(); }

    void jobsAreRetriedPromotedAndRemovedEachWithItsResult()
    {
        JobQueue queue(m_servers->redis(), "shopify-events", {});
        QVERIFY(queue.add({{"bad", "n", "{}"}, {"late", "n", "{}", 60000}}));
        QCOMPARE(queue.take(1, "t", "w")->jobs.size(), 1u);
        QVERIFY(queue.finish("t", {{"bad", JobEnd::Action::Fail, "broken", 0}}));
        QCOMPARE(idsOf(get("/admin/v1/queues/shopify-events/jobs?state=failed").items()), QStringList{QStringLiteral("bad")});
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs/bad").body[QLatin1StringView("failedReason")].toString(), QStringLiteral("***"));
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs/bad?reveal=1&reason=x").body[QLatin1StringView("failedReason")].toString(), QStringLiteral("broken"));
        const auto results = post("/admin/v1/queues/shopify-events/jobs/retry", json("{'requestId':'12345678','reason':'x','ids':['bad','late','nobody']}")).body[QLatin1StringView("results")].toArray();
        QCOMPARE(results[0][QLatin1StringView("result")].toString(), QStringLiteral("done"));
        QCOMPARE(results[1][QLatin1StringView("result")].toString(), QStringLiteral("it is not in that state"));
        QCOMPARE(results[2][QLatin1StringView("result")].toString(), QStringLiteral("there is no such job"));
        QCOMPARE(post("/admin/v1/queues/shopify-events/jobs/promote", json("{'requestId':'12345679','reason':'x','ids':['late']}")).status, 200);
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs?state=wait").items().size(), 2);
        QCOMPARE(post("/admin/v1/queues/shopify-events/jobs/remove", json("{'requestId':'12345680','reason':'x','ids':['late']}")).status, 200);
        QCOMPARE(post("/admin/v1/queues/shopify-events/jobs/remove", json("{'requestId':'12345681','reason':'x','ids':[]}")).status, 400);
        QCOMPARE(idsOf(get("/admin/v1/queues/shopify-events/jobs?state=wait").items()), QStringList{QStringLiteral("bad")});
    }

    // Ids come from people: none may name a key of the queue itself.
    void noJobIdReachesAnotherKeyOfTheQueue_data()
    {
        QTest::addColumn<QByteArray>("id");
        for (const char *id : {"meta", "events", "wait", "ev-1:logs", "repeat:every", "metrics:completed"})
            QTest::addRow("%s", id) << QByteArray(id);
    }
    void noJobIdReachesAnotherKeyOfTheQueue()
    {
        QFETCH(QByteArray, id);
        JobQueue queue(m_servers->redis(), "shopify-events", {});
        QVERIFY(queue.add({{"ev-1", "n", "{}"}, {"ev-2", "n", "{}"}}));
        auto &redis = m_servers->redis();
        QVERIFY(redis.run(std::vector<RedisCommand>{{"RPUSH", "bull:shopify-events:ev-1:logs", "x"}, {"HSET", "bull:shopify-events:repeat:every", "name", "n", "timestamp", "1"},
                                                    {"HSET", "bull:shopify-events:metrics:completed", "count", "1"}}));
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs/" + id).status, id == "repeat:every" ? 200 : 404);
        const auto results = post("/admin/v1/queues/shopify-events/jobs/remove", json("{'requestId':'12345678','reason':'x','ids':['ev-2','") + id + json("']}")).body[QLatin1StringView("results")].toArray();
        QCOMPARE(results[0][QLatin1StringView("result")].toString(), QStringLiteral("done"));
        QCOMPARE(results[1][QLatin1StringView("result")].toString(), QStringLiteral("there is no such job"));
        QCOMPARE(redis.run(RedisCommand{"EXISTS", "bull:shopify-events:" + id})->integer, 1);
    }

    void aJobOfOthersThatIsNoJsonDoesNotBreakItsPage()
    {
        JobQueue queue(m_servers->redis(), "shopify-events", {});
        QVERIFY(queue.add({{"good", "n", "{}"}, {"bad", "n", "{}"}}));
        QVERIFY(m_servers->redis().run(RedisCommand{"HSET", "bull:shopify-events:bad", "opts", "{broken", "returnvalue", "NaN", "data", "\xff"}));
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs?state=wait").items().size(), 2);
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs?state=wait&reveal=1&reason=x").items().size(), 2);
    }

    void anUnknownCallIsAskedForAndItsJobRunsNow()
    {
        foldFull();
        const auto event = m_servers->text("SELECT id FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'");
        QCOMPARE(post("/admin/v1/calls/" + event + "/ask", json("{'requestId':'12345678','reason':'x'}")).status, 404); // nobody called yet
        m_servers->run("INSERT INTO outbound_calls (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state) "
                       "SELECT id, order_id, 'k', '/', '{}', 'o', now(), 'unknown' FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'");
        JobQueue queue(m_servers->redis(), "internal-booking-events", {});
        QVERIFY(queue.add({{"ev-" + event, "n", "{}", 60000}}));
        const auto answer = post("/admin/v1/calls/" + event + "/ask", json("{'requestId':'12345679','reason':'x'}")); // nobody listens where the courier should be
        QCOMPARE(answer.body[QLatin1StringView("known")].toBool(), false);
        QCOMPARE(answer.body[QLatin1StringView("job")].toString(), QStringLiteral("runs now"));
        QCOMPARE(get("/admin/v1/queues/internal-booking-events/jobs?state=wait").items().size(), 1);
        m_servers->run("UPDATE event_store SET processed_at = now(), outcome = 'delivered' WHERE type = 'BOOKING_CREATE_REQUEST'");
        QCOMPARE(post("/admin/v1/calls/" + event + "/ask", json("{'requestId':'12345680','reason':'x'}")).status, 409);
    }

    void metricsTellCountersQueuesAndEvents()
    {
        m_counters.accepted = 3;
        m_servers->storeOrder(1, "orders/create", "pending");
        const auto text = get("/metrics").text;
        for (const char *line : {"orders_webhooks_accepted_total 3", "orders_queue_waiting{queue=\"shopify-events\"} 0", "orders_events_open 1", "orders_postgres_up 1", "orders_redis_up 1"})
            QVERIFY2(text.contains(line), text.constData());
    }

    void refusedWebhooksAreKeptInABoundedRing()
    {
        for (int i = 0; i < 1200; ++i)
            m_refusals->add({Instant::now(), 401, "unauthorized", "no", "127.0.0.1", QByteArray(10000, 'x'), "s.myshopify.com", i});
        const auto items = get("/admin/v1/refusals?limit=500").items();
        QCOMPARE(items.size(), 500);
        QCOMPARE(items[0][QLatin1StringView("bytes")].toInt(), 1199);
        QVERIFY(items[0][QLatin1StringView("topic")].toString().size() < 300);
        QCOMPARE(m_refusals->newestFirst().size(), RefusalRing::capacity);
    }

    void aSilentProcessIsShownAsSuch()
    {
        Heartbeat heartbeat(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters);
        QVERIFY(heartbeat.beat());
        QCOMPARE(get("/admin/v1/instances").items()[0][QLatin1StringView("silent")].toBool(), false);
        m_servers->run("UPDATE service_instances SET heartbeat_at = now() - interval '6 seconds'");
        QCOMPARE(get("/admin/v1/instances").items()[0][QLatin1StringView("silent")].toBool(), true);
        QVERIFY(heartbeat.beat());
        QCOMPARE(get("/admin/v1/instances").items()[0][QLatin1StringView("silent")].toBool(), false);
    }

    void oneProcessSamplesAndASeriesIsNeverLongerThan300Points_data()
    {
        QTest::addColumn<QByteArray>("range");
        QTest::addRow("the last minutes") << QByteArray();
        QTest::addRow("an hour") << QByteArray("3600 seconds");
        QTest::addRow("two weeks") << QByteArray("14 days");
        QTest::addRow("odd") << QByteArray("3001 seconds");
    }
    void oneProcessSamplesAndASeriesIsNeverLongerThan300Points()
    {
        QFETCH(QByteArray, range);
        Heartbeat first(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters), second(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters);
        QVERIFY(first.beat());
        const auto sampled = m_servers->number("SELECT count(DISTINCT queue) FROM queue_samples WHERE seconds = 1");
        QCOMPARE(sampled, 4);
        m_servers->run("TRUNCATE queue_samples");
        QVERIFY(second.beat());
        QCOMPARE(m_servers->number("SELECT count(*) FROM queue_samples"), 0); // the first one does it
        m_servers->run("INSERT INTO queue_samples SELECT now() - n * interval '1 second', 1, 'shopify-events', n, 0, 0, 0, 0 FROM generate_series(1, 3600) n");
        m_servers->run("INSERT INTO queue_samples SELECT now() - n * interval '1 minute', 60, 'shopify-events', n, 0, 0, 0, 0 FROM generate_series(1, 20160) n");
        const auto since = range.isEmpty() ? QByteArray() : "?since=" + m_servers->text("SELECT to_char((now() - interval '" + range + "') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        const auto points = get("/admin/v1/queues/shopify-events/series" + since).items().size();
        QVERIFY2(points > 100 && points <= 300, qPrintable(QString::number(points)));
    }
};

QTEST_GUILESS_MAIN(AdminQueuesTest)
#include "admin_queues_test.moc"
