#pragma once
// A desk of the admin API on real PostgreSQL and Redis: calls are put to it as the server would.

#include "service/admin/admin_desk.h"

#include "service/domain/shopify_mapper.h"
#include "service/queue/job_queue.h"
#include "service/store/parked_events.h"
#include "service/workers/order_batch.h"
#include "tests/support/test_servers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

namespace oo::test {

// JSON with ' for ".
inline QByteArray json(const char *text)
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

inline QStringList idsOf(const QJsonArray &items)
{
    QStringList ids;
    for (const auto &item : items)
        ids << item[QLatin1StringView("id")].toString();
    return ids;
}

inline const QByteArray kFull = json("{'id':77,'name':'#1077','updated_at':'2026-04-06T10:00:00Z','financial_status':'paid','currency':'EUR','total_price':'9.50',"
                                    "'customer':{'email':'Ann@Example.com','first_name':'Ann'},'shipping_address':{'city':'Bremen'}}");

class DeskFixture : public QObject
{
protected:
    void startServers() { m_servers = std::make_unique<TestServers>(); }
    void stopServers() { m_servers.reset(); }
    void openDesk()
    {
        m_servers->fresh();
        const auto &settings = m_servers->settings();
        m_refusals = std::make_unique<RefusalRing>();
        m_context.reset(new AdminContext{settings.postgres, settings.redis, settings.retries, {settings.courier(), settings.shop()}, {}, settings.effects, {"test", "host", 1, "1", "admin", Instant::now(), "test"}, {}, m_counters, *m_refusals});
        m_desk = std::make_unique<AdminDesk>(*m_context);
        AdminTokens tokens(m_servers->postgres());
        m_operator = *tokens.create({"ops", ApiRole::Operator});
        m_viewer = *tokens.create({"eyes", ApiRole::Viewer});
    }
    void closeDesk() { m_desk.reset(); }

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

} // namespace oo::test
