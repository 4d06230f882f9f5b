#pragma once
// Events that wait for a person (design §3 "Parked is a row in PostgreSQL"), and the outbox they are kept out of.

#include "service/store/pg_connection.h"
#include "shared/model/statuses.h"

#include <QList>

#include <vector>

namespace oo {

struct Park
{
    EventId event;
    ParkReason reason = ParkReason::Poison;
    QByteArray detail;
};

struct OutboxEntry
{
    EventId event;
    QByteArray source;
    QByteArray type;
    QByteArray topic;
    qint64 releasedPark = 0; // of its last release, which began a new run; 0: it never was parked
};

class ParkedEvents
{
public:
    explicit ParkedEvents(PgConnection &connection) : m_connection(connection) {}

    static PgCommand parkCommand(const std::vector<Park> &parks);
    Status park(const std::vector<Park> &parks); // but what is processed by now

    static PgCommand releaseCommand(const QList<EventId> &events, const QByteArray &by, const QByteArray &reason);
    static QList<std::pair<EventId, qint64>> readReleased(const PgRows &rows);
    // Marks the rows as released and forgets the stalls; gives (event, run) for job ids `ev-<event>-r<run>`.
    Result<QList<std::pair<EventId, qint64>>> release(const QList<EventId> &events, const QByteArray &by,
                                                       const QByteArray &reason);

    // Counts one more time that the jobs of these events were failed for stalling; gives the events with their counts.
    Result<QList<std::pair<EventId, int>>> countStalls(const QList<EventId> &events);

    // Events after `after` that are stored, not processed, not parked and older than `olderThanSeconds`.
    Result<std::vector<OutboxEntry>> outboxPage(EventId after, double olderThanSeconds, int limit);

private:
    PgConnection &m_connection;
};

} // namespace oo
