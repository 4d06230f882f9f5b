#pragma once
// A private PostgreSQL and Redis as children (design §7): installed programs, Unix sockets under the data folder, durable.
// They outlive a killed parent; the next start on the same folder adopts them.

#include "service/queue/redis_connection.h"
#include "service/store/pg_connection.h"
#include "shared/core/result.h"

#include <QLockFile>
#include <QString>
#include <QStringList>

#include <memory>

namespace oo {

class EmbeddedBackends
{
public:
    explicit EmbeddedBackends(const QString &dataFolder);

    // Starts or adopts both, and waits until they answer. Unavailable with what is missing and how to install it.
    Status start();
    Status startPostgres(); // one alone, after it was killed
    Status startRedis();
    void stop(); // both, in order; does nothing before start()

    const QString &folder() const { return m_folder; }
    PgSettings postgres() const;
    RedisSettings redis() const;
    qint64 postgresPid() const; // 0: it does not run
    qint64 redisPid() const;
    QString howToLookIn() const; // commands for psql and redis-cli

private:
    Status waitForRedis();
    Status runAsDatabaseUser(const QString &program, const QStringList &arguments, int timeoutMs) const;
    QString postgresFolder() const { return m_folder + QStringLiteral("/postgresql"); }
    QString redisSocket() const { return m_folder + QStringLiteral("/redis.sock"); }

    QString m_folder;
    QString m_postgresPrograms; // folder of initdb and pg_ctl
    std::unique_ptr<QLockFile> m_lock;
    bool m_started = false;
};

} // namespace oo
