#include "service/store/pg_connection.h"

#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QLoggingCategory>
#include <QSqlDriver>
#include <QSqlError>
#include <QVariant>

#include <atomic>
#include <cerrno>

#include <libpq-fe.h>
#include <poll.h>

Q_DECLARE_OPAQUE_POINTER(PGconn *)
Q_DECLARE_METATYPE(PGconn *)

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logSql, "orders.sql")

constexpr int kServersOwnMs = 500; // a server that is alive has told by then that its own limit was reached

std::atomic<int> connectionCount = 0;

// Tells how long a round trip took, where that is asked for.
class RoundTrip
{
public:
    template <class Names>
    RoundTrip(const PgSettings &settings, const Names &names)
    {
        if (settings.logStatements) {
            m_names = names();
            m_clock.start();
        }
    }
    ~RoundTrip()
    {
        if (m_clock.isValid())
            qCInfo(logSql).noquote() << m_names << m_clock.nsecsElapsed() / 1000 << "us";
    }
    Q_DISABLE_COPY_MOVE(RoundTrip)

private:
    QByteArray m_names;
    QElapsedTimer m_clock;
};

QByteArray nameOf(const Statement &statement)
{
    return QByteArray(statement.name.data(), static_cast<qsizetype>(statement.name.size()));
}

QByteArray namesOf(const std::vector<PgCommand> &commands)
{
    QByteArray names;
    for (const auto &command : commands)
        names += (names.isEmpty() ? "" : ", ") + nameOf(command.statement);
    return names;
}

QString connectOptions(const PgSettings &settings)
{
    // Every statement of the service is an index look-up by design; while a table grows from nothing the planner's
    // statistics lag, and a sequential scan kept in a prepared plan would stay.
    QString options = QStringLiteral("connect_timeout=3;tcp_user_timeout=5000;keepalives_idle=10;keepalives_interval=3;keepalives_count=3;application_name='%1';"
                                     "options='-c statement_timeout=%2 -c timezone=UTC -c jit=off -c enable_seqscan=off "
                                     "-c idle_in_transaction_session_timeout=60000 -c plan_cache_mode=%3'")
                          .arg(settings.applicationName)
                          .arg(settings.statementTimeoutMs)
                          .arg(settings.planByValues ? QStringLiteral("force_custom_plan") : QStringLiteral("auto"));
    if (!settings.caFile.isEmpty())
        options += QStringLiteral(";sslmode=verify-full;sslrootcert=%1").arg(settings.caFile);
    return options;
}

ErrorCode codeOf(const QByteArray &sqlState)
{
    if (sqlState == "40001" || sqlState == "40P01")
        return ErrorCode::Conflict;
    if (sqlState == "55P03")
        return ErrorCode::LockTimeout;
    const auto group = sqlState.left(2);
    if (group == "22" || group == "23" || group == "54")
        return ErrorCode::Invalid;
    if (group == "08" || group == "57" || group == "53" || sqlState.isEmpty())
        return ErrorCode::Unavailable;
    return ErrorCode::Internal;
}

struct ParamViews
{
    explicit ParamViews(const PgParams &params)
    {
        for (const auto &value : params.values()) {
            data.push_back(value.isNull() ? nullptr : value.constData());
            lengths.push_back(static_cast<int>(value.size()));
        }
        formats.assign(data.size(), 1);
    }
    int count() const { return static_cast<int>(data.size()); }
    std::vector<const char *> data;
    std::vector<int> lengths;
    std::vector<int> formats;
};

} // namespace

