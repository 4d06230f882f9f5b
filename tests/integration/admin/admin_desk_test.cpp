// The admin API behind its port: calls are put to a desk as the server would, on real PostgreSQL and Redis.

#include "service/admin/admin_desk.h"

#include "service/domain/shopify_mapper.h"
#include "service/queue/job_queue.h"
#include "service/store/parked_events.h"
#include "service/workers/heartbeat.h"
#include "service/workers/order_batch.h"
#include "tests/support/test_servers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

// JSON with ' for ".
QByteArray json(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

struct Answer
{
    int status = 0;
    QJsonObject body;
    QByteArray text;
    QJsonArray items() const { return body[QLatin1StringView("items")].toArray(); }
    QString error() const { return body[QLatin1StringView("error")][QLatin1StringView("message")].toString(); }
};

QStringList idsOf(const QJsonArray &items)
{
    QStringList ids;
    for (const auto &item : items)
        ids << item[QLatin1StringView("id")].toString();
    return ids;
}

const QByteArray kFull = json("{'id':77,'name':'#1077','updated_at':'2026-04-06T10:00:00Z','financial_status':'paid','currency':'EUR','total_price':'9.50',"
                                    "'customer':{'email':'Ann@Example.com','first_name':'Ann'},'shipping_address':{'city':'Bremen'}}");

} // namespace

class AdminDeskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void init()
    {
        m_servers->fresh();
        const auto &settings = m_servers->settings();
        m_refusals = std::make_unique<RefusalRing>();
        m_context.reset(new AdminContext{settings.postgres, settings.redis, settings.retries, {settings.courier(), settings.shop()}, {}, true, {"test", "host", 1, "1", "admin", Instant::now()}, m_counters, *m_refusals});
        m_desk = std::make_unique<AdminDesk>(*m_context);
        AdminTokens tokens(m_servers->postgres());
        m_operator = *tokens.create({"ops", ApiRole::Operator});
        m_viewer = *tokens.create({"eyes", ApiRole::Viewer});
    }
    void cleanup() { m_desk.reset(); }
    void cleanupTestCase() { m_servers.reset(); }

    void aTokenIsKnownByItsHashAloneAndUntilItIsRevoked()
    {
        QCOMPARE(get("/admin/v1/status", m_operator).status, 200);
        const auto secret = m_operator.mid(m_operator.lastIndexOf('_') + 1);
        QVERIFY(!m_servers->text("SELECT string_agg(t::text, ' ') FROM admin_tokens t").contains(secret));
        for (const auto &wrong : {QByteArray(), QByteArray("oot_x_y"), m_operator + 'x', m_operator.chopped(1), m_viewer.left(m_viewer.lastIndexOf('_')) + '_' + secret})
            QCOMPARE(get("/admin/v1/status", wrong).status, 401);
        QVERIFY(*AdminTokens(m_servers->postgres()).revoke("ops"));
        QCOMPARE(get("/admin/v1/status", m_operator).status, 401);
        QVERIFY(AdminTokens(m_servers->postgres()).create({"ops", ApiRole::Viewer})); // the name is free again
        QCOMPARE(AdminTokens(m_servers->postgres()).create({"ops", ApiRole::Viewer}).error().code, ErrorCode::Conflict);
    }

    void aViewerChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const auto &row : kEndpoints) {
            if (row.role == ApiRole::Operator)
                QTest::addRow("%s", row.path.data()) << QByteArray(row.method.data(), static_cast<qsizetype>(row.method.size())) + ' ' + QByteArray(row.path.data(), static_cast<qsizetype>(row.path.size())).replace("{queue}", "shopify-events").replace("{id}", "1");
        }
        QVERIFY(std::all_of(kEndpoints.begin(), kEndpoints.end(), [](const auto &row) { return !row.changes() || row.role == ApiRole::Operator; }));
    }
    void aViewerChangesNothing()
    {
        QFETCH(QByteArray, path);
        const auto words = path.split(' ');
        QCOMPARE(call(words[0], words[1], json("{'requestId':'12345678','reason':'x'}"), m_viewer).status, 403);
        QCOMPARE(m_servers->number("SELECT count(*) FROM admin_audit"), 0);
    }

    void whatClientsGetWrongIsToldByName_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("names");
        const auto row = [](const char *path, int status, const char *names) { QTest::addRow("%s", path) << QByteArray(path) << status << QString::fromUtf8(names); };
        row("/admin/v1/events?foo=1", 400, "foo");
        row("/admin/v1/events?type=", 400, "type");
        row("/admin/v1/events?type=A&type=B", 400, "type");
        row("/admin/v1/events?outcome=lost", 400, "outcome");
        row("/admin/v1/events?source=ebay", 400, "source");
        row("/admin/v1/events?order=77", 400, "order");
        row("/admin/v1/events?since=yesterday", 400, "since");
        row("/admin/v1/events?limit=0", 400, "limit");
        row("/admin/v1/events?limit=501", 400, "limit");
        row("/admin/v1/events?after=%25%25", 400, "after");
        row("/admin/v1/events?after=eHl6", 400, "after");
        row("/admin/v1/events?payload=currency=EUR", 400, "since");
        row("/admin/v1/events?payload=currency&since=2026-01-01T00:00:00Z", 400, "payload");
        row("/admin/v1/events?type=%00", 400, "type");
        row("/admin/v1/events/0", 400, "id");
        row("/admin/v1/events/9223372036854775808", 400, "id");
        row("/admin/v1/events/1", 404, "event 1");
        row("/admin/v1/events/1?reveal=1", 400, "reason");
        row("/admin/v1/orders?stuck=often", 400, "stuck");
        row("/admin/v1/orders?placeholder=maybe", 400, "placeholder");
        row("/admin/v1/orders?paymentStatus=free", 400, "paymentStatus");
        row("/admin/v1/orders?after=MTIz", 400, "after");
        row("/admin/v1/orders/77", 400, "id");
        row("/admin/v1/orders/11111111-1111-1111-1111-111111111111", 404, "order");
        row("/admin/v1/queues/emails/jobs?state=failed", 404, "emails");
        row("/admin/v1/queues/shopify-events/jobs", 400, "state");
        row("/admin/v1/queues/shopify-events/jobs/nobody", 404, "nobody");
        row("/admin/v1/queues/shopify-events/jobs/%FF", 400, "path");
        row("/admin/v1/events?%FF=1", 400, "name");
        row("/admin/v1/parked/boredom", 404, "boredom");
        row("/admin/v1/calls?state=late", 400, "state");
        row("/admin/v1/calls?downstream=moon", 400, "downstream");
        row("/admin/v1/status?x=1", 400, "x");
    }
    void whatClientsGetWrongIsToldByName()
    {
        QFETCH(QByteArray, path);
        QFETCH(int, status);
        QFETCH(QString, names);
        const auto answer = get(path);
        QCOMPARE(answer.status, status);
        QVERIFY2(answer.error().contains(names), qPrintable(answer.error()));
    }

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

    void personalDataIsMaskedUntilAnOperatorSaysWhy()
    {
        const auto order = foldFull();
        const auto event = m_servers->text("SELECT id FROM event_store WHERE type = 'ORDER_CREATED'");
        for (const auto &path : {"/admin/v1/orders/" + order, "/admin/v1/events/" + event, QByteArray("/admin/v1/orders?q=1077"), QByteArray("/admin/v1/events")}) {
            for (const auto &token : {m_operator, m_viewer}) {
                const auto text = get(path, token).text;
                QVERIFY2(!text.contains("Ann") && !text.contains("Bremen") && !text.contains("Example.com"), text.constData());
            }
        }
        QCOMPARE(get("/admin/v1/orders/" + order + "?reveal=1&reason=ticket+12", m_viewer).status, 403);
        QCOMPARE(m_servers->number("SELECT count(*) FROM admin_audit"), 0);
        QVERIFY(get("/admin/v1/orders/" + order + "?reveal=1&reason=ticket+12").text.contains("Bremen"));
        QVERIFY(get("/admin/v1/events/" + event + "?reveal=1&reason=ticket+13").text.contains(kFull.toBase64())); // the raw bytes too
        QCOMPARE(m_servers->text("SELECT string_agg(actor || ' ' || reason, ', ' ORDER BY id) FROM admin_audit"), QByteArray("ops ticket 12, ops ticket 13"));
    }

    void aViewersSearchCannotTouchWhatIsMasked()
    {
        foldFull();
        QCOMPARE(get("/admin/v1/orders?email=ann@example.com", m_viewer).status, 403);
        QCOMPARE(get("/admin/v1/orders?q=ann@example.com", m_viewer).items().size(), 0);
        QCOMPARE(get("/admin/v1/events?payload=customer.email=Ann@Example.com&since=2026-01-01T00:00:00Z", m_viewer).status, 403);
        QCOMPARE(get("/admin/v1/orders?email=ann@example.com").items().size(), 1);
        QCOMPARE(get("/admin/v1/events?payload=customer.email=Ann@Example.com&since=2026-01-01T00:00:00Z").items().size(), 1);
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

    void aChangeIsMadeOnceForItsRequestIdAndIsAudited()
    {
        const QByteArray body = json("{'requestId':'request-1','reason':'look at it'}");
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).text, (json("{'isPaused':true}")));
        QCOMPARE(post("/admin/v1/queues/shopify-events/resume", json("{'requestId':'request-2','reason':'go on'}")).status, 200);
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).text, (json("{'isPaused':true}"))); // the first result
        QCOMPARE(get("/admin/v1/queues").items()[0][QLatin1StringView("isPaused")].toBool(), false);            // and nothing was done
        QCOMPARE(post("/admin/v1/queues/courier-events/pause", body).status, 409);
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", json("{'requestId':'request-1','reason':'another'}")).status, 409);
        const auto audit = get("/admin/v1/audit").items();
        QCOMPARE(audit.size(), 2);
        QCOMPARE(audit[1][QLatin1StringView("reason")].toString(), QStringLiteral("look at it"));
        QCOMPARE(audit[1][QLatin1StringView("status")].toInt(), 200);
        QCOMPARE(audit[1][QLatin1StringView("actor")].toString(), QStringLiteral("ops"));
    }

    void aChangeNeedsAReasonAndARequestId_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const QByteArray &body : {QByteArray(), QByteArray( "[]"), QByteArray("{"), json("{'requestId':'12345678'}"), json("{'reason':'x'}"), json("{'requestId':'1','reason':'x'}"), json("{'requestId':'12345678','reason':'  '}"), json("{'requestId':12345678,'reason':'x'}")})
            QTest::addRow("%s", body.constData()) << body;
    }
    void aChangeNeedsAReasonAndARequestId()
    {
        QFETCH(QByteArray, body);
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).status, 400);
        QCOMPARE(get("/admin/v1/queues").items()[0][QLatin1StringView("isPaused")].toBool(), false);
    }

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

    void whatTheOtherSideSaidIsMaskedToo()
    {
        const auto order = foldFull();
        m_servers->run("INSERT INTO outbound_calls (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state, answer) "
                       "SELECT id, order_id, 'k', '/', '{}', 'o', now(), 'refused', 'Ann of Bremen is unknown' FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'");
        m_servers->run("INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'refused', 'Ann of Bremen is unknown' FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'");
        const auto event = m_servers->text("SELECT id FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST'");
        for (const auto &path : {QByteArray("/admin/v1/calls"), QByteArray("/admin/v1/parked/refused"), "/admin/v1/events/" + event, "/admin/v1/orders/" + order}) {
            QVERIFY2(!get(path).text.contains("Bremen"), path.constData());
            QVERIFY2(get(path + "?reveal=1&reason=x").text.contains("Ann of Bremen"), path.constData());
        }
    }

    void whatCouldNotBeDoneMayBeTriedAgainUnderItsRequestId()
    {
        const auto body = json("{'requestId':'12345678','reason':'x'}");
        const auto settings = m_servers->settings();
        auto redis = settings.redis;
        redis.host = QStringLiteral("/nowhere");
        const AdminContext lost{settings.postgres, redis, settings.retries, {settings.courier(), settings.shop()}, {}, true, m_context->facts, m_counters, *m_refusals};
        std::swap(m_desk, m_spare = std::make_unique<AdminDesk>(lost));
        const auto refused = post("/admin/v1/queues/shopify-events/pause", body);
        std::swap(m_desk, m_spare);
        QCOMPARE(refused.status, 503);
        QVERIFY2(!refused.error().contains(QStringLiteral("nowhere")), qPrintable(refused.error())); // servers' names are for the log
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).status, 200);
        m_servers->run("UPDATE admin_audit SET status = NULL"); // as a killed process leaves it
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).status, 409);
        m_servers->run("UPDATE admin_audit SET at = now() - interval '2 minutes'");
        QCOMPARE(post("/admin/v1/queues/shopify-events/pause", body).status, 200);
        QCOMPARE(m_servers->number("SELECT count(*) FROM admin_audit"), 1);
        m_spare.reset();
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

    void parkedEventsAreReleasedByIdOrAsAPreviewCountedThem()
    {
        QList<EventId> events;
        for (int i = 0; i < 3; ++i)
            events << m_servers->storeOrder(i + 1, "orders/create", "pending");
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{events[0], ParkReason::Poison, "x"}, {events[1], ParkReason::Poison, "x"}, {events[2], ParkReason::Stalled, "x"}}));
        const auto group = get("/admin/v1/parked").items()[0].toObject();
        QCOMPARE(group[QLatin1StringView("count")].toInt(), 2);
        const auto until = group[QLatin1StringView("last")].toString().toUtf8();
        QCOMPARE(post("/admin/v1/parked/release", json("{'requestId':'12345678','reason':'x','reason_code':'poison','until':'") + until + json("','count':1}")).status, 409);
        QCOMPARE(post("/admin/v1/parked/release", json("{'requestId':'12345679','reason':'x','reason_code':'poison','until':'") + until + json("','count':2}")).status, 200);
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

    void aReplayIsPreviewedBegunAndCancelled()
    {
        const auto done = m_servers->storeOrder(1, "orders/create", "pending");
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
        Q_UNUSED(done)
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

    void everyEndpointIsAnswered()
    {
        const auto order = foldFull();
        for (const auto &row : kEndpoints) {
            const auto path = QByteArray(row.path.data(), static_cast<qsizetype>(row.path.size())).replace("{queue}", "shopify-events").replace("{reason}", "poison").replace("{job}", "nobody")
                                  .replace("{id}", row.endpoint == Endpoint::Order ? order : QByteArray("1")) + (row.endpoint == Endpoint::Jobs ? "?state=failed" : "");
            const auto answer = call(QByteArray(row.method.data(), static_cast<qsizetype>(row.method.size())), path, json("{'requestId':'") + QByteArray::number(static_cast<int>(row.endpoint) + 10000000) + json("','reason':'x'}"), m_operator);
            QVERIFY2(answer.status != 500 && answer.status != 405, path.constData());
        }
    }

private:
    Answer call(const QByteArray &method, const QByteArray &target, const QByteArray &body, const QByteArray &token)
    {
        const auto question = target.indexOf('?');
        auto found = findEndpoint(method, question < 0 ? target : target.left(question));
        if (!found)
            return {found.error().status, {{QStringLiteral("error"), QJsonObject{{QStringLiteral("message"), QString::fromUtf8(found.error().message)}}}}, {}};
        found->query = question < 0 ? QByteArray() : target.mid(question + 1);
        found->body = body;
        found->token = token;
        const auto response = m_desk->answer(*found);
        return {response.status, QJsonDocument::fromJson(response.body).object(), response.body};
    }
    Answer get(const QByteArray &target, const QByteArray &token) { return call("GET", target, {}, token); }
    Answer get(const QByteArray &target) { return get(target, m_operator); }
    Answer post(const QByteArray &target, const QByteArray &body) { return call("POST", target, body, m_operator); }

    // Works the jobs of all open events, as an order worker would.
    void process()
    {
        std::vector<TakenJob> jobs;
        const auto open = ParkedEvents(m_servers->postgres()).outboxPage(EventId(0), 0, 100);
        for (const auto &entry : *open) {
            const auto job = eventJob(entry.event, "n");
            jobs.push_back({job.id, job.name, job.data, 0, RetryPolicy{}, {}});
        }
        OrderBatch(m_servers->postgres(), m_servers->settings().effects, m_counters).process(jobs);
    }

    // An order with a person in it; answers its id.
    QByteArray foldFull()
    {
        const auto mapped = mapShopifyWebhook({"orders/create", "s.myshopify.com", "d-77", {}}, kFull);
        m_servers->store(mapped->event, kFull);
        process();
        return m_servers->text("SELECT id FROM orders WHERE ref_id = '77'");
    }

    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<RefusalRing> m_refusals;
    Counters m_counters;
    std::unique_ptr<AdminContext> m_context;
    std::unique_ptr<AdminDesk> m_desk, m_spare;
    QByteArray m_operator, m_viewer;
};

QTEST_GUILESS_MAIN(AdminDeskTest)
#include "admin_desk_test.moc"
