#include "service/store/call_ledger.h"

namespace oo {

namespace {

using Element = PgArray::Element;

std::optional<CallState> callState(const PgRows &rows, int row, const char *column)
{
    const auto text = rows.optionalText(row, rows.column(column));
    return text ? fromText<CallState>(*text) : std::nullopt;
}

bool isDelivered(std::optional<EventType> type)
{
    return type == EventType::BookingCreateRequest || type == EventType::BookingCancelRequest || type == EventType::ShopNotification;
}

BookingProgress bookingProgress(const PgRows &rows, int row)
{
    if (rows.isNull(row, rows.column("booking_id")))
        return BookingProgress::NotBooked;
    const auto call = callState(rows, row, "booking_call_state");
    if (call == CallState::Refused)
        return BookingProgress::Refused;
    if (call == CallState::Accepted)
        return BookingProgress::Accepted;
    if (!rows.boolean(row, rows.column("booking_settled")))
        return BookingProgress::Unresolved;
    const auto outcome = rows.optionalText(row, rows.column("booking_outcome"));
    if (outcome && fromText<Outcome>(*outcome) == Outcome::Superseded)
        return BookingProgress::Superseded;
    return BookingProgress::Accepted; // processed without a ledger row: another team's worker or the older service
}

} // namespace

PgCommand CallLedger::situations(const QList<EventId> &events)
{
    PgArray ids(Element::Int8);
    for (const auto &id : events)
        ids.add(id.value());
    return {sql::deliverySituations, PgParams().add(ids)};
}

std::vector<EffectSituation> CallLedger::readSituations(const PgRows &rows)
{
    std::vector<EffectSituation> all;
    for (int row = 0; row < rows.size(); ++row) {
        const auto type = fromText<EventType>(rows.text(row, rows.column("type")));
        const auto order = rows.optionalOrderId(row, rows.column("order_id"));
        const auto facts = type ? readFacts(*type, rows.text(row, rows.column("payload"))) : std::nullopt;
        EffectSituation effect;
        effect.id = EventId(rows.int8(row, rows.column("id")));
        effect.situation.settled = rows.boolean(row, rows.column("settled"));
        effect.situation.parked = rows.boolean(row, rows.column("parked"));
        effect.isEffect = isDelivered(type) && order && facts;
        if (effect.isEffect) {
            effect.orderId = *order;
            effect.refId = rows.optionalText(row, rows.column("ref_id")).value_or(QByteArray());
            effect.facts = *facts;
            effect.situation.type = *type;
            if (rows.boolean(row, rows.column("booking_parked")))
                effect.parkedBooking = EventId(rows.int8(row, rows.column("booking_id")));
            effect.situation.call = callState(rows, row, "call_state");
            effect.situation.leased = rows.boolean(row, rows.column("leased"));
            effect.situation.booking = bookingProgress(rows, row);
        }
        all.push_back(std::move(effect));
    }
    return all;
}

PgCommand CallLedger::claim(const std::vector<CallDraft> &drafts, double leaseSeconds) const
{
    PgArray event(Element::Int8), order(Element::Uuid), key(Element::Text), path(Element::Text), body(Element::Text);
    for (const auto &draft : drafts) {
        event.add(draft.event.value());
        order.add(draft.order);
        key.add(draft.idempotencyKey);
        path.add(draft.path);
        body.add(draft.body);
    }
    PgParams params;
    params.add(event).add(order).add(key).add(path).add(body).add(m_owner).add(leaseSeconds);
    return {sql::callsClaim, std::move(params)};
}

std::vector<ClaimedCall> CallLedger::readClaims(const PgRows &rows)
{
    std::vector<ClaimedCall> calls;
    calls.reserve(static_cast<size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        calls.push_back({EventId(rows.int8(row, rows.column("event_id"))), rows.int4(row, rows.column("attempt")),
                         rows.text(row, rows.column("idempotency_key")), rows.text(row, rows.column("path")),
                         rows.text(row, rows.column("request_body")),
                         fromText<CallState>(rows.text(row, rows.column("state"))) == CallState::Unknown});
    }
    return calls;
}

PgCommand CallLedger::result(const std::vector<CallOutcome> &outcomes) const
{
    PgArray event(Element::Int8), attempt(Element::Int4), state(Element::Text), status(Element::Int4), answer(Element::Text), took(Element::Int4);
    for (const auto &outcome : outcomes) {
        event.add(outcome.event.value());
        attempt.add(outcome.attempt);
        state.add(bytesOf(outcome.state));
        status.add(outcome.httpStatus);
        answer.add(outcome.answer);
        took.add(outcome.tookMs);
    }
    return {sql::callsResult, PgParams().add(event).add(attempt).add(state).add(status).add(answer).add(took).add(m_owner)};
}

Status CallLedger::unclaim(const std::vector<ClaimedCall> &calls)
{
    PgArray event(Element::Int8), attempt(Element::Int4);
    for (const auto &call : calls) {
        event.add(call.event.value());
        attempt.add(call.attempt);
    }
    const auto done = m_connection.run(sql::callsUnclaim, PgParams().add(event).add(attempt).add(m_owner));
    return done ? Status() : failure(done);
}

} // namespace oo
