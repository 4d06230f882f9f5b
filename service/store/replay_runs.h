#pragma once
// Replay runs (design §7): a row each, with a cursor and a result per event, worked on under a lease.

#include "service/store/pg_connection.h"

#include <QSet>

namespace oo {

struct ReplayRequest
{
    QByteArray selectionJson;
    QByteArray by, reason;
    bool reSend = false;
    double rate = 0; // events a second
    std::optional<QByteArray> requestId = {}; // the same again gives the same run
};

struct ReplayRun
{
    qint64 id = 0;
    QByteArray selectionJson;
    QByteArray by;
    bool reSend = false;
    double rate = 0;
    EventId cursor, last;
};

class ReplayRuns
{
public:
    ReplayRuns(PgConnection &connection, QByteArray owner) : m_connection(connection), m_owner(std::move(owner)) {}

    enum class Worker { Me, Anybody };
    Result<ReplayRun> create(const ReplayRequest &request, Worker worker);
    // The oldest run that nobody works on; nullopt: there is none.
    Result<std::optional<ReplayRun>> claim();

    // Before the events are replayed; answers those that were begun before, by somebody who did not come to the end of it.
    Result<QSet<EventId>> begin(qint64 run, const std::vector<std::pair<EventId, QByteArray>> &eventsAndActions);
    // Results and cursor; renews the lease. False: the run was cancelled, or is somebody else's.
    Result<bool> advance(const ReplayRun &run, const std::vector<std::pair<EventId, QByteArray>> &results);
    Result<bool> end(qint64 run, const QByteArray &state); // done or cancelled; false: it had ended

private:
    PgConnection &m_connection;
    QByteArray m_owner;
};

} // namespace oo
