#include "service/domain/masking.h"

#include "shared/core/json_reader.h"
#include "shared/core/json_text.h"
#include "shared/model/payload_fields.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace oo {

namespace {

constexpr std::string_view kOpenHeaders[] = {
    "content-type", "content-length", "host", "user-agent", "x-shopify-topic", "x-shopify-shop-domain", "x-shopify-webhook-id",
    "x-shopify-api-version", "x-shopify-triggered-at", "x-shopify-event-id", "x-shopify-test", "x-courier-webhook-id",
    "shopify-topic", "shopify-shop-domain", "shopify-webhook-id", "shopify-triggered-at",
};

} // namespace

bool isPersonal(QByteArrayView orderField)
{
    return orderField == "customer" || orderField == "shippingAddress";
}

bool isOpenPayloadField(QByteArrayView name)
{
    const std::string_view wanted(name.data(), static_cast<size_t>(name.size()));
    return std::find(std::begin(kOpenPayloadFields), std::end(kOpenPayloadFields), wanted) != std::end(kOpenPayloadFields);
}

QByteArray maskedPayload(QByteArrayView json)
{
    using Kind = JsonMember::Kind;
    thread_local JsonReader reader;
    QByteArray out = "{";
    const bool isObject = reader.isObject(json) && reader.forEachMember(json, [&](const JsonMember &member) {
        const QByteArrayView key(member.key.data(), static_cast<qsizetype>(member.key.size()));
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, key);
        out += ':';
        const bool isScalar = member.kind != Kind::Object && member.kind != Kind::Array; // a list of open names may hold anything
        if (member.kind == Kind::Null || (isScalar && isOpenPayloadField(key)))
            out += member.json();
        else
            appendJsonString(out, kMasked);
    });
    if (isObject)
        return out + '}';
    out.clear();
    appendJsonString(out, kMasked);
    return out;
}

QByteArray maskedDifferences(const QList<FieldDifference> &fields)
{
    QByteArray out;
    JsonObjectWriter json(out);
    for (const auto &field : fields) {
        QByteArray pair = "[";
        appendJsonString(pair, isPersonal(field.field) ? QByteArray(kMasked) : field.is);
        pair += ',';
        appendJsonString(pair, isPersonal(field.field) ? QByteArray(kMasked) : field.shouldBe);
        json.raw(field.field, pair + ']');
    }
    json.close();
    return out;
}

QByteArray maskedHeaders(QByteArrayView json)
{
    QByteArray out = "[";
    const auto headers = QJsonDocument::fromJson(json.toByteArray()).array();
    for (const auto &entry : headers) {
        const auto name = entry.toArray().at(0).toString().toUtf8();
        const auto lower = name.toLower();
        const std::string_view wanted(lower.constData(), static_cast<size_t>(lower.size()));
        const bool open = std::find(std::begin(kOpenHeaders), std::end(kOpenHeaders), wanted) != std::end(kOpenHeaders);
        out += out.size() > 1 ? ",[" : "[";
        appendJsonString(out, name);
        out += ',';
        appendJsonString(out, open ? entry.toArray().at(1).toString().toUtf8() : QByteArray(kMasked));
        out += ']';
    }
    return out + ']';
}

} // namespace oo
