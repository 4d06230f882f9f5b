#include "service/store/redactions.h"

#include "service/store/transaction.h"

namespace oo {

namespace {

using Element = PgArray::Element;

constexpr int kOrdersAtOnce = 500, kEventsAtOnce = 5000;

PgArray textArray(const QList<QByteArray> &texts)
{
    PgArray array(Element::Text);
    for (const auto &text : texts)
        array.add(text);
    return array;
}

// A PostgreSQL array of plain values as text: {a,b}.
QList<QByteArray> elementsOf(const QByteArray &array)
{
    const auto inside = array.mid(1, array.size() - 2);
    QList<QByteArray> elements;
    for (auto element : inside.isEmpty() ? QList<QByteArray>() : inside.split(',')) {
        if (element.startsWith('"'))
            element = element.mid(1, element.size() - 2).replace("\\\"", "\"").replace("\\\\", "\\");
        elements.append(element);
    }
    return elements;
}

PgParams selectionOf(const RedactionRequest &request, PgParams params)
{
    params.add(request.shopDomain).add(request.isWholeShop).add(textArray(request.values(SubjectKind::Order)));
    params.add(textArray(request.values(SubjectKind::Customer))).add(textArray(request.values(SubjectKind::Email))).add(textArray(request.values(SubjectKind::Phone)));
    return params;
}

} // namespace

Result<QByteArray> tombstoneKey(PgConnection &connection)
{
    const auto rows = connection.run(sql::redactionKey);
    if (!rows)
        return failure(rows);
    return rows->text(0, 0);
}

Result<bool> Redactions::tryLock()
{
    const auto rows = m_connection.run(sql::redactionTryLock);
    if (!rows)
        return failure(rows);
    return rows->boolean(0, 0);
}

Status Redactions::unlock()
{
    const auto done = m_connection.run(sql::redactionUnlock);
    return done ? Status() : failure(done);
}

Result<std::optional<OpenRedaction>> Redactions::nextOpen()
{
    const auto rows = m_connection.run(sql::redactionOpen, PgParams().add(textArray(redactionTopics())));
    if (!rows)
        return failure(rows);
    if (rows->size() == 0)
        return std::optional<OpenRedaction>();
    return std::optional(OpenRedaction{EventId(rows->int8(0, rows->column("id"))), rows->text(0, rows->column("topic")), rows->optionalText(0, rows->column("body")).value_or(QByteArray()),
                                       rows->instant(0, rows->column("received_at"))});
}

Status Redactions::bury(const QByteArray &key, EventId request, QByteArrayView shopDomain, const QList<Subject> &subjects)
{
    if (subjects.isEmpty())
        return {};
    PgArray hashes(Element::Bytea), forEver(Element::Bool);
    for (const auto &subject : subjects) {
        hashes.add(subjectHash(key, shopDomain, subject));
        forEver.add(isForEver(subject.kind));
    }
    if (const auto kept = m_connection.run(sql::tombstonesInsert, PgParams().add(hashes).add(forEver).add(request.value())); !kept)
        return failure(kept);
    const auto waited = m_connection.runAll({{sql::begin, {}}, {sql::tombstonesWait, {}}, {sql::commit, {}}});
    Transaction transaction(m_connection);
    if (!waited)
        return failure(waited);
    transaction.committed();
    return {};
}

Result<OrdersToErase> Redactions::orders(const RedactionRequest &request, const OrderId &after)
{
    const auto rows = m_connection.run(sql::redactionOrders, selectionOf(request, PgParams().add(after)).add(kOrdersAtOnce));
    if (!rows)
        return failure(rows);
    OrdersToErase found;
    for (int row = 0; row < rows->size(); ++row) {
        const auto id = rows->optionalOrderId(row, rows->column("id"));
        if (rows->int8(row, rows->column("looked_at")) == kOrdersAtOnce)
            found.last = rows->optionalOrderId(row, rows->column("last"));
        if (!id || !rows->boolean(row, rows->column("asked")))
            continue;
        found.orders.append(*id);
        found.subjects.append(subjectOf(SubjectKind::Order, rows->text(row, rows->column("ref_id"))));
        for (const auto &number : elementsOf(rows->text(row, rows->column("tracking_numbers"))))
            found.subjects.append(subjectOf(SubjectKind::Tracking, number));
    }
    return found;
}

Result<EventsToErase> Redactions::events(const RedactionRequest &request, EventId after)
{
    const auto rows = m_connection.run(sql::redactionEvents, selectionOf(request, PgParams().add(after.value())).add(kEventsAtOnce).add(textArray(redactionTopics())));
    if (!rows)
        return failure(rows);
    EventsToErase found;
    for (const auto &id : elementsOf(rows->text(0, rows->column("ids"))))
        found.events.append(EventId(id.toLongLong()));
    if (rows->int8(0, rows->column("looked_at")) == kEventsAtOnce)
        found.last = EventId(rows->int8(0, rows->column("last")));
    return found;
}

Result<ErasedCounts> Redactions::eraseOrders(const QList<OrderId> &orders)
{
    PgArray ids(Element::Uuid);
    for (const auto &order : orders)
        ids.add(order);
    const auto rows = m_connection.run(sql::redactionEraseOrders, PgParams().add(ids));
    if (!rows)
        return failure(rows);
    return ErasedCounts{rows->int8(0, rows->column("orders")), rows->int8(0, rows->column("events"))};
}

Result<ErasedCounts> Redactions::eraseEvents(const QList<EventId> &events)
{
    PgArray ids(Element::Int8);
    for (const auto &event : events)
        ids.add(event.value());
    const auto rows = m_connection.run(sql::redactionEraseEvents, PgParams().add(ids));
    if (!rows)
        return failure(rows);
    return ErasedCounts{0, rows->int8(0, 0)};
}

Status Redactions::finish(const OpenRedaction &open, QByteArrayView shopDomain, const QByteArray &detail, const ErasedCounts &counts)
{
    PgArray own(Element::Int8);
    own.add(open.event.value());
    PgParams params;
    params.add(open.event.value()).add(open.topic).add(shopDomain).add(open.receivedAt).add(detail).add(counts.orders).add(counts.events);
    const auto done = m_connection.runAll({{sql::begin, {}}, {sql::redactionEraseEvents, PgParams().add(own)}, {sql::redactionFinish, std::move(params)}, {sql::commit, {}}});
    Transaction transaction(m_connection);
    if (!done)
        return failure(done);
    transaction.committed();
    return {};
}

} // namespace oo
