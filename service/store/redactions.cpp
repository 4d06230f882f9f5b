#include "service/store/redactions.h"

#include "service/store/transaction.h"

namespace oo {

namespace {

using Element = PgArray::Element;

constexpr int kEventsAtOnce = 1000;

PgArray textArray(const QList<QByteArray> &texts)
{
    PgArray array(Element::Text);
    for (const auto &text : texts)
        array.add(text);
    return array;
}

PgArray idArray(const QList<EventId> &ids)
{
    PgArray array(Element::Int8);
    for (const auto &id : ids)
        array.add(id.value());
    return array;
}

} // namespace

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
    const auto rows = m_connection.run(sql::redactionOpen);
    if (!rows)
        return failure(rows);
    if (rows->size() == 0)
        return std::optional<OpenRedaction>();
    return std::optional(OpenRedaction{EventId(rows->int8(0, rows->column("id"))), rows->text(0, rows->column("topic")), rows->optionalText(0, rows->column("body")).value_or(QByteArray()),
                                       rows->instant(0, rows->column("received_at"))});
}

Status Redactions::bury(EventId request, QByteArrayView shopDomain, const QList<Subject> &subjects)
{
    if (subjects.isEmpty())
        return {};
    const auto key = m_key.read(m_connection);
    if (!key)
        return failure(key);
    PgArray hashes(Element::Bytea), forEver(Element::Bool);
    for (const auto &subject : subjects) {
        for (const auto shop : {shopDomain, QByteArrayView("")}) { // the same person, where nobody said of which shop
            hashes.add(subjectHash(*key, shop, subject));
            forEver.add(isForEver(subject.kind));
        }
    }
    const auto kept = m_connection.run(sql::tombstonesInsert, PgParams().add(hashes).add(forEver).add(request.value()));
    return kept ? Status() : failure(kept);
}

Status Redactions::forgetOrders(EventId request, const QList<QByteArray> &orders)
{
    const auto kept = m_connection.run(sql::redactionForgetOrders, PgParams().add(textArray(orders)).add(request.value()));
    return kept ? Status() : failure(kept);
}

Result<QList<QByteArray>> Redactions::readers(const std::optional<QList<QByteArray>> &ofThese)
{
    PgParams params;
    if (ofThese)
        params.add(textArray(*ofThese));
    else
        params.addNull();
    const auto rows = m_connection.run(sql::redactionReaders, params);
    if (!rows)
        return failure(rows);
    QList<QByteArray> readers;
    for (int row = 0; row < rows->size(); ++row)
        readers.append(rows->text(row, 0));
    return readers;
}

Result<RedactionBounds> Redactions::bounds(const RedactionRequest &request)
{
    const auto rows = m_connection.run(sql::redactionBounds, PgParams().add(request.shopDomain));
    if (!rows)
        return failure(rows);
    return RedactionBounds{EventId(rows->int8(0, rows->column("last"))), rows->boolean(0, rows->column("only_shop"))};
}

Result<RedactionPage> Redactions::page(const RedactionRequest &request, const RedactionBounds &bounds, EventId after)
{
    PgParams params;
    params.add(after.value()).add(bounds.last.value()).add(request.shopDomain).add(request.isWholeShop).add(bounds.isOnlyShop);
    for (const auto kind : {SubjectKind::Order, SubjectKind::Customer, SubjectKind::Email, SubjectKind::Phone})
        params.add(textArray(request.values(kind)));
    const auto rows = m_connection.run(sql::redactionEvents, params.add(kEventsAtOnce));
    if (!rows)
        return failure(rows);
    RedactionPage found;
    const int id = rows->column("id"), refId = rows->column("ref_id");
    for (int row = 0; row < rows->size(); ++row) { // one at least, that says how far this look went
        if (rows->int8(row, rows->column("looked_at")) == kEventsAtOnce)
            found.last = EventId(rows->int8(row, rows->column("last")));
        const auto order = rows->optionalText(row, refId);
        if (order && !found.orders.contains(*order))
            found.orders.append(*order);
        else if (!order && !rows->isNull(row, id))
            found.events.append(EventId(rows->int8(row, id)));
    }
    return found;
}

Result<QList<Subject>> Redactions::parcelsOf(const QList<QByteArray> &orders)
{
    const auto rows = m_connection.run(sql::redactionTracking, PgParams().add(textArray(orders)));
    if (!rows)
        return failure(rows);
    QList<Subject> parcels;
    for (int row = 0; row < rows->size(); ++row)
        parcels.append(subjectOf(SubjectKind::Tracking, rows->text(row, 0)));
    return parcels;
}

Result<ErasedCounts> Redactions::eraseOrders(const QList<QByteArray> &orders)
{
    const auto rows = m_connection.run(sql::redactionEraseOrders, PgParams().add(textArray(orders)));
    if (!rows)
        return failure(rows);
    return ErasedCounts{rows->int8(0, rows->column("orders")), rows->int8(0, rows->column("events"))};
}

Result<ErasedCounts> Redactions::eraseEvents(const QList<EventId> &events)
{
    const auto rows = m_connection.run(sql::redactionEraseEvents, PgParams().add(idArray(events)));
    if (!rows)
        return failure(rows);
    return ErasedCounts{0, rows->int8(0, 0)};
}

Status Redactions::finish(const OpenRedaction &open, QByteArrayView shopDomain, const QByteArray &detail, const ErasedCounts &counts)
{
    PgParams params;
    params.add(open.event.value()).add(open.topic).add(shopDomain).add(open.receivedAt).add(detail).add(counts.orders).add(counts.events);
    const auto done = m_connection.runAll({{sql::begin, {}}, {sql::redactionEraseEvents, PgParams().add(idArray({open.event}))}, {sql::redactionFinish, std::move(params)}, {sql::commit, {}}});
    Transaction transaction(m_connection);
    if (!done)
        return failure(done);
    transaction.committed();
    return {};
}

} // namespace oo
