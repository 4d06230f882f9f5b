#include "service/domain/courier_mapper.h"

#include "shared/core/json_reader.h"
#include "service/domain/signature.h"
#include "shared/core/json_text.h"

namespace oo {

namespace {

struct CourierBody
{
    std::optional<QByteArray> trackingNumber;
    std::optional<QByteArray> status;
    std::optional<QByteArray> courier;
    std::optional<QByteArray> timestamp;
};

bool isBlank(const std::optional<QByteArray> &text)
{
    return !text || text->trimmed().isEmpty();
}

QByteArray writePayload(const CourierBody &body)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.optionalString("trackingNumber", body.trackingNumber);
    json.optionalString("shippingStatus", body.status);
    json.optionalString("courier", body.courier);
    json.optionalString("date", body.timestamp);
    json.close();
    return out;
}

} // namespace

Result<NewEvent> mapCourierWebhook(const QByteArray &deliveryId, const QByteArray &rawBody)
{
    thread_local JsonReader reader;
    const QByteArray text = replaceUnstorableEscapes(rawBody);
    if (!reader.isObject(text))
        return fail(ErrorCode::Invalid, QStringLiteral("the body is not a JSON object"));
    CourierBody body;
    reader.forEachMember(text, [&body](const JsonMember &member) {
        if (member.key == "tracking_number")
            body.trackingNumber = member.string();
        else if (member.key == "status")
            body.status = member.string();
        else if (member.key == "courier")
            body.courier = member.string();
        else if (member.key == "timestamp")
            body.timestamp = member.string();
    });
    if (isBlank(body.trackingNumber))
        return fail(ErrorCode::Invalid, QStringLiteral("tracking_number is missing"));
    if (isBlank(body.courier))
        return fail(ErrorCode::Invalid, QStringLiteral("courier is missing"));
    if (!body.status || !fromText<ShippingStatus>(QByteArrayView(*body.status)))
        return fail(ErrorCode::Invalid, QStringLiteral("status is missing or none of pending, fulfilling, shipped, delivered"));
    const auto at = body.timestamp ? parseInstant(*body.timestamp) : std::nullopt;
    if (!at)
        return fail(ErrorCode::Invalid, QStringLiteral("timestamp is missing or not an ISO 8601 time with its offset"));

    NewEvent event;
    event.source = bytesOf(EventSource::Courier);
    event.type = bytesOf(EventType::CourierStatusUpdated);
    event.refId = *body.trackingNumber;
    event.payload = writePayload(body);
    if (!deliveryId.isEmpty())
        event.deliveryId = deliveryId;
    event.businessAt = at;
    event.bodyDigest = sha256(rawBody);
    event.subjects = courierSubjects(*event.refId);
    return event;
}

} // namespace oo
