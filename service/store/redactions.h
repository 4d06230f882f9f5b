#pragma once
// Requests to forget somebody, as the database carries them out (design §5 "Redaction", sql/migrations/0011_redaction.sql).

#include "service/domain/personal_data.h"
#include "service/store/tombstone_key.h"
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

// What a request may reach: read after everything older than its tombstones is committed.
struct RedactionBounds
{
    EventId last;
    bool isOnlyShop = false; // no other was ever heard of: what is of no known shop is its own
};

// Some of a request's events: those of orders by the orders' ids at Shopify, the others by their own.
struct RedactionPage
{
    QList<QByteArray> orders;
    QList<EventId> events;
    std::optional<EventId> last; // where the next look begins; nullopt: there are no more
};

struct ErasedCounts
{
    qint64 orders = 0, events = 0;

    ErasedCounts &operator+=(const ErasedCounts &more)
    {
        orders += more.orders;
        events += more.events;
        return *this;
    }
};

class Redactions
{
public:
    explicit Redactions(PgConnection &connection) : m_connection(connection) {}

    Result<bool> tryLock(); // one process at a time; held until unlock() or the connection's end
    Status unlock();
    Result<std::optional<OpenRedaction>> nextOpen();

    // Two things to remember. Who reads them afterwards stores nothing of these people; who read them before is among readers().
    Status bury(EventId request, QByteArrayView shopDomain, const QList<Subject> &subjects);
    Status forgetOrders(EventId request, const QList<QByteArray> &orders);
    // Open transactions; given some, those of them that are still open. Waiting for them holds up nobody.
    Result<QList<QByteArray>> readers(const std::optional<QList<QByteArray>> &ofThese = std::nullopt);

    Result<RedactionBounds> bounds(const RedactionRequest &request);
    Result<RedactionPage> page(const RedactionRequest &request, const RedactionBounds &bounds, EventId after);
    Result<QList<Subject>> parcelsOf(const QList<QByteArray> &orders);
    Result<ErasedCounts> eraseOrders(const QList<QByteArray> &orders);
    Result<ErasedCounts> eraseEvents(const QList<EventId> &events);
    Status finish(const OpenRedaction &open, QByteArrayView shopDomain, const QByteArray &detail, const ErasedCounts &counts);

private:
    PgConnection &m_connection;
    TombstoneKey m_key;
};

} // namespace oo
