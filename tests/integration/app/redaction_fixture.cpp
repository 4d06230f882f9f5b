#include "tests/integration/app/redaction_fixture.h"

#include "service/backends/embedded_backends.h"
#include "service/domain/shopify_mapper.h"
#include "service/domain/signature.h"
#include "service/queue/redis_connection.h"
#include "service/store/event_store.h"

#include <QJsonDocument>
#include <QTest>

namespace oo::test {

namespace {

QByteArray textOf(const RedisReply &reply)
{
    QByteArray text = reply.text;
    for (const auto &item : reply.items)
        text += '\n' + textOf(item);
    return text;
}

QStringList needles()
{
    const auto sample = QJsonDocument::fromJson(shopifySample(QStringLiteral("orders-create")).body).object();
    const auto address = sample[QLatin1StringView("shipping_address")].toObject();
    return {sample[QLatin1StringView("email")].toString(), QStringLiteral("15550100142"), address[QLatin1StringView("address1")].toString(),
            address[QLatin1StringView("last_name")].toString(), QStringLiteral("541570904534948745")};
}

} // namespace

RedactionFixture::~RedactionFixture()
{
    stop();
}

void RedactionFixture::start(const QMap<QString, QString> &settings)
{
    stop();
    m_service = std::make_unique<ServiceProcess>(settings);
    m_postgres = std::make_unique<PgConnection>(postgres());
}

void RedactionFixture::stop()
{
    m_postgres.reset();
    m_service.reset();
}

bool RedactionFixture::startWithOrders()
{
    start();
    for (const char *name : {"orders-create", "orders-updated-paid", "orders-edited", "fulfillments-update", "refunds-create"}) {
        if (sendSample(name) != 201)
            return false;
    }
    return QTest::qWaitFor([this] { return isQuiet() && text("SELECT state FROM outbound_calls WHERE path LIKE '%booking'") == "accepted"; }, 20000)
           && traces().size() > 5; // else nothing is shown by finding none
}

PgSettings RedactionFixture::postgres() const
{
    return EmbeddedBackends(m_service->folder()).postgres();
}

QByteArray RedactionFixture::token() const
{
    return m_service->run({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("ops"), QStringLiteral("--role"), QStringLiteral("operator")}).trimmed();
}

QByteArray RedactionFixture::text(const QByteArray &sql)
{
    const auto rows = m_postgres->query("SELECT x::text FROM (" + sql + ") AS one (x)");
    if (!rows)
        qFatal("%s: %s", sql.constData(), qPrintable(rows.error().message));
    return rows->size() > 0 && !rows->isNull(0, 0) ? rows->text(0, 0) : QByteArray();
}

int RedactionFixture::send(const QByteArray &topic, const QByteArray &body, const QByteArray &shop)
{
    return m_service->send("POST", "/webhooks/shopify", body,
                           {{"Content-Type", "application/json"}, {"X-Shopify-Topic", topic}, {"X-Shopify-Shop-Domain", shop},
                            {"X-Shopify-Webhook-Id", "redaction-" + QByteArray::number(++m_sent)}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}}).status;
}

int RedactionFixture::sendSample(const char *name)
{
    const auto sample = shopifySample(QLatin1StringView(name));
    return send(sample.header("X-Shopify-Topic"), sample.body);
}

int RedactionFixture::sendCourier(const QByteArray &body)
{
    return m_service->send("POST", "/webhooks/courier", body, {{"Content-Type", "application/json"}}).status;
}

int RedactionFixture::tellCourier(const QByteArray &behaviour)
{
    return m_service->send("POST", "/mocks/behaviour", behaviour, {{"Content-Type", "application/json"}}).status;
}

QByteArray RedactionFixture::orderWith(const QJsonObject &changes)
{
    auto order = QJsonDocument::fromJson(shopifySample(QStringLiteral("orders-updated-paid")).body).object();
    for (auto it = changes.begin(); it != changes.end(); ++it)
        order.insert(it.key(), it.value());
    return QJsonDocument(order).toJson(QJsonDocument::Compact);
}

