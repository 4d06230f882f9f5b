#include "service/clients/call_verdict.h"

#include "service/domain/json_reader.h"

#include <QRegularExpression>

namespace oo {

namespace {

constexpr qint64 kPatienceMs = 1000; // where the answer names no time

// A fee as a number or as decimal text, as it was written; anything else names no fee.
std::optional<QByteArray> readFee(const JsonMember &member)
{
    const auto text = member.kind == JsonMember::Kind::Number
                          ? std::optional(QByteArray(member.raw.data(), static_cast<qsizetype>(member.raw.size())))
                          : member.string();
    static const QRegularExpression decimal(QStringLiteral("^-?\\d{1,12}(\\.\\d{1,6})?$"));
    return text && decimal.match(QString::fromUtf8(*text)).hasMatch() ? text : std::nullopt;
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
            booking.trackingNumber = member.string();
        else if (member.key == "courier")
            booking.courier = member.string();
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
        verdict.waitMs = answer.retryAfterMs.value_or(kPatienceMs);
    } else if (answer.status >= 400 && answer.status < 500) {
        verdict.kind = CallVerdict::Kind::Refused;
        verdict.booking.refusal = QByteArray::number(answer.status) + ": " + verdict.text;
    } else {
        verdict.kind = CallVerdict::Kind::ErrorAnswer;
    }
    return verdict;
}

} // namespace oo
