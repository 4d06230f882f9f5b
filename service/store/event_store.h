#pragma once
// Where webhooks become durable (design §3 "Group commit").

#include "service/domain/ingest.h"
#include "service/store/tombstone_key.h"

#include <vector>

namespace oo {

struct IngestOutcome
{
    IngestResult result = IngestResult::Unavailable;
    EventId id;
    bool conflicting = false; // a known delivery id with another body: stored as a new event without delivery id
    QByteArray body;          // the event as JSON
};

class EventStore
{
public:
    explicit EventStore(PgConnection &connection) : m_connection(connection) {}

    // Stores all or, on an error, none of them; one outcome a request, in their order. Repeated deliveries are counted and
    // answered with their first event. Errors as PgConnection::run.
    Result<std::vector<IngestOutcome>> store(const std::vector<IngestRequest> &requests);

private:
    Status insert(const std::vector<IngestRequest> &requests, const std::vector<int> &which, bool withDeliveryId,
                  std::vector<IngestOutcome> &outcomes);
    Status answerRepeats(const std::vector<IngestRequest> &requests, const std::vector<int> &repeats,
                         std::vector<IngestOutcome> &outcomes);

    PgConnection &m_connection;
    TombstoneKey m_tombstoneKey;
};

// The event as the HTTP answer shows it: id, source, type, refId, orderId, payload, receivedAt, processedAt.
struct EventJson
{
    EventId id;
    QByteArray source;
    QByteArray type;
    std::optional<QByteArray> refId;
    std::optional<OrderId> orderId;
    QByteArray payload;
    Instant receivedAt;
    std::optional<Instant> processedAt;
};
QByteArray writeEventJson(const EventJson &event);

} // namespace oo