bool RedactionFixture::storeWithoutJob(const NewEvent &event, const QByteArray &body)
{
    PgConnection connection(postgres());
    return EventStore(connection).store({{1, event, "[]", body, "orders/updated"}}).has_value();
}

bool RedactionFixture::storeWithoutJob(const QByteArray &topic, const QByteArray &body)
{
    return storeWithoutJob(mapShopifyWebhook({topic, kShop, "no-job-" + QByteArray::number(++m_sent), {}}, body)->event, body);
}

bool RedactionFixture::adopt(const QByteArray &refId, const QByteArray &source, const QByteArray &email)
{
    PgParams params;
    params.add(refId).add(source).add(email);
    return m_postgres->query("WITH o AS (INSERT INTO orders (ref_id, source, customer, payment_status, placeholder)"
                             " VALUES ($1::text, $2::text, jsonb_build_object('email', $3::text), 'pending', false) RETURNING *)"
                             " INSERT INTO event_store (source, type, ref_id, order_id, payload, processed_at, outcome, body_digest, effect_key)"
                             " SELECT 'internal', 'ORDER_ADOPTED', ref_id, id, jsonb_build_object('paymentStatus', 'pending', 'placeholder', false, 'customer', customer),"
                             " now(), 'recorded', '\\x00', 'adopted:' || id FROM o", params).has_value();
}

bool RedactionFixture::isQuiet()
{
    return text("SELECT count(*) FROM event_store e WHERE processed_at IS NULL AND source = 'shopify' AND NOT EXISTS (SELECT FROM parked_events p WHERE p.event_id = e.id)") == "0";
}

bool RedactionFixture::isForgotten()
{
    return text("SELECT count(*) FROM redactions") == "1";
}

QByteArray RedactionFixture::known()
{
    return text("SELECT string_agg(ref_id, ' ' ORDER BY ref_id) FROM orders WHERE customer IS NOT NULL");
}

QStringList RedactionFixture::redisTraces()
{
    RedisConnection redis(EmbeddedBackends(m_service->folder()).redis());
    const QHash<QByteArray, RedisCommand> readers{{"string", {"GET", {}}}, {"hash", {"HGETALL", {}}}, {"list", {"LRANGE", {}, "0", "-1"}}, {"set", {"SMEMBERS", {}}},
                                                  {"zset", {"ZRANGE", {}, "0", "-1"}}, {"stream", {"XRANGE", {}, "-", "+"}}};
    const auto keys = redis.run(RedisCommand{"KEYS", "*"});
    if (!keys || keys->items.empty())
        qFatal("there is nothing in Redis to search");
    QStringList found;
    for (const auto &key : keys->items) {
        auto read = readers.value(redis.run(RedisCommand{"TYPE", key.text})->text);
        if (read.isEmpty()) // it has expired
            continue;
        read[1] = key.text;
        const auto all = textOf(*redis.run(read));
        for (const auto &needle : needles()) {
            if (all.contains(needle.toUtf8()))
                found << QString::fromUtf8(key.text) + QStringLiteral(": ") + needle;
        }
    }
    return found;
}

QStringList RedactionFixture::traces()
{
    auto found = redisTraces();
    const auto tables = m_postgres->query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
    for (int row = 0; row < tables->size(); ++row) {
        const auto table = tables->text(row, 0);
        for (const auto &needle : needles()) {
            auto sql = "SELECT count(*) FROM " + table + " t WHERE t::text LIKE '%" + needle.toUtf8() + "%'"; // jsonb shows what it holds, JSON text may be escaped
            if (table == "deliveries")
                sql += " OR encode(t.body, 'escape') LIKE '%' || encode(convert_to('" + needle.toUtf8() + "', 'UTF8'), 'escape') || '%'";
            if (text(sql) != "0")
                found << QString::fromUtf8(table) + QStringLiteral(": ") + needle;
        }
    }
    return found;
}

} // namespace oo::test
