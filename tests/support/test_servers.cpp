#include "tests/support/test_servers.h"

#include "service/domain/courier_mapper.h"
#include "service/domain/shopify_mapper.h"
#include "service/store/migrator.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace oo::test {

namespace {

constexpr char kTemplate[] = "template_of_tests";

template <class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
    return std::move(*result);
}

void must(const Status &status)
{
    if (!status)
        qFatal("%s", qPrintable(status.error().message));
}

} // namespace

TestServers::TestServers() : m_folder(QDir::tempPath() + QStringLiteral("/oot-XXXXXX")), m_backends(m_folder.path())
{
    // PostgreSQL's own user must be able to reach its folder inside.
    QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther);
    must(m_backends.start());
    useBackends(m_backends, m_settings);
    m_settings.retries = {3, BackoffType::Fixed, 50};
    m_settings.effects = {true, "DHL", "4.50"};
    m_redis = std::make_unique<RedisConnection>(m_settings.redis);
    openDatabase("orders");
    run(QByteArray("CREATE DATABASE ") + kTemplate);
    openDatabase(kTemplate);
    must(Migrator(*m_postgres).migrate());
}

TestServers::~TestServers()
{
    m_postgres.reset();
    m_redis.reset();
    m_backends.stop();
}

void TestServers::openDatabase(const QByteArray &name)
{
    m_settings.postgres.database = QString::fromUtf8(name);
    m_settings.postgres.applicationName = QStringLiteral("test");
    m_postgres = std::make_unique<PgConnection>(m_settings.postgres);
}

void TestServers::fresh()
{
    const QByteArray name = "test_" + QByteArray::number(++m_databases);
    openDatabase("orders");
    run("CREATE DATABASE " + name + " TEMPLATE " + kTemplate);
    openDatabase(name);
    must(m_redis->run(RedisCommand{"FLUSHALL"}));
}

void TestServers::freshWithoutSchema()
{
    const QByteArray name = "test_" + QByteArray::number(++m_databases);
    openDatabase("orders");
    run("CREATE DATABASE " + name);
    openDatabase(name);
}

qint64 TestServers::number(const QByteArray &sql)
{
    const auto rows = must(m_postgres->query("SELECT (" + sql + ")::bigint"));
    return rows.isNull(0, 0) ? -1 : rows.int8(0, 0);
}

QByteArray TestServers::text(const QByteArray &sql)
{
    const auto rows = must(m_postgres->query("SELECT (" + sql + ")::text"));
    return rows.isNull(0, 0) ? QByteArray("null") : rows.text(0, 0);
}

void TestServers::run(const QByteArray &sql)
{
    must(m_postgres->runScript(sql));
}

EventId TestServers::store(const NewEvent &event, const QByteArray &body)
{
    return must(EventStore(*m_postgres).store({{1, event, "[]", body, "job"}})).front().id;
}

EventId TestServers::storeOrder(qint64 ref, const char *topic, const char *financialStatus, const char *updatedAt, const char *deliveryId)
{
    const QByteArray body = "{\"id\":" + QByteArray::number(ref) + ",\"updated_at\":\"" + updatedAt + "\",\"financial_status\":\"" + financialStatus
                            + "\",\"name\":\"#1\",\"currency\":\"EUR\",\"total_price\":\"1.00\"}";
    auto mapped = must(mapShopifyWebhook({topic, "s.myshopify.com", QByteArray(deliveryId), {}}, body));
    return store(mapped.event, body);
}

EventId TestServers::storeCourier(const char *trackingNumber, const char *status, const char *courier)
{
    const QByteArray body = QByteArray("{\"tracking_number\":\"") + trackingNumber + "\",\"status\":\"" + status + "\",\"courier\":\"" + courier
                            + "\",\"timestamp\":\"2026-04-08T10:00:00Z\"}";
    return store(must(mapCourierWebhook({}, body)), body);
}

} // namespace oo::test
