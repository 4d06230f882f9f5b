#pragma once
// One connection to PostgreSQL, owned by one thread. Qt's driver opens it; statements go over libpq's own prepared
// statements and pipeline mode on the driver's handle (qt-platform-notes §2.1 to §2.5 say why).

#include "service/store/pg_params.h"
#include "service/store/pg_rows.h"
#include "service/store/statements.h"
#include "shared/core/result.h"

#include <QDeadlineTimer>
#include <QSqlDatabase>
#include <QString>

#include <string_view>
#include <unordered_set>
#include <vector>

struct pg_conn;
typedef struct pg_conn PGconn;

namespace oo {

struct PgSettings
{
    QString host; // a name, an address, or the folder of a Unix socket
    int port = 5432;
    QString user;
    QString password;
    QString database;
    QString caFile; // if set: TLS, verified against this file
    QString applicationName;
    // The server gives up then; half a second later we give up a server that hangs, and close. 0: neither.
    int statementTimeoutMs = 30000;
    bool planByValues = false;  // each statement anew for its own parameters: for searches whose filters may be null
    bool logStatements = false; // name and time of each round trip, in category orders.sql; never values
};

struct PgCommand
{
    Statement statement;
    PgParams params;
};

class PgConnection
{
public:
    explicit PgConnection(PgSettings settings);
    ~PgConnection();
    PgConnection(const PgConnection &) = delete;
    PgConnection &operator=(const PgConnection &) = delete;

    // Opens if it is not open. Every failure is Unavailable.
    Status open();
    void close();
    bool isOpen() const;

    // One statement, one round trip. Errors: Invalid (SQLSTATE 22, 23, 54), Conflict (40001, 40P01), LockTimeout (55P03),
    // Unavailable (connection lost: it is closed, the next open() starts anew), else Internal. `lastSqlState` tells more.
    Result<PgRows> run(const Statement &statement, const PgParams &params = {});

    // Several statements in one round trip; stops at the first that fails, and returns its error. The answers are
    // bounded by the socket's buffers only while the commands are sent: keep what is sent before the last one small.
    Result<std::vector<PgRows>> runAll(const std::vector<PgCommand> &commands);

    // Text that is not from sql/queries: migrations. May hold several statements, and takes as long as they take.
    Status runScript(const QByteArray &text);
    Result<PgRows> query(const QByteArray &text, const PgParams &params = {});

    QByteArray lastSqlState() const { return m_sqlState; }

private:
    Status prepare(const Statement &statement);
    enum class Patience { Limited, Endless };
    pg_result *nextResult(Patience patience = Patience::Limited); // null: there is no more, or the connection hangs and is given up
    Result<PgRows> only(bool wasSent, std::string_view statement, Patience patience = Patience::Limited);
    bool waitForServer(const QDeadlineTimer &deadline);
    tl::unexpected<Error> error(const pg_result *result, std::string_view statement);
    Result<PgRows> take(pg_result *result, std::string_view statement);

    PgSettings m_settings;
    QString m_name;
    QSqlDatabase m_database;
    PGconn *m_handle = nullptr;
    std::unordered_set<std::string_view> m_prepared;
    QByteArray m_sqlState;
    bool m_hangs = false;
};

// Texts of the statement files, read once.
QByteArray sqlText(const Statement &statement);

} // namespace oo
