#pragma once
// Requests to forget somebody, as the database carries them out (design §5 "Redaction", sql/migrations/0011_redaction.sql).

#include "service/domain/personal_data.h"
#include "service/store/pg_connection.h"
#include "shared/model/ids.h"

#include <optional>

namespace oo {

struct OpenRedaction
{
    EventId event;
    QByteArray topic;
    QByteArray body; // JSON, as it came
    Instant receivedAt;
};

// Some of a request's orders, with all by which they may come again.
struct OrdersToErase
{
    QList<OrderId> orders;
    QList<Subject> subjects;
    std::optional<OrderId> last; // where the next look begins; nullopt: there are no more
};

struct EventsToErase
{
    QList<EventId> events;
    std::optional<EventId> last;
};

struct ErasedCounts
{
    qint64 orders = 0, events = 0;
};

class Redactions
{
public:
    explicit Redactions(PgConnection &connection) : m_connection(connection) {}

    Result<bool> tryLock(); // one process at a time; held until unlock() or the connection's end
    Status unlock();
    Result<std::optional<OpenRedaction>> nextOpen();

    // What is stored from here on, by whomever, is stored without them. Then everything older is committed.
    Status bury(const QByteArray &key, EventId request, QByteArrayView shopDomain, const QList<Subject> &subjects);

    Result<OrdersToErase> orders(const RedactionRequest &request, const OrderId &after);
    Result<EventsToErase> events(const RedactionRequest &request, EventId after);
    Result<ErasedCounts> eraseOrders(const QList<OrderId> &orders);
    Result<ErasedCounts> eraseEvents(const QList<EventId> &events);
    Status finish(const OpenRedaction &open, QByteArrayView shopDomain, const QByteArray &detail, const ErasedCounts &counts);

private:
    PgConnection &m_connection;
};

// The server's key for tombstones.
Result<QByteArray> tombstoneKey(PgConnection &connection);

} // namespace oo
