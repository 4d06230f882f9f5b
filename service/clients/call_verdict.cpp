#include "service/clients/call_verdict.h"

#include "shared/core/json_reader.h"
#include "service/domain/order_payload.h"

#include <algorithm>

namespace oo {

namespace {

constexpr qint64 kPatienceMs = 1000; // at least, whatever the answer names

// What a courier names, if it is something that an order can hold.
std::optional<QByteArray> readName(const JsonMember &member)
{
    constexpr qsizetype kLongest = 255;
    const auto text = member.string();
    return text && !text->trimmed().isEmpty() && text->size() <= kLongest ? text : std::nullopt;
}

std::optional<QByteArray> readFee(const JsonMember &member)
{
    const bool isText = member.kind == JsonMember::Kind::Number || member.kind == JsonMember::Kind::String;
    return isText ? decimalText(QByteArrayView(member.raw.data(), static_cast<qsizetype>(member.raw.size()))) : std::nullopt;
}

// The booking's data as the courier may name it.
BookingAnswer readBooking(const QByteArray &answer)
{
    JsonReader reader;
    BookingAnswer booking;
    const auto body = replaceUnstorableEscapes(answer);
    if (!reader.isObject(body))
        return booking;
    reader.forEachMember(body, [&booking](const JsonMember &member) {
        if (member.key == "trackingNumber" || member.key == "tracking_number")
            booking.trackingNumber = readName(member);
        else if (member.key == "courier")
            booking.courier = readName(member);
        else if (member.key == "shippingFee" || member.key == "shipping_fee" || member.key == "fee")
            booking.shippingFee = readFee(member);
    });
    return booking;
}

// Answers are other people's text: cut, and without what PostgreSQL's text cannot hold.
QByteArray storable(const QByteArray &body)
{
    constexpr qsizetype kMaxKept = 2000;
    auto text = QString::fromUtf8(body.left(kMaxKept));
    return text.remove(QChar(0)).toUtf8();
}

} // namespace

bool isDownstreamsOwn(int status)
{
    return status > 0 && (status < 502 || status > 504);
}

CallVerdict verdictOf(const HttpAnswer &answer)
{
    CallVerdict verdict;
    verdict.text = storable(answer.status ? answer.body : answer.error.toUtf8());
    if (answer.status == 0) {
        verdict.kind = answer.mayHaveLeft ? CallVerdict::Kind::NoAnswer : CallVerdict::Kind::NotSent;
    } else if (answer.status >= 200 && answer.status < 300) {
        verdict.kind = CallVerdict::Kind::Accepted;
        verdict.booking = readBooking(answer.body);
    } else if (answer.status == 408 || answer.status == 425 || answer.status == 429
               || (answer.status >= 500 && answer.retryAfterMs)) {
        verdict.kind = CallVerdict::Kind::ComeLater;
        verdict.waitMs = std::max(answer.retryAfterMs.value_or(0), kPatienceMs);
    } else if (!isDownstreamsOwn(answer.status)) {
        verdict.kind = CallVerdict::Kind::NoAnswer;
    } else if (answer.status >= 400 && answer.status < 500) {
        verdict.kind = CallVerdict::Kind::Refused;
        verdict.booking.refusal = QByteArray::number(answer.status) + ": " + verdict.text;
    } else {
        verdict.kind = CallVerdict::Kind::ErrorAnswer;
    }
    return verdict;
}

} // namespace oo
