#include "service/store/migrator.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

namespace oo {

namespace {

constexpr char kFolder[] = ":/sql/migrations";
constexpr char kLockNumber[] = "7203416551"; // any constant that no other program uses

QStringList knownMigrations()
{
    return QDir(QLatin1StringView(kFolder)).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray readMigration(const QString &name)
{
    return readFile(QLatin1StringView(kFolder) + QLatin1Char('/') + name);
}

QByteArray checksum(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

} // namespace

Result<QStringList> Migrator::applied()
{
    const auto table = m_connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS present");
    if (!table)
        return failure(table);
    QStringList names;
    if (!table->boolean(0, 0))
        return names;
    const auto rows = m_connection.query("SELECT name, checksum FROM schema_migrations ORDER BY name");
    if (!rows)
        return failure(rows);
    const auto known = knownMigrations();
    for (int row = 0; row < rows->size(); ++row) {
        const QString name = QString::fromUtf8(rows->text(row, 0));
        if (!known.contains(name))
            return fail(ErrorCode::Conflict,
                        QStringLiteral("the database has migration %1, which this program does not know: it was made by a newer "
                                       "version. Install that version, or use another database.").arg(name));
        if (rows->text(row, 1) != checksum(readMigration(name)))
            return fail(ErrorCode::Conflict,
                        QStringLiteral("migration %1 was changed after it ran on this database. Restore the shipped file.").arg(name));
        names.append(name);
    }
    return names;
}

Status Migrator::apply(const QString &name, const QByteArray &text)
{
    const QByteArray record = "INSERT INTO schema_migrations (name, checksum) VALUES ('" + name.toUtf8() + "', '"
                              + checksum(text) + "')"; // both from our own resources: letters, digits, dots
    auto done = m_connection.runScript("BEGIN;\n" + text + ";\n" + record + ";\nCOMMIT");
    if (!done) {
        (void)m_connection.runScript("ROLLBACK");
        return fail(done.error().code, QStringLiteral("migration %1: %2").arg(name, done.error().message));
    }
    return {};
}

Result<MigrationReport> Migrator::migrate(const QByteArray &adoptEffectsSince)
{
    const auto prepared = m_connection.runScript(
        QByteArray("SET client_min_messages = warning; SET statement_timeout = 0; SET enable_seqscan = on; SELECT pg_advisory_lock(") + kLockNumber + ");"
        "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, "
        "applied_at timestamptz NOT NULL DEFAULT now())");
    if (!prepared)
        return failure(prepared);
    const auto since = m_connection.query("SELECT set_config('orchestrator.adopt_effects_since', $1::text::interval::text, false)",
                                          PgParams().add(adoptEffectsSince));
    if (!since)
        return fail(ErrorCode::Invalid, QStringLiteral("--adopt-effects-since wants an interval such as '24 hours'"));

    MigrationReport report;
    const auto have = applied();
    if (!have)
        return failure(have);
    for (const auto &name : knownMigrations()) {
        if (have->contains(name))
            continue;
        if (auto done = apply(name, readMigration(name)); !done)
            return failure(done);
        report.applied.append(name);
    }
    const auto counts = m_connection.query("SELECT (SELECT count(*) FROM event_store WHERE type = 'ORDER_ADOPTED'), "
                                           "(SELECT count(*) FROM parked_events WHERE reason = 'adopted' AND released_at IS NULL)");
    if (!counts)
        return failure(counts);
    report.adoptedOrders = counts->int8(0, 0);
    report.parkedEffects = counts->int8(0, 1);
    m_connection.close(); // gives the lock and the settings back
    return report;
}

Status Migrator::check()
{
    const auto have = applied();
    if (!have)
        return failure(have);
    for (const auto &name : knownMigrations()) {
        if (!have->contains(name))
            return fail(ErrorCode::Conflict, QStringLiteral("the database lacks migration %1: run `orchestratord migrate`").arg(name));
    }
    const auto restored = m_connection.run(sql::restored);
    if (!restored)
        return failure(restored);
    if (restored->boolean(0, 0))
        return fail(ErrorCode::Conflict, QStringLiteral("the database was restored from another cluster, whose transactions lie ahead of this one's: "
                                                        "run `orchestratord migrate --after-restore`"));
    return {};
}

Status Migrator::afterRestore()
{
    auto done = m_connection.runScript("SET statement_timeout = 0;\n" + readFile(QStringLiteral(":/sql/maintenance/after_restore.sql")));
    if (!done)
        (void)m_connection.runScript("ROLLBACK");
    m_connection.close(); // gives the setting back
    return done;
}

} // namespace oo
