// Queues, jobs, calls and the service itself, through the admin API.

#include "tests/integration/admin/desk_fixture.h"

#include "service/workers/balance_watch.h"
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

    void allFailedJobsThatMatchAreRetriedAsTheyWereCounted()
    {
        JobQueue queue(m_servers->redis(), "shopify-events", {});
        const auto failJobs = [&](const QList<QByteArray> &ids, const QByteArray &reason) {
            QList<NewJob> jobs;
            std::vector<JobEnd> ends;
            for (const auto &id : ids) {
                jobs.append({id, "n", "{}"});
                ends.push_back({id, JobEnd::Action::Fail, reason, 0});
            }
            QVERIFY(queue.add(jobs));
            QCOMPARE(queue.take(100, "t", "w")->jobs.size(), ends.size());
            QVERIFY(queue.finish("t", ends));
        };
        failJobs({"a", "b"}, "the courier was away");
        failJobs({"c"}, "poison");
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs/preview").body[QLatin1StringView("count")].toInt(), 3);
        QCOMPARE(get("/admin/v1/queues/shopify-events/jobs/preview", m_viewer).status, 403);
        const auto preview = get("/admin/v1/queues/shopify-events/jobs/preview?failedReason=courier&name=n").body;
        QCOMPARE(preview[QLatin1StringView("count")].toInt(), 2);
        const auto retry = [&](const char *requestId, int count) {
            return post("/admin/v1/queues/shopify-events/jobs/retry", json("{'requestId':'") + requestId + json("','reason':'x','match':{'failedReason':'courier','name':'n'},'until':'")
                                                                          + preview[QLatin1StringView("until")].toString().toUtf8() + json("','count':") + QByteArray::number(count) + '}');
        };
        QTRY_VERIFY(Instant::now().milliseconds() > parseInstant(preview[QLatin1StringView("until")].toString().toUtf8())->milliseconds() + 1);
        failJobs({"d"}, "the courier was away"); // after the preview: not of the set
        QCOMPARE(retry("match-0001", 3).status, 409);
        const auto results = retry("match-0002", 2).body[QLatin1StringView("results")].toArray();
        QCOMPARE(idsOf(results), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        QCOMPARE(idsOf(get("/admin/v1/queues/shopify-events/jobs?state=failed").items()), (QStringList{QStringLiteral("d"), QStringLiteral("c")}));
        QCOMPARE(retry("match-0003", 2).status, 409); // they are not failed any more
        for (const char *wrong : {"{'requestId':'match-0004','reason':'x','match':{}}", "{'requestId':'match-0005','reason':'x','match':{'email':'a'},'until':'2026-01-01T00:00:00Z','count':0}"})
            QCOMPARE(post("/admin/v1/queues/shopify-events/jobs/retry", json(wrong)).status, 400);
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
        m_counters.countOf(Outcome::Superseded) = 5;
        QVERIFY(BalanceWatch(m_servers->settings().postgres, m_counters).look());
        m_counters.webhookTime.add(3000);
        m_counters.webhookTime.add(60000000);
        const auto text = get("/metrics").text;
        for (const char *line : {"orders_events_settled_total{outcome=\"superseded\"} 5", "orders_webhook_duration_seconds_bucket{le=\"0.002\"} 0",
                                 "orders_webhook_duration_seconds_bucket{le=\"0.005\"} 1", "orders_webhook_duration_seconds_bucket{le=\"+Inf\"} 2",
                                 "orders_webhook_duration_seconds_count 2", "orders_events_unbalanced 0", "orders_balance_events{class=\"in_flight\"} 1", "orders_balance_events{class=\"parked\"} 0", "orders_webhooks_accepted_total 3", "orders_queue_waiting{queue=\"shopify-events\"} 0", "orders_events_open 1", "orders_postgres_up 1", "orders_redis_up 1"})
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

    void refusalsOfOtherProcessesAreListedToo()
    {
        RefusalRing others;
        auto facts = m_context->facts;
        facts.instance = "another";
        Heartbeat another(m_servers->settings().postgres, m_servers->settings().redis, facts, m_counters, others);
        others.add({Instant{1000000}, 413, "refused_at_gate", "too large", "10.0.0.1", "orders/create", "far.myshopify.com", 9000000});
        QVERIFY(another.beat());
        m_refusals->add({Instant{2000000}, 401, "unauthorized", "no", "127.0.0.1", {}, "near.myshopify.com", 2});
        const auto shops = [&] {
            QStringList names;
            for (const auto &refusal : get("/admin/v1/refusals").items())
                names << refusal[QLatin1StringView("shop")].toString();
            return names;
        };
        QCOMPARE(shops(), (QStringList{QStringLiteral("near.myshopify.com"), QStringLiteral("far.myshopify.com")}));
        QVERIFY(another.beat()); // nothing new: what it told stays
        QCOMPARE(shops().size(), 2);
    }

    void queuesTellHowManyJobsCameAndEndedInTheLastMinute()
    {
        Heartbeat heartbeat(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters, *m_refusals);
        QVERIFY(heartbeat.beat()); // the first sample
        m_servers->run("UPDATE queue_samples SET at = at - interval '2 seconds'");
        m_counters.finishedOf(QueueName::CourierEvents) += 7;
        JobQueue queue(m_servers->redis(), "courier-events", {});
        QVERIFY(queue.add({{"ev-1", "n", "{}"}, {"ev-2", "n", "{}"}}));
        QVERIFY(heartbeat.beat());
        for (const auto &item : get("/admin/v1/queues").items()) {
            const bool isCourier = item[QLatin1StringView("queue")].toString() == QLatin1StringView("courier-events");
            QCOMPARE(item[QLatin1StringView("finishedPerMinute")].toInt(), isCourier ? 7 : 0);
            QCOMPARE(item[QLatin1StringView("addedPerMinute")].toInt(), isCourier ? 9 : 0);
        }
        int finished = 0;
        for (const auto &point : get("/admin/v1/queues/courier-events/series").items())
            finished += point[QLatin1StringView("finished")].toInt();
        QCOMPARE(finished, 7);
    }

    // On connections as the service has them. What reads a growing table from end to end gets slower every day.
    void noListReadsATableFromEndToEnd()
    {
        const auto order = foldFull();
        m_servers->storeCourier("T-1", "shipped");
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'unmatched', '' FROM event_store WHERE source = 'courier'");
        m_servers->run("SELECT pg_stat_reset()");
        const auto event = m_servers->text("SELECT max(id) FROM event_store");
        for (const QByteArray &path :
             {QByteArray("events"), QByteArray("events?type=ORDER_CREATED"), QByteArray("events?ref=77"), "events?order=" + order, QByteArray("events?source=courier"), QByteArray("events?outcome=open"),
              QByteArray("events?outcome=parked"), QByteArray("events?outcome=applied"), QByteArray("events?deliveryId=s.myshopify.com:d-77"), QByteArray("events?since=2026-01-01T00:00:00Z&until=2030-01-01T00:00:00Z"),
              QByteArray("events?since=2026-01-01T00:00:00Z&payload=name=%231077"), QByteArray("events?run=chaos-run-1"), "events/" + event, QByteArray("tail"), QByteArray("tail?after=MC4w"),
              QByteArray("orders"), QByteArray("orders?q=%231077,77,T-1"), "orders?q=" + order, QByteArray("orders?email=ann@example.com"), QByteArray("orders?shippingStatus=pending"),
              QByteArray("orders?paymentStatus=paid"), QByteArray("orders?placeholder=1"), QByteArray("orders?stuck=unbooked"), QByteArray("orders?stuck=call_open"), QByteArray("orders?stuck=parked"),
              QByteArray("orders?stuck=placeholder"), QByteArray("orders?run=chaos-run-1"), "orders/" + order, QByteArray("stuck"), QByteArray("parked"), QByteArray("parked/unmatched"), QByteArray("calls"),
              QByteArray("calls?state=unknown"), QByteArray("calls?state=accepted"), QByteArray("calls?downstream=courier"), QByteArray("downstreams"), QByteArray("courier-events/unmatched"),
              QByteArray("queues"), QByteArray("queues/shopify-events/series"), QByteArray("replays"), QByteArray("replays/1/results"), QByteArray("chaos"), QByteArray("audit"), QByteArray("audit?actor=ops"),
              QByteArray("rebuild"), QByteArray("replays/preview?type=ORDER_CREATED")}) {
            const auto answer = get("/admin/v1/" + path);
            QVERIFY2(answer.status == 200, path + ' ' + answer.text);
        }
        closeDesk(); // its connections end, and with that their statistics are told
        const auto scanned = [this] {
            return m_servers->text("SELECT COALESCE(string_agg(relname, ' '), '') FROM pg_stat_user_tables WHERE seq_scan > 0 AND relname IN ('event_store', 'orders', 'deliveries', 'outbound_calls', "
                                   "'parked_events', 'tracking_numbers', 'admin_audit', 'replay_runs', 'replay_results', 'chaos_runs', 'order_changes', 'queue_samples')");
        };
        QTRY_VERIFY(m_servers->number("SELECT COALESCE(sum(idx_scan), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'event_store'") > 20); // they are told
        QCOMPARE(scanned(), QByteArray());
    }

    void aSilentProcessIsShownAsSuch()
    {
        Heartbeat heartbeat(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters, *m_refusals);
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
        Heartbeat first(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters, *m_refusals), second(m_servers->settings().postgres, m_servers->settings().redis, m_context->facts, m_counters, *m_refusals);
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
