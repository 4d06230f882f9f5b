#include "service/store/event_store.h"

#include "shared/core/json_text.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace oo {

namespace {

using Element = PgArray::Element;

std::vector<int> sortedByDelivery(const std::vector<IngestRequest> &requests)
{
    std::vector<int> order(requests.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const auto &left = requests[static_cast<size_t>(a)].event;
        const auto &right = requests[static_cast<size_t>(b)].event;
        return std::tie(left.source, left.deliveryId) < std::tie(right.source, right.deliveryId);
    });
    return order;
}

PgParams insertParams(const std::vector<IngestRequest> &requests, const std::vector<int> &which, bool withDeliveryId)
{
    PgArray n(Element::Int4), source(Element::Text), type(Element::Text), refId(Element::Text), payload(Element::Text),
        deliveryId(Element::Text), businessAt(Element::TimestampTz), triggeredAt(Element::TimestampTz),
        paymentRank(Element::Int2), digest(Element::Bytea), headers(Element::Text), body(Element::Bytea);
    for (const int index : which) {
        const auto &request = requests[static_cast<size_t>(index)];
        const auto &event = request.event;
        n.add(index);
        source.add(event.source);
        type.add(event.type);
        refId.add(event.refId);
        payload.add(event.payload);
        if (withDeliveryId)
            deliveryId.add(event.deliveryId);
        else
            deliveryId.addNull();
        businessAt.add(event.businessAt);
        triggeredAt.add(event.triggeredAt);
        if (event.paymentRank)
            paymentRank.add(static_cast<int>(*event.paymentRank));
        else
            paymentRank.addNull();
        digest.add(event.bodyDigest);
        headers.add(request.headers);
        body.add(request.body);
    }
    PgParams params;
    params.add(n).add(source).add(type).add(refId).add(payload).add(deliveryId).add(businessAt).add(triggeredAt);
    params.add(paymentRank).add(digest).add(headers).add(body);
    return params;
}

void addSubjects(PgParams &params, const std::vector<IngestRequest> &requests, const QByteArray &key)
{
    PgArray n(Element::Int4), hash(Element::Bytea), createdAt(Element::TimestampTz);
    for (size_t i = 0; i < requests.size(); ++i) {
        const auto &subjects = requests[i].event.subjects;
        for (const auto &subject : subjects.all) {
            n.add(static_cast<int>(i));
            hash.add(subjectHash(key, subjects.shopDomain, subject));
            createdAt.add(subjects.orderCreatedAt);
        }
    }
    params.add(n).add(hash).add(createdAt);
}

QByteArray newEventJson(const NewEvent &event, EventId id, Instant receivedAt)
{
    return writeEventJson({id, event.source, event.type, event.refId, std::nullopt, event.payload, receivedAt, std::nullopt});
}

} // namespace

QByteArray writeEventJson(const EventJson &event)
{
    QByteArray out;
    out.reserve(event.payload.size() + 256);
    JsonObjectWriter json(out);
    json.number("id", event.id.value());
    json.string("source", event.source);
    json.string("type", event.type);
    json.optionalString("refId", event.refId);
    json.optionalString("orderId", event.orderId ? std::optional(toText(*event.orderId)) : std::nullopt);
    json.raw("payload", event.payload);
    json.string("receivedAt", toText(event.receivedAt));
    json.optionalString("processedAt", event.processedAt ? std::optional(toText(*event.processedAt)) : std::nullopt);
    json.close();
    return out;
}

Status EventStore::insert(const std::vector<IngestRequest> &requests, const std::vector<int> &which, bool withDeliveryId,
                          std::vector<IngestOutcome> &outcomes)
{
    const auto key = m_tombstoneKey.read(m_connection);
    if (!key)
        return failure(key);
    auto params = insertParams(requests, which, withDeliveryId);
    addSubjects(params, requests, *key);
    const auto rows = m_connection.run(sql::ingestInsert, params);
    if (!rows)
        return failure(rows);
    const int n = rows->column("n"), id = rows->column("id"), receivedAt = rows->column("received_at");
    for (int row = 0; row < rows->size(); ++row) {
        const auto index = static_cast<size_t>(rows->int4(row, n));
        const EventId eventId(rows->int8(row, id));
        outcomes[index] = {IngestResult::Stored, eventId, !withDeliveryId,
                           newEventJson(requests[index].event, eventId, rows->instant(row, receivedAt))};
    }
    return {};
}

Status EventStore::answerRepeats(const std::vector<IngestRequest> &requests, const std::vector<int> &repeats,
                                 std::vector<IngestOutcome> &outcomes)
{
    PgArray n(Element::Int4), source(Element::Text), deliveryId(Element::Text), digest(Element::Bytea);
    for (const int index : repeats) {
        const auto &event = requests[static_cast<size_t>(index)].event;
        n.add(index);
        source.add(event.source);
        deliveryId.add(event.deliveryId);
        digest.add(event.bodyDigest);
    }
    const auto rows = m_connection.run(sql::ingestFindRepeats, PgParams().add(n).add(source).add(deliveryId).add(digest));
    if (!rows)
        return failure(rows);

    std::vector<int> conflicting;
    PgArray eventIds(Element::Int8), headers(Element::Text);
    for (int row = 0; row < rows->size(); ++row) {
        const int index = rows->int4(row, rows->column("n"));
        if (!rows->boolean(row, rows->column("same_body"))) {
            conflicting.push_back(index);
            continue;
        }
        const EventId id(rows->int8(row, rows->column("id")));
        outcomes[static_cast<size_t>(index)] = {
            IngestResult::Repeated, id, false,
            writeEventJson({id, rows->text(row, rows->column("source")), rows->text(row, rows->column("type")),
                            rows->optionalText(row, rows->column("ref_id")),
                            rows->optionalOrderId(row, rows->column("order_id")),
                            rows->text(row, rows->column("payload")), rows->instant(row, rows->column("received_at")),
                            rows->optionalInstant(row, rows->column("processed_at"))})};
        eventIds.add(id.value());
        headers.add(requests[static_cast<size_t>(index)].headers);
    }
    if (auto counted = m_connection.run(sql::ingestInsertRepeats, PgParams().add(eventIds).add(headers)); !counted)
        return failure(counted);
    return conflicting.empty() ? Status() : insert(requests, conflicting, false, outcomes);
}

Result<std::vector<IngestOutcome>> EventStore::store(const std::vector<IngestRequest> &requests)
{
    std::vector<IngestOutcome> outcomes(requests.size());
    if (auto inserted = insert(requests, sortedByDelivery(requests), true, outcomes); !inserted)
        return failure(inserted);
    std::vector<int> repeats;
    for (size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].result != IngestResult::Stored)
            repeats.push_back(static_cast<int>(i));
    }
    if (!repeats.empty()) {
        if (auto answered = answerRepeats(requests, repeats, outcomes); !answered)
            return failure(answered);
    }
    return outcomes;
}

} // namespace oo
