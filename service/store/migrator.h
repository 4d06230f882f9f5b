#pragma once
// Brings a database to this program's schema (design §5 "Migrations").

#include "service/store/pg_connection.h"

#include <QStringList>

namespace oo {

struct MigrationReport
{
    QStringList applied;
    qint64 adoptedOrders = 0;
    qint64 parkedEffects = 0; // old effects that are not sent unasked
};

class Migrator
{
public:
    explicit Migrator(PgConnection &connection) : m_connection(connection) {}

    // Runs what is missing, each file in one transaction with its checksum row, under an advisory lock. A checksum that does
    // not fit, or a migration that this program does not know, is Conflict. `adoptEffectsSince` is a PostgreSQL interval.
    Result<MigrationReport> migrate(const QByteArray &adoptEffectsSince = "24 hours");

    // Conflict with what to do, if the schema is older or newer than this program's, or the database was restored from another cluster.
    Status check();
    // Makes such a database usable: its tail goes on, from no position that was known before. Nobody may work on it meanwhile.
    Status afterRestore();

private:
    Result<QStringList> applied();
    Status apply(const QString &name, const QByteArray &text);
    PgConnection &m_connection;
};

} // namespace oo
