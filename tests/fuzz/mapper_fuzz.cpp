// Webhook bodies through both mappers. Input: five fields with a NUL after each (topic, shop, webhook id, time, the order's number as text), then the body.

#include "service/domain/courier_mapper.h"
#include "service/domain/shopify_mapper.h"
#include "shared/core/json_reader.h"
#include "shared/core/json_text.h"
#include "tests/fuzz/fuzzed.h"

#include <QString>

using namespace oo;

namespace {

bool storable(const QByteArray &payload) // as PostgreSQL's jsonb takes it
{
    JsonReader reader;
    return reader.isObject(payload) && replaceUnstorableEscapes(payload) == payload && payload.isValidUtf8();
}

std::optional<QByteArray> memberOf(const QByteArray &json, std::string_view key)
{
    std::optional<QByteArray> found;
    JsonReader().forEachMember(json, [&](const JsonMember &member) {
        if (member.key == key)
            found = member.string();
    });
    return found;
}

void checkEvent(const NewEvent &event, const QByteArray &body)
{
    fuzz::must(storable(event.payload), "a payload is a JSON object that can be stored");
    fuzz::must(event.bodyDigest.size() == 32, "a body has its digest");
    fuzz::must(!event.type.isEmpty() && !event.source.isEmpty(), "an event has its type and source");
    fuzz::must(JsonReader().isObject(replaceUnstorableEscapes(body)), "only JSON objects are mapped");
    (void)asStored(event);
}

void checkShopify(const ShopifyHeaders &headers, const QByteArray &body)
{
    const auto mapped = mapShopifyWebhook(headers, body);
    const auto again = mapShopifyWebhook(headers, body);
    fuzz::must(mapped.has_value() == again.has_value() && (!mapped || mapped->event.payload == again->event.payload), "the same body maps alike");
    if (!mapped)
        return;
    checkEvent(mapped->event, body);
    if (!mapped->event.refId)
        return;
    bool isNumber = false;
    const auto id = mapped->event.refId->toLongLong(&isNumber);
    fuzz::must(isNumber && id > 0 && QByteArray::number(id) == *mapped->event.refId, "a ref is a positive 64-bit number");
    fuzz::must(memberOf(mapped->event.payload, "refId") == mapped->event.refId, "the payload has the event's ref");
}

void checkExactId(const QByteArray &digits)
{
    bool isNumber = false;
    const auto id = digits.toLongLong(&isNumber);
    if (!isNumber || id <= 0)
        return;
    const auto number = QByteArray::number(id);
    for (const QByteArray &body : {"{\"id\":" + number + "}", "{\"id\":" + number + ",\"x\":1}"}) {
        const auto mapped = mapShopifyWebhook({"orders/create", "shop", "1", {}}, body);
        fuzz::must(mapped && mapped->event.refId == number, "an id arrives digit by digit");
    }
}

void checkCourier(const QByteArray &deliveryId, const QByteArray &body)
{
    const auto event = mapCourierWebhook(deliveryId, body);
    if (!event)
        return;
    checkEvent(*event, body);
    fuzz::must(event->businessAt.has_value(), "a courier's event has its time");
    fuzz::must(memberOf(event->payload, "trackingNumber") == event->refId, "the payload has the tracking number");
}

} // namespace

void oo::fuzz::check(const QByteArray &input)
{
    auto rest = input;
    ShopifyHeaders headers;
    for (auto *field : {&headers.topic, &headers.shopDomain, &headers.webhookId, &headers.triggeredAt}) {
        *field = takeField(rest);
        if (!field->isValidUtf8()) // as the gateway has it
            *field = QString::fromLatin1(*field).toUtf8();
    }
    checkExactId(takeField(rest));
    checkShopify(headers, rest);
    checkCourier(headers.webhookId, rest);
}
