#pragma once
// The call ledger (design §5 `outbound_calls`): who may call, with what, and what came of it.

#include "service/domain/delivery_rules.h"
#include "service/domain/event.h"
#include "service/store/pg_connection.h"

#include <vector>

namespace oo {

struct EffectSituation
{
    EventId id;
    bool isEffect = false; // else only `settled` and `parked` of its situation are filled in
    OrderId orderId;
    QByteArray refId;
    EventFacts facts;
    std::optional<EventId> parkedBooking; // of a cancellation: its booking waits for a person
    DeliverySituation situation; // payment is the caller's to fill in, from the locked order
};

struct CallDraft
{
    EventId event;
    OrderId order;
    QByteArray idempotencyKey;
    QByteArray path;
    QByteArray body;
};

struct ClaimedCall
{
    EventId event;
    int attempt = 1;
    QByteArray idempotencyKey;
    QByteArray path;
    QByteArray body;
    bool mayHaveLeft = false; // an earlier attempt may have reached the other side
};

struct CallOutcome
{
    EventId event;
    int attempt = 1;
    CallState state = CallState::Unknown;
    int httpStatus = 0; // 0: no answer
    QByteArray answer;  // UTF-8
    std::optional<int> tookMs = {};
};

class CallLedger
{
public:
    CallLedger(PgConnection &connection, QByteArray owner) : m_connection(connection), m_owner(std::move(owner)) {}

    static PgCommand situations(const QList<EventId> &events);
    static std::vector<EffectSituation> readSituations(const PgRows &rows); // of those events that exist

    // Claims those that nobody else holds, for `leaseSeconds`.
    PgCommand claim(const std::vector<CallDraft> &drafts, double leaseSeconds) const;
    static std::vector<ClaimedCall> readClaims(const PgRows &rows);

    PgCommand result(const std::vector<CallOutcome> &outcomes) const; // answers event_id of those that counted
    Status unclaim(const std::vector<ClaimedCall> &calls);            // nothing of them left the process

private:
    PgConnection &m_connection;
    QByteArray m_owner;
};

} // namespace oo
