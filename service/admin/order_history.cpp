#include "service/admin/order_history.h"

#include "service/admin/message_rows.h"
#include "service/admin/park_answers.h"
#include "service/domain/masking.h"
#include "service/domain/order_differences.h"
#include "service/store/order_store.h"

#include <algorithm>
#include <limits>

namespace oo {

namespace {

constexpr qint64 kBeyondAll = std::numeric_limits<qint64>::max();

PgArray idsOf(const std::vector<EventSummary> &events)
{
    PgArray ids(PgArray::Element::Int8);
    for (const auto &event : events)
        ids.add(event.id.value);
    return ids;
}

bool isInbound(const EventSummary &event)
{
    return event.source != bytesOf(EventSource::Internal);
}

void markOutOfOrder(std::vector<TimelineEntry> &timeline)
{
    std::optional<Instant> latest;
    for (auto &entry : timeline) {
        if (!entry.businessAt)
            continue;
        entry.outOfOrder = latest && *entry.businessAt < *latest;
        latest = latest ? std::max(*latest, *entry.businessAt) : *entry.businessAt;
    }
}

} // namespace

Status OrderHistories::addTimeline(const OrderId &order, OrderHistory &history, bool reveal)
{
    const auto &events = history.events;
    const auto rows = m_postgres.runAll({{sql::adminOrderDeliveries, PgParams().add(idsOf(events))},
                                         {sql::adminOrderParks, PgParams().add(idsOf(events))},
                                         {sql::adminOrderCalls, PgParams().add(order)}});
    if (!rows)
        return failure(rows);
    auto &timeline = history.timeline;
    const auto add = [&](Instant at, const char *kind, qint64 event, const QByteArray &text, std::optional<Instant> businessAt = {}) {
        timeline.push_back({at, businessAt, false, kind, ApiId{event}, text});
    };
    for (const auto &event : events) {
        add(event.receivedAt, isInbound(event) ? "event" : "decision", event.id.value, event.type, isInbound(event) ? event.businessAt : std::nullopt);
        if (event.processedAt)
            add(*event.processedAt, "settled", event.id.value, event.outcome.value_or("processed by an older worker") + (event.outcomeDetail ? ": " + *event.outcomeDetail : QByteArray()));
    }
    const auto &repeats = (*rows)[0], &parks = (*rows)[1];
    for (int row = 0; row < repeats.size(); ++row)
        add(repeats.instant(row, 1), "repeat", repeats.int8(row, 0), "delivered again");
    for (int row = 0; row < parks.size(); ++row) {
        add(parks.instant(row, 3), "parked", parks.int8(row, 0), parks.text(row, 1) + ": " + (reveal || !holdsForeignText(parks.text(row, 1)) ? parks.text(row, 2) : QByteArray(kMasked)));
        if (const auto released = parks.optionalInstant(row, 4))
            add(*released, "released", parks.int8(row, 0), parks.optionalText(row, 5).value_or("") + ": " + parks.optionalText(row, 6).value_or(""));
    }
    history.calls = messagesOf<CallSummary>((*rows)[2]);
    for (auto &call : history.calls) {
        if (!reveal)
            mask(call);
        add(call.createdAt, "call", call.eventId.value, "call for " + call.type);
        if (call.state != bytesOf(CallState::Intent))
            add(call.updatedAt, "answer", call.eventId.value, call.state + " at attempt " + QByteArray::number(call.attempt) + ": " + call.answer.value_or(""));
    }
    std::stable_sort(timeline.begin(), timeline.end(), [](const auto &a, const auto &b) { return a.at < b.at; });
    markOutOfOrder(timeline);
    return {};
}

Status OrderHistories::addStates(const OrderId &order, OrderHistory &history, bool &test)
{
    OrderRow row;
    row.id = order;
    auto loaded = OrderStore(m_postgres).loadEvents({row}, {maxEvents, std::numeric_limits<qint64>::max()});
    if (!loaded) {
        history.cut = loaded.error().code == ErrorCode::Conflict; // too many to tell the state after each
        return history.cut ? Status() : failure(loaded);
    }
    auto events = loaded->byOrder.value(order);
    std::sort(events.begin(), events.end(), [](const auto &a, const auto &b) { return a.id < b.id; });
    QList<StoredEvent> arrived;
    OrderState before;
    for (const auto &event : std::as_const(events)) {
        arrived.append(event);
        const auto folded = fold(arrived);
        const auto &state = folded.order;
        test = folded.test;
        history.states.push_back({ApiId{event.id.value()}, bytesOf(event.type), bytesOf(state.payment), bytesOf(state.shipping), state.placeholder,
                                  {maskedDifferences(differences(before, state))}});
        before = state;
    }
    return {};
}

Result<OrderExplanation> OrderHistories::explanationOf(const OrderId &order, const OrderSummary &row, const OrderHistory &history, bool test)
{
    OrderSituation situation;
    situation.payment = fromText<PaymentStatus>(QByteArrayView(row.paymentStatus)).value_or(PaymentStatus::Pending);
    situation.shipping = fromText<ShippingStatus>(QByteArrayView(row.shippingStatus)).value_or(ShippingStatus::Pending);
    situation.placeholder = row.placeholder;
    situation.test = test;
    situation.bookTestOrders = m_bookTestOrders;
    situation.financialStatus = row.financialStatus;
    for (const auto &event : history.events) {
        if (!isInbound(event) || event.processedAt)
            continue;
        const auto parked = event.parked ? fromText<ParkReason>(QByteArrayView(*event.parked)) : std::nullopt;
        if (!parked)
            ++situation.openEvents;
        else if (!situation.parkedEvent)
            situation.parkedEvent = {EventId(event.id.value), *parked};
    }
    const auto effects = m_postgres.run(sql::adminOrderEffects, PgParams().add(order));
    if (!effects)
        return failure(effects);
    for (int i = 0; i < effects->size(); ++i) {
        const auto optional = [&](const char *column) { return effects->optionalText(i, effects->column(column)); };
        EffectProgress progress;
        progress.event = EventId(effects->int8(i, 0));
        progress.settled = effects->boolean(i, effects->column("settled"));
        if (const auto text = optional("outcome"))
            progress.outcome = fromText<Outcome>(QByteArrayView(*text));
        if (const auto text = optional("parked"))
            progress.parked = fromText<ParkReason>(QByteArrayView(*text));
        if (const auto text = optional("state"))
            progress.call = fromText<CallState>(QByteArrayView(*text));
        progress.leased = effects->boolean(i, effects->column("leased"));
        progress.attempt = effects->int4(i, effects->column("attempt"));
        progress.answer = effects->text(i, effects->column("answer"));
        (effects->text(i, 1) == bytesOf(EventType::BookingCreateRequest) ? situation.booking : situation.cancellation) = progress;
    }
    return explain(situation);
}

Result<OrderHistory> OrderHistories::of(const OrderId &order, const OrderSummary &row, bool reveal)
{
    OrderHistory history;
    const auto rows = m_postgres.run(sql::adminEvents, PgParams().add(qint64(0)).add(kBeyondAll).addNull().addNull().addNull().add(order).addNull()
                                                           .addNull().addNull().addNull().addNull().addNull().add(maxEvents).addNull().addNull());
    if (!rows)
        return failure(rows);
    history.events = messagesOf<EventSummary>(*rows);
    history.cut = rows->size() == maxEvents;
    std::reverse(history.events.begin(), history.events.end());
    bool test = false;
    if (const auto added = addStates(order, history, test); !added)
        return failure(added);
    if (const auto added = addTimeline(order, history, reveal); !added)
        return failure(added);
    const auto explanation = explanationOf(order, row, history, test);
    if (!explanation)
        return failure(explanation);
    history.explanation = *explanation;
    for (auto &[name, value] : history.explanation.parameters) {
        if (!reveal && name == "answer" && !value.isEmpty())
            value = kMasked;
    }
    return history;
}

} // namespace oo
