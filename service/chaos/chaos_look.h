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

class Look
{
public:
    Look(const RunOptions &options, const Traffic &traffic);

    Result<QHash<QString, int>> openEvents(); // kind → count; `unbooked` stands for courier events without a booking
    Result<QHash<QByteArray, StoredOrder>> orders(); // by ref id
    Result<QHash<QByteArray, int>> stored(const QList<QByteArray> &deliveryIds);
    Result<QStringList> unexpected(const QList<QByteArray> &sentDeliveryIds);
    Result<QStringList> parked();
    Result<QHash<QByteArray, LedgerCounts>> ledger(); // accepted calls by ref id

private:
    PgConnection m_connection;
    QUrl m_mocks;
    QList<QByteArray> m_refs, m_trackingNumbers;
};

// One GET; Unavailable without a 200.
Result<QByteArray> get(const QUrl &url);

} // namespace oo::chaos
