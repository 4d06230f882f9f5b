#pragma once
// Real PostgreSQL and Redis for one test program, in a folder of its own; a database of its own for each test.

#include "service/app/settings.h"
#include "service/backends/embedded_backends.h"
#include "service/domain/counters.h"
#include "service/queue/job_queue.h"
#include "service/store/event_store.h"

#include <QTemporaryDir>

#include <memory>

namespace oo::test {

class TestServers
{
public:
    TestServers(); // a server that does not start fails the test program
    ~TestServers();

    // An empty, migrated database; Redis is emptied too.
    void fresh();
    // An empty database without any table.
    void freshWithoutSchema();

    const ServiceSettings &settings() const { return m_settings; }
    PgConnection &postgres() { return *m_postgres; }
    RedisConnection &redis() { return *m_redis; }
    QString folder() const { return m_folder.path(); }

    // One number of one row; fails the test program on an SQL error.
    qint64 number(const QByteArray &sql);
    QByteArray text(const QByteArray &sql);
    void run(const QByteArray &sql);

    // Stores an event as the HTTP side would, and gives its id.
    EventId store(const NewEvent &event, const QByteArray &body = "{}");
    EventId storeOrder(qint64 ref, const char *topic, const char *financialStatus, const char *updatedAt = "2026-04-06T10:00:00Z",
                       const char *deliveryId = nullptr);
    EventId storeCourier(const char *trackingNumber, const char *status, const char *courier = "DHL");

private:
    void openDatabase(const QByteArray &name);

    QTemporaryDir m_folder;
    EmbeddedBackends m_backends;
    ServiceSettings m_settings;
    std::unique_ptr<PgConnection> m_postgres;
    std::unique_ptr<RedisConnection> m_redis;
    int m_databases = 0;
};

} // namespace oo::test
