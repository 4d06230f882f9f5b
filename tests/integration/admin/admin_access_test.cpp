// Who may do what through the admin API, what is masked, and how often a change is made.

#include "tests/integration/admin/desk_fixture.h"

using namespace oo;
using namespace oo::test;

class AdminAccessTest : public DeskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }
    void cleanupTestCase() { stopServers(); }

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

    void theStatusTellsWhoAsksAndWhere()
    {
        const auto status = get("/admin/v1/status", m_viewer).body;
        QCOMPARE(status[QLatin1StringView("caller")].toObject(), (QJsonObject{{QStringLiteral("name"), QStringLiteral("eyes")}, {QStringLiteral("role"), QStringLiteral("viewer")}}));
        QCOMPARE(get("/admin/v1/status").body[QLatin1StringView("caller")][QLatin1StringView("role")].toString(), QStringLiteral("operator"));
        QCOMPARE(status[QLatin1StringView("environment")].toString(), QStringLiteral("test"));
        QCOMPARE(status[QLatin1StringView("apiVersion")].toInt(), kApiVersion);
        QVERIFY(status[QLatin1StringView("counters")].isObject());
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
        const AdminContext lost{settings.postgres, redis, settings.retries, {settings.courier(), settings.shop()}, {}, settings.effects, m_context->facts, {}, m_counters, *m_refusals};
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

    void chaosIsRefusedWhereRealOrdersAre()
    {
        const auto &settings = m_servers->settings();
        const AdminContext real{settings.postgres, settings.redis, settings.retries, {}, {}, settings.effects, m_context->facts, "chaos is for trials", m_counters, *m_refusals};
        m_desk = std::make_unique<AdminDesk>(real);
        const auto refused = post("/admin/v1/chaos", json("{'requestId':'12345678','reason':'x'}"));
        QCOMPARE(refused.status, 403);
        QCOMPARE(refused.error(), QStringLiteral("chaos is for trials"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM chaos_runs"), 0);
    }

    void withoutPostgresEveryCallSaysSo()
    {
        auto postgres = m_servers->settings().postgres;
        postgres.host = QStringLiteral("/nowhere");
        const AdminContext lost{postgres, m_servers->settings().redis, m_servers->settings().retries, {}, {}, {}, m_context->facts, {}, m_counters, *m_refusals};
        m_desk = std::make_unique<AdminDesk>(lost);
        for (const char *path : {"/admin/v1/status", "/admin/v1/events", "/metrics"}) {
            const auto answer = get(path);
            QCOMPARE(answer.status, 503);
            QVERIFY2(!answer.text.contains("nowhere"), answer.text.constData());
        }
        m_desk.reset();
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
};

QTEST_GUILESS_MAIN(AdminAccessTest)
#include "admin_access_test.moc"
