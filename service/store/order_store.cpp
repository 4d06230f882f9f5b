#include "service/store/order_store.h"

#include "service/faults/fault_points.h"
#include "service/store/order_rows.h"

#include <algorithm>
#include <iterator>

namespace oo {

namespace {

using Element = PgArray::Element;

constexpr char kLockTimeout[] = "1000ms";

PgArray idArray(const QList<EventId> &ids)
{
    PgArray array(Element::Int8);
    for (const auto &id : ids)
        array.add(id.value());
    return array;
}

PgArray foldingTypes()
{
    PgArray types(Element::Text);
    for (const auto &row : EnumTable<EventType>::rows)
        types.add(QByteArrayView(row.text.data(), static_cast<qsizetype>(row.text.size())));
    return types;
}

// $1 to $3 of the statements that deal with new tracking numbers.
PgParams trackingParams(const std::vector<OrderRow> &orders)
{
    PgArray courier(Element::Text), number(Element::Text), id(Element::Uuid);
    for (const auto &order : orders) {
        courier.add(order.state.courier);
        number.add(order.state.trackingNumber);
        id.add(order.id);
    }
    return PgParams().add(courier).add(number).add(id);
}

PgArray trackingHashes(const std::vector<OrderRow> &orders, QByteArrayView tombstoneKey)
{
    PgArray hash(Element::Bytea);
    for (const auto &order : orders)
        hash.add(subjectHash(tombstoneKey, {}, subjectOf(SubjectKind::Tracking, order.state.trackingNumber.value_or(QByteArray()))));
    return hash;
}

PgCommand bindCommand(const QList<std::pair<EventId, OrderId>> &events)
{
    PgArray id(Element::Int8), order(Element::Uuid);
    for (const auto &[event, owner] : events) {
        id.add(event.value());
        order.add(owner);
    }
    return {sql::courierEventsBind, PgParams().add(id).add(order)};
}

} // namespace

PgCommand insertEffects(const QList<NewEvent> &effects)
{
    PgArray source(Element::Text), type(Element::Text), refId(Element::Text), order(Element::Uuid), payload(Element::Text),
        digest(Element::Bytea), key(Element::Text), settled(Element::Bool);
    for (const auto &effect : effects) {
        const auto kind = fromText<EventType>(effect.type);
        source.add(effect.source);
        type.add(effect.type);
        refId.add(effect.refId);
        order.add(effect.orderId);
        payload.add(effect.payload);
        digest.add(effect.bodyDigest);
        key.add(effect.effectKey);
        settled.add(kind == EventType::BookingConfirmed || kind == EventType::BookingRefused);
    }
    PgParams params;
    params.add(source).add(type).add(refId).add(order).add(payload).add(digest).add(key).add(settled);
    return {sql::effectsInsert, std::move(params)};
}

PgCommand settleEvents(const std::vector<Settlement> &settled)
{
    PgArray id(Element::Int8), order(Element::Uuid), outcome(Element::Text), detail(Element::Text);
    for (const auto &settlement : settled) {
        id.add(settlement.id.value());
        order.add(settlement.orderId);
        outcome.add(bytesOf(settlement.outcome));
        detail.add(settlement.detail);
    }
    return {sql::eventsSettle, PgParams().add(id).add(order).add(outcome).add(detail)};
}

Result<std::vector<ResolvedEvent>> OrderStore::resolve(const QList<EventId> &ids)
{
    const auto rows = m_connection.run(sql::eventsResolve, PgParams().add(idArray(ids)));
    if (!rows)
        return failure(rows);
    std::vector<ResolvedEvent> events;
    events.reserve(static_cast<size_t>(rows->size()));
    for (int row = 0; row < rows->size(); ++row) {
        events.push_back({EventId(rows->int8(row, rows->column("id"))),
                          rows->optionalText(row, rows->column("source")).value_or(QByteArray()),
                          rows->text(row, rows->column("type")), rows->optionalText(row, rows->column("ref_id")),
                          rows->optionalOrderId(row, rows->column("order_id")),
                          rows->boolean(row, rows->column("settled")), rows->boolean(row, rows->column("parked")),
                          rows->int8(row, rows->column("age_us")),
                          rows->orderIds(row, rows->column("candidates"))});
    }
    return events;
}

Result<std::vector<OrderRow>> OrderStore::beginAndLock(const OrderKeys &keys, LockMode mode)
{
    auto locked = beginLockAnd(keys, mode, {});
    if (!locked)
        return failure(locked);
    return std::move(locked->orders);
}

Result<LockedOrders> OrderStore::beginLockAnd(const OrderKeys &keys, LockMode mode, std::vector<PgCommand> then)
{
    const bool wait = mode == LockMode::Wait;
    QList<QByteArray> refs = keys.refIds;
    std::sort(refs.begin(), refs.end());
    refs.resize(std::unique(refs.begin(), refs.end()) - refs.begin());
    PgArray refIds(Element::Text), ids(Element::Uuid);
    for (const auto &ref : std::as_const(refs))
        refIds.add(ref);
    for (const auto &id : keys.ids)
        ids.add(id);

    std::vector<PgCommand> commands;
    commands.push_back({sql::begin, {}});
    commands.push_back({sql::setLockTimeout, PgParams().add(QByteArrayView(kLockTimeout))});
    if (!refs.isEmpty())
        commands.push_back({sql::ordersInsertMissing, PgParams().add(refIds)});
    if (keys.effects.isEmpty())
        commands.push_back({isOff(Guard::RowLock) ? sql::ordersRead : wait ? sql::ordersLock : sql::ordersLockSkip, PgParams().add(refIds).add(ids)});
    else
        commands.push_back({wait ? sql::ordersLockOfEffects : sql::ordersLockOfEffectsSkip, PgParams().add(idArray(keys.effects))});
    const size_t lockAt = commands.size() - 1;
    if (!keys.courierEvents.isEmpty())
        commands.push_back(bindCommand(keys.courierEvents));
    const auto thenAt = static_cast<std::ptrdiff_t>(commands.size());
    std::move(then.begin(), then.end(), std::back_inserter(commands));
    auto answers = m_connection.runAll(commands);
    if (!answers)
        return failure(answers);
    LockedOrders locked{readOrderRows((*answers)[lockAt]), {}};
    std::move(answers->begin() + thenAt, answers->end(), std::back_inserter(locked.answers));
    return locked;
}

Result<LoadedEvents> OrderStore::loadEvents(const std::vector<OrderRow> &orders, const LoadLimits &limits)
{
    PgArray ids(Element::Uuid);
    for (const auto &order : orders)
        ids.add(order.id);
    static const PgArray types = foldingTypes();
    const auto rows = m_connection.run(sql::eventsOfOrders, PgParams().add(ids).add(types).add(limits.events + 1));
    if (!rows)
        return failure(rows);
    const auto tooMuch = [] { return fail(ErrorCode::Conflict, QStringLiteral("these orders have too many events for one batch")); };
    if (rows->size() > limits.events)
        return tooMuch();
    qint64 bytes = 0;
    LoadedEvents events;
    const int orderId = rows->column("order_id"), id = rows->column("id"), type = rows->column("type"),
              businessAt = rows->column("business_at"), triggeredAt = rows->column("triggered_at"),
              paymentRank = rows->column("payment_rank"), digest = rows->column("body_digest"),
              settled = rows->column("settled"), payload = rows->column("payload");
    for (int row = 0; row < rows->size(); ++row) {
        const auto kind = fromText<EventType>(rows->text(row, type));
        const auto text = rows->text(row, payload);
        bytes += text.size();
        if (bytes > limits.payloadBytes)
            return tooMuch();
        const auto facts = kind ? readFacts(*kind, text) : std::nullopt;
        StoredEvent event;
        event.id = EventId(rows->int8(row, id));
        if (!facts) {
            events.unreadable.insert(event.id);
            continue;
        }
        events.readable.insert(event.id);
        event.type = *kind;
        event.businessAt = rows->optionalInstant(row, businessAt);
        event.triggeredAt = rows->optionalInstant(row, triggeredAt);
        if (!rows->isNull(row, paymentRank))
            event.paymentRank = static_cast<PaymentStatus>(rows->int4(row, paymentRank));
        event.bodyDigest = rows->text(row, digest);
        event.settled = rows->boolean(row, settled);
        event.facts = *facts;
        events.byOrder[rows->orderId(row, orderId)].append(std::move(event));
    }
    return events;
}

Result<WriteResult> OrderStore::writeAndCommit(const OrderWrites &writes, std::vector<PgCommand> extra)
{
    const auto key = m_tombstoneKey.read(m_connection);
    if (!key)
        return failure(key);
    std::vector<PgCommand> commands;
    std::optional<size_t> effectsAt, attachedAt;
    if (!writes.changed.empty())
        commands.push_back(writeOrderRows(writes.changed, *key));
    if (!writes.effects.isEmpty()) {
        effectsAt = commands.size();
        commands.push_back(insertEffects(writes.effects));
    }
    if (!writes.settled.empty())
        commands.push_back(settleEvents(writes.settled));
    if (!writes.newTracking.empty()) {
        commands.push_back({sql::trackingInsert, trackingParams(writes.newTracking).add(trackingHashes(writes.newTracking, *key))});
        attachedAt = commands.size();
        commands.push_back({sql::courierEventsAttach, trackingParams(writes.newTracking)});
        commands.push_back({sql::courierEventsForget, trackingParams(writes.newTracking)});
    }
    for (auto &command : extra)
        commands.push_back(std::move(command));
    const bool commitsApart = isArmed(FaultPoint::BeforeWorkCommit);
    if (!commitsApart)
        commands.push_back({sql::commit, {}});
    const auto answers = m_connection.runAll(commands);
    if (!answers)
        return failure(answers);
    if (commitsApart) {
        passFaultPoint(FaultPoint::BeforeWorkCommit);
        if (const auto committed = m_connection.run(sql::commit); !committed)
            return failure(committed);
    }

    WriteResult result;
    if (effectsAt) {
        const auto &rows = (*answers)[*effectsAt];
        for (int row = 0; row < rows.size(); ++row)
            result.effects.append({EventId(rows.int8(row, rows.column("id"))), rows.text(row, rows.column("type"))});
    }
    if (attachedAt) {
        const auto &rows = (*answers)[*attachedAt];
        for (int row = 0; row < rows.size(); ++row)
            result.courierEvents.append(EventId(rows.int8(row, rows.column("id"))));
    }
    return result;
}

Status OrderStore::record(const QList<EventId> &ids)
{
    const auto done = m_connection.run(sql::eventsRecord, PgParams().add(idArray(ids)));
    return done ? Status() : failure(done);
}

Result<std::vector<OrderRow>> OrderStore::page(const OrderId &after, int limit)
{
    const auto rows = m_connection.run(sql::ordersPage, PgParams().add(after).add(limit));
    if (!rows)
        return failure(rows);
    return readOrderRows(*rows);
}

} // namespace oo
