#pragma once
// Looks at what the service made of a run: the database and the stand-ins' ledger.

#include "service/chaos/chaos_run.h"

#include <QHash>

namespace oo::chaos {

struct StoredOrder
{
    QJsonObject row;
    qint64 bookings = 0, cancellations = 0, notifications = 0;
};

struct LedgerCounts
{
    int bookings = 0, cancellations = 0;
};

struct Ledger
{
    QHash<QByteArray, LedgerCounts> counts; // of this run's orders, by ref id
    // Of a run that is alone:
    QStringList unexpected;        // about orders that nobody sent
    QStringList bookedTwiceBefore; // earlier runs' orders
};

class Look
{
public:
    Look(const RunOptions &options, const Traffic &traffic);

    Result<QHash<QString, int>> openEvents(); // kind → count; `unbooked` stands for courier events without a booking
    Result<QHash<QByteArray, StoredOrder>> orders(); // by ref id
    Result<QHash<QByteArray, int>> stored(const QList<QByteArray> &deliveryIds);
    Result<QStringList> unexpected();
    Result<QStringList> parked();
    Result<Ledger> ledger(); // of accepted calls

private:
    Result<QStringList> unexpectedInAll();

    PgConnection m_connection;
    QUrl m_mocks;
    SentBefore m_sent; // by this run
    std::optional<SentBefore> m_alone; // the earlier ones
    QList<QByteArray> m_refs, m_trackingNumbers;
};

// One GET; Unavailable without a 200.
Result<QByteArray> get(const QUrl &url);

} // namespace oo::chaos