QByteArray sqlText(const Statement &statement)
{
    QFile file(QStringLiteral(":/sql/queries/%1.sql")
                   .arg(QLatin1StringView(statement.name.data(), static_cast<qsizetype>(statement.name.size()))));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

PgConnection::PgConnection(PgSettings settings)
    : m_settings(std::move(settings)), m_name(QStringLiteral("pg-%1").arg(++connectionCount))
{
}

PgConnection::~PgConnection()
{
    close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Status PgConnection::open()
{
    if (isOpen())
        return {};
    close();
    if (!m_database.isValid())
        m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
    m_database.setHostName(m_settings.host);
    m_database.setPort(m_settings.port);
    m_database.setUserName(m_settings.user);
    m_database.setPassword(m_settings.password);
    m_database.setDatabaseName(m_settings.database);
    m_database.setConnectOptions(connectOptions(m_settings));
    if (!m_database.open())
        return fail(ErrorCode::Unavailable, m_database.lastError().databaseText().trimmed());
    m_handle = m_database.driver()->handle().value<PGconn *>();
    PQsetnonblocking(m_handle, 1); // sending to a server that hangs must not hang
    return {};
}

void PgConnection::close()
{
    m_handle = nullptr;
    m_hangs = false;
    m_prepared.clear();
    if (m_database.isValid())
        m_database.close();
}

bool PgConnection::isOpen() const
{
    return m_handle != nullptr && PQstatus(m_handle) == CONNECTION_OK;
}

tl::unexpected<Error> PgConnection::error(const pg_result *result, std::string_view statement)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    m_sqlState = QByteArray(state);
    const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const QString message = QStringLiteral("%1 %2: %3")
                                .arg(QLatin1StringView(statement.data(), static_cast<qsizetype>(statement.size())),
                                     QString::fromLatin1(m_sqlState),
                                     m_hangs ? QStringLiteral("no answer") : QString::fromUtf8(text ? text : PQerrorMessage(m_handle)).trimmed());
    const bool lost = !result || PQstatus(m_handle) != CONNECTION_OK;
    const auto code = lost ? ErrorCode::Unavailable : codeOf(m_sqlState);
    if (lost)
        close();
    return fail(code, message);
}

Result<PgRows> PgConnection::take(pg_result *result, std::string_view statement)
{
    PgRows rows(result);
    const auto status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return error(result, statement);
    return rows;
}

// Sends what is still to be sent, and waits until there is something to read.
bool PgConnection::waitForServer(const QDeadlineTimer &deadline)
{
    const bool hasMore = PQflush(m_handle) > 0;
    pollfd socket{PQsocket(m_handle), static_cast<short>(hasMore ? POLLIN | POLLOUT : POLLIN), 0};
    const auto ready = poll(&socket, 1, static_cast<int>(deadline.remainingTime()));
    return ready > 0 || (ready < 0 && errno == EINTR) || !deadline.hasExpired();
}

pg_result *PgConnection::nextResult(Patience patience)
{
    const bool endless = patience == Patience::Endless || m_settings.statementTimeoutMs == 0;
    const QDeadlineTimer deadline(endless ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(m_settings.statementTimeoutMs + kServersOwnMs));
    while (!m_hangs && PQisBusy(m_handle)) {
        m_hangs = !waitForServer(deadline);
        if (m_hangs || PQconsumeInput(m_handle) != 1)
            break;
    }
    return m_hangs ? nullptr : PQgetResult(m_handle);
}

// The last result of one statement or script, or its error.
Result<PgRows> PgConnection::only(bool wasSent, std::string_view statement, Patience patience)
{
    PGresult *last = nullptr;
    for (auto *result = wasSent ? nextResult(patience) : nullptr; result; result = nextResult(patience)) {
        PQclear(last);
        last = result;
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && PQstatus(m_handle) != CONNECTION_OK)
            break;
    }
    if (!wasSent || m_hangs) {
        PQclear(last);
        last = nullptr;
    }
    return take(last, statement);
}

Status PgConnection::prepare(const Statement &statement)
{
    if (auto opened = open(); !opened)
        return opened;
    if (m_prepared.contains(statement.name))
        return {};
    const QByteArray text = sqlText(statement);
    if (auto done = only(PQsendPrepare(m_handle, nameOf(statement), text, 0, nullptr) == 1, statement.name); !done)
        return failure(done);
    m_prepared.insert(statement.name);
    return {};
}

Result<PgRows> PgConnection::run(const Statement &statement, const PgParams &params)
{
    if (auto ready = prepare(statement); !ready)
        return failure(ready);
    const ParamViews views(params);
    const RoundTrip trip(m_settings, [&] { return nameOf(statement); });
    return only(PQsendQueryPrepared(m_handle, nameOf(statement), views.count(), views.data.data(), views.lengths.data(), views.formats.data(), 1) == 1,
                statement.name);
}

Result<std::vector<PgRows>> PgConnection::runAll(const std::vector<PgCommand> &commands)
{
    for (const auto &command : commands) {
        if (auto ready = prepare(command.statement); !ready)
            return failure(ready);
    }
    const RoundTrip trip(m_settings, [&] { return namesOf(commands); });
    if (PQenterPipelineMode(m_handle) != 1)
        return error(nullptr, "pipeline");
    for (const auto &command : commands) {
        const ParamViews views(command.params);
        if (PQsendQueryPrepared(m_handle, nameOf(command.statement), views.count(), views.data.data(), views.lengths.data(),
                                views.formats.data(), 1) != 1)
            return error(nullptr, command.statement.name);
    }
    if (PQpipelineSync(m_handle) != 1)
        return error(nullptr, "pipeline");

    std::vector<PgRows> answers;
    Status failed;
    for (const auto &command : commands) {
        PGresult *result = nextResult();
        if (!result)
            return error(nullptr, command.statement.name);
        if (failed.has_value() && PQresultStatus(result) != PGRES_PIPELINE_ABORTED) {
            auto rows = take(result, command.statement.name);
            if (rows)
                answers.push_back(std::move(*rows));
            else
                failed = failure(rows);
        } else {
            PQclear(result);
        }
        if (!m_handle)
            return failure(failed);
        PQclear(nextResult()); // the null that ends one statement's results
    }
    PQclear(nextResult()); // the sync
    if (m_hangs || PQexitPipelineMode(m_handle) != 1)
        return error(nullptr, "pipeline");
    if (!failed)
        return failure(failed);
    return answers;
}

Status PgConnection::runScript(const QByteArray &text)
{
    if (auto opened = open(); !opened)
        return opened;
    const RoundTrip trip(m_settings, [] { return QByteArray("script"); });
    if (auto done = only(PQsendQuery(m_handle, text) == 1, "script", Patience::Endless); !done)
        return failure(done);
    return {};
}

Result<PgRows> PgConnection::query(const QByteArray &text, const PgParams &params)
{
    if (auto opened = open(); !opened)
        return failure(opened);
    const ParamViews views(params);
    const RoundTrip trip(m_settings, [] { return QByteArray("query"); });
    return only(PQsendQueryParams(m_handle, text, views.count(), nullptr, views.data.data(), views.lengths.data(), views.formats.data(), 1) == 1, "query");
}

} // namespace oo
