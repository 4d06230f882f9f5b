#include "service/domain/shopify_mapper.h"

#include "shared/core/json_reader.h"
#include "service/domain/order_payload.h"
#include "service/domain/signature.h"
#include "shared/core/json_text.h"

namespace oo {

namespace {

struct TopicRow
{
    std::string_view topic;
    EventType type;
};

constexpr TopicRow kOrderTopics[] = {
    {"orders/create", EventType::OrderCreated},
    {"orders/updated", EventType::OrderUpdated},
    {"orders/paid", EventType::OrderUpdated},
    {"orders/cancelled", EventType::OrderUpdated},
    {"orders/fulfilled", EventType::OrderUpdated},
    {"orders/partially_fulfilled", EventType::OrderUpdated},
};

std::optional<EventType> orderTypeOf(QByteArrayView topic)
{
    for (const auto &row : kOrderTopics) {
        if (topic == QByteArrayView(row.topic.data(), static_cast<qsizetype>(row.topic.size())))
            return row.type;
    }
    return std::nullopt;
}

// What any topic's body may say about itself.
struct Body
{
    std::optional<qint64> id;
    std::optional<qint64> orderId;
    std::optional<QByteArray> createdAt;
    std::optional<QByteArray> updatedAt;
    std::optional<QByteArray> shopDomain;
    EventFacts facts;
    int members = 0;
};

std::optional<QByteArray> textOrNumber(const JsonMember &member)
{
    if (member.kind == JsonMember::Kind::Number)
        return QByteArray(member.raw.data(), static_cast<qsizetype>(member.raw.size()));
    return member.string();
}

std::optional<QByteArray> nonEmpty(std::optional<QByteArray> text)
{
    return text && !text->isEmpty() ? text : std::nullopt;
}

std::optional<qint64> usableId(const JsonMember &member)
{
    const auto id = member.integer();
    return id && *id > 0 ? id : std::nullopt;
}

struct BodyReader
{
    std::string_view key;
    void (*read)(Body &, const JsonMember &);
};

constexpr BodyReader kBodyReaders[] = {
    {"id", [](Body &b, const JsonMember &m) { b.id = usableId(m); }},
    {"order_id", [](Body &b, const JsonMember &m) { b.orderId = usableId(m); }},
    {"created_at", [](Body &b, const JsonMember &m) { b.createdAt = m.string(); }},
    {"updated_at", [](Body &b, const JsonMember &m) { b.updatedAt = m.string(); }},
    {"shop_domain", [](Body &b, const JsonMember &m) { b.shopDomain = nonEmpty(m.string()); }},
    {"name", [](Body &b, const JsonMember &m) { b.facts.name = m.string(); }},
    {"customer", [](Body &b, const JsonMember &m) { b.facts.customer = m.objectText(); }},
    {"shipping_address", [](Body &b, const JsonMember &m) { b.facts.shippingAddress = m.objectText(); }},
    {"total_price", [](Body &b, const JsonMember &m) { b.facts.totalPrice = textOrNumber(m); }},
    {"currency", [](Body &b, const JsonMember &m) { b.facts.currency = m.string(); }},
    {"financial_status", [](Body &b, const JsonMember &m) { b.facts.financialStatus = nonEmpty(m.string()); }},
    {"fulfillment_status", [](Body &b, const JsonMember &m) { b.facts.fulfillmentStatus = m.string(); }},
    {"cancelled_at", [](Body &b, const JsonMember &m) { b.facts.cancelledAt = nonEmpty(m.string()); }},
    {"test",
     [](Body &b, const JsonMember &m) {
         if (m.kind == JsonMember::Kind::Boolean)
             b.facts.test = m.isTrue();
     }},
};

void readMember(Body &body, const JsonMember &member)
{
    ++body.members;
    for (const auto &row : kBodyReaders) {
        if (row.key == member.key) {
            row.read(body, member);
            return;
        }
    }
}

std::optional<Body> readBody(JsonReader &reader, const QByteArray &text)
{
    Body body;
    QByteArray edit;
    const bool readable = reader.forEachMember(text, [&](const JsonMember &member) {
        readMember(body, member);
        if (member.key == "order_edit" && member.kind == JsonMember::Kind::Object)
            edit = *member.objectText();
    });
    if (!readable)
        return std::nullopt;
    if (!edit.isEmpty()) { // orders/edited wraps everything (shopify-webhooks.md §3)
        const auto copy = edit;
        reader.forEachMember(copy, [&](const JsonMember &member) {
            if (member.key == "order_id")
                body.orderId = usableId(member);
            else if (member.key == "committed_at")
                body.updatedAt = member.string();
        });
    }
    return body;
}

QByteArray writeOtherPayload(const ShopifyHeaders &headers, const std::optional<QByteArray> &refId,
                             const std::optional<QByteArray> &date, const QByteArray &body)
{
    QByteArray out;
    out.reserve(body.size() + 256);
    JsonObjectWriter json(out);
    json.optionalString("refId", refId);
    json.string("source", bytesOf(EventSource::Shopify));
    json.string("topic", QByteArrayView(headers.topic));
    json.string("shopDomain", QByteArrayView(headers.shopDomain));
    json.optionalString("triggeredAt", nonEmpty(headers.triggeredAt));
    json.optionalString("date", date);
    json.raw("body", body);
    json.close();
    return out;
}

std::optional<Instant> instantOf(const std::optional<QByteArray> &text)
{
    return text ? parseInstant(*text) : std::nullopt;
}

NewEvent commonEvent(const ShopifyHeaders &headers, const QByteArray &rawBody, const std::optional<QByteArray> &date)
{
    NewEvent event;
    event.source = bytesOf(EventSource::Shopify);
    if (!headers.webhookId.isEmpty())
        event.deliveryId = headers.shopDomain + ':' + headers.webhookId;
    event.businessAt = instantOf(date);
    event.triggeredAt = parseInstant(headers.triggeredAt);
    event.bodyDigest = sha256(rawBody);
    return event;
}

} // namespace

Result<MappedWebhook> mapShopifyWebhook(const ShopifyHeaders &headers, const QByteArray &rawBody)
{
    thread_local JsonReader reader;
    if (headers.topic.isEmpty())
        return fail(ErrorCode::Invalid, QStringLiteral("the header X-Shopify-Topic is missing"));
    const QByteArray text = replaceUnstorableEscapes(rawBody);
    if (!reader.isObject(text))
        return fail(ErrorCode::Invalid, QStringLiteral("the body is not a JSON object"));
    auto body = readBody(reader, text);
    if (!body)
        return fail(ErrorCode::Invalid, QStringLiteral("the body is not a JSON object"));

    const auto date = body->updatedAt ? body->updatedAt : body->createdAt;
    MappedWebhook mapped{commonEvent(headers, rawBody, date), headers.topic, std::nullopt};
    auto &event = mapped.event;

    const auto orderType = orderTypeOf(headers.topic);
    const auto speaksOf = [&] { return shopifySubjects(headers.topic, headers.shopDomain, event.refId, text); };
    if (!orderType) {
        // The header is not signed: it must not be able to make an event that means something to the fold.
        event.type = fromText<EventType>(headers.topic) ? "topic:" + headers.topic : headers.topic;
        const auto ref = body->orderId ? body->orderId : headers.topic == "orders/delete" ? body->id : std::nullopt;
        if (ref)
            event.refId = QByteArray::number(*ref);
        event.payload = writeOtherPayload(headers, event.refId, date, text);
        if (!asksToForget(headers.topic)) // its own body names whom: it is erased when that is done
            event.subjects = speaksOf();
        return mapped;
    }
    if (!body->id)
        return fail(ErrorCode::Invalid, QStringLiteral("the order has no id that is a positive 64-bit integer"));

    event.type = bytesOf(*orderType);
    event.refId = QByteArray::number(*body->id);
    body->facts.stub = body->members == 1; // larger bodies can come as {"id": …} (shopify-webhooks.md §2.8)
    if (!headers.shopDomain.isEmpty())
        body->facts.shopDomain = headers.shopDomain;
    if (!body->facts.stub)
        event.paymentRank = paymentStatusOf(body->facts.financialStatus, body->facts.cancelledAt);
    if (body->facts.financialStatus && !isKnownFinancialStatus(*body->facts.financialStatus))
        mapped.unknownFinancialStatus = body->facts.financialStatus;
    event.subjects = speaksOf();
    event.payload = writeOrderPayload(
        {*event.refId, std::move(body->facts), date, headers.topic, nonEmpty(headers.triggeredAt)});
    return mapped;
}

} // namespace oo
