#include "gui/models/order_sentences.h"

#include "shared/model/event_types.h"
#include "shared/model/statuses.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace oo::gui {

namespace {

struct Sentence
{
    OrderReason reason;
    Tone tone;
    const char *text; // %1 event, %2 reason, %3 answer, %4 count, attempt or status
};

constexpr std::array kSentences{
    Sentence{OrderReason::Delivered, Tone::Good, QT_TRANSLATE_NOOP("OrderReason", "It was delivered. Nothing more is expected.")},
    Sentence{OrderReason::EventParked, Tone::Bad, QT_TRANSLATE_NOOP("OrderReason", "Its event %1 is parked (%2) and waits for a person; until then the order stands still.")},
    Sentence{OrderReason::EventsWaiting, Tone::Busy, QT_TRANSLATE_NOOP("OrderReason", "%4 of its events are stored and not worked yet.")},
    Sentence{OrderReason::CancelledUnbooked, Tone::Muted, QT_TRANSLATE_NOOP("OrderReason", "It was cancelled before anything was booked: nothing will be.")},
    Sentence{OrderReason::CancellationWaits, Tone::Busy, QT_TRANSLATE_NOOP("OrderReason", "It is cancelled; the courier is still to be told (event %1).")},
    Sentence{OrderReason::CancellationParked, Tone::Bad, QT_TRANSLATE_NOOP("OrderReason", "It is cancelled, but telling the courier is parked (%2): event %1 waits for a person.")},
    Sentence{OrderReason::CancelledAfterBooking, Tone::Muted, QT_TRANSLATE_NOOP("OrderReason", "It was cancelled after it had been booked, and the courier was told (event %1).")},
    Sentence{OrderReason::Shipped, Tone::Good, QT_TRANSLATE_NOOP("OrderReason", "The courier has it. Its delivery is awaited.")},
    Sentence{OrderReason::BookingWaits, Tone::Busy, QT_TRANSLATE_NOOP("OrderReason", "Its booking is decided (event %1); the courier has not been called yet.")},
    Sentence{OrderReason::BookingInFlight, Tone::Busy, QT_TRANSLATE_NOOP("OrderReason", "The courier is being asked right now (event %1, attempt %4).")},
    Sentence{OrderReason::BookingUnknown, Tone::Warning, QT_TRANSLATE_NOOP("OrderReason", "Not booked for certain: the courier may have booked it, its answer to event %1 is missing (attempt %4). It is looked up, or sent again under the same key: it cannot be booked twice. %3")},
    Sentence{OrderReason::BookingRefused, Tone::Bad, QT_TRANSLATE_NOOP("OrderReason", "Not booked: the courier refused it (event %1). %3")},
    Sentence{OrderReason::BookingParked, Tone::Bad, QT_TRANSLATE_NOOP("OrderReason", "Not booked: its booking is parked (%2), event %1 waits for a person. %3")},
    Sentence{OrderReason::Booked, Tone::Good, QT_TRANSLATE_NOOP("OrderReason", "It is booked (event %1). The courier's first status is awaited.")},
    Sentence{OrderReason::BookedElsewhere, Tone::Good, QT_TRANSLATE_NOOP("OrderReason", "It was booked by another program, or before this one took over.")},
    Sentence{OrderReason::WaitsForCreate, Tone::Warning, QT_TRANSLATE_NOOP("OrderReason", "Not booked: only updates of it came so far, its create is awaited.")},
    Sentence{OrderReason::PaymentPending, Tone::Muted, QT_TRANSLATE_NOOP("OrderReason", "Not booked: it is not paid yet (the shop says \"%4\").")},
    Sentence{OrderReason::TestOrder, Tone::Muted, QT_TRANSLATE_NOOP("OrderReason", "Not booked: it is a test order, and those are not booked here.")},
    Sentence{OrderReason::ReadyToBook, Tone::Busy, QT_TRANSLATE_NOOP("OrderReason", "It can be booked, and is with its next event or at the next sweep.")},
};

constexpr bool sentencesFollowEnum()
{
    size_t index = 0;
    for (const auto &row : kSentences) {
        if (static_cast<size_t>(row.reason) != index++)
            return false;
    }
    return index == EnumTable<OrderReason>::rows.size();
}
static_assert(sentencesFollowEnum());

// In one pass: what other programs wrote may hold a %1 of its own.
QString filled(const QString &sentence, const std::array<QString, 4> &values)
{
    QString out;
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const int number = sentence[i] == QLatin1Char('%') && i + 1 < sentence.size() ? sentence[i + 1].digitValue() : 0;
        if (number >= 1 && number <= static_cast<int>(values.size())) {
            out += values[static_cast<size_t>(number - 1)];
            ++i;
        } else {
            out += sentence[i];
        }
    }
    return out;
}

// As the service decides it: the newest booking was refused, and nothing else speaks against another.
bool mayBookAgain(const OrderPage &page, const OrderWhy &why)
{
    if (why.reason == OrderReason::BookingRefused)
        return true;
    const auto &order = page.order;
    if (order.paymentStatus != bytesOf(PaymentStatus::Paid) || order.placeholder || order.shippingStatus == bytesOf(ShippingStatus::Shipped)
        || order.shippingStatus == bytesOf(ShippingStatus::Delivered))
        return false;
    const CallSummary *last = nullptr;
    for (const auto &call : page.calls) {
        if (call.type == bytesOf(EventType::BookingCreateRequest))
            last = &call;
    }
    return last && last->state == bytesOf(CallState::Refused) && std::none_of(page.events.cbegin(), page.events.cend(), [&](const EventSummary &event) {
        return event.type == bytesOf(EventType::BookingCancelRequest) || (event.type == bytesOf(EventType::BookingCreateRequest) && event.id.value > last->eventId.value);
    });
}

} // namespace

OrderWhy whyOf(const RawJson &why)
{
    const auto object = QJsonDocument::fromJson(why.text).object();
    const auto text = [&](const char *name) { return object.value(QLatin1StringView(name)).toString(); };
    const auto code = text("code");
    OrderWhy found;
    found.reason = fromText<OrderReason>(QByteArrayView(code.toUtf8()));
    bool hasEvent = false;
    const auto event = text("event").toLongLong(&hasEvent);
    if (hasEvent)
        found.event = event;
    if (!found.reason) {
        found.sentence = QCoreApplication::translate("OrderReason", "This console does not know the reason \"%1\": it is of a newer service.").arg(code);
        return found;
    }
    QString number;
    for (const char *name : {"count", "attempt", "financialStatus"})
        number += text(name);
    const auto answer = text("answer").isEmpty() ? QString() : QCoreApplication::translate("OrderReason", "It said: %1").arg(text("answer"));
    const auto &row = kSentences[static_cast<size_t>(*found.reason)];
    found.tone = row.tone;
    found.sentence = filled(QCoreApplication::translate("OrderReason", row.text), {text("event"), text("reason"), answer, number}).trimmed();
    return found;
}

bool mayMoveUnseen(const OrderPage &page, const OrderWhy &why)
{
    if (std::any_of(page.events.cbegin(), page.events.cend(), [](const auto &event) { return !event.processedAt; }))
        return true;
    switch (why.reason.value_or(OrderReason::EventsWaiting)) { // of a newer service: who knows
    case OrderReason::EventParked:
    case OrderReason::EventsWaiting:
    case OrderReason::CancellationWaits:
    case OrderReason::CancellationParked:
    case OrderReason::BookingWaits:
    case OrderReason::BookingInFlight:
    case OrderReason::BookingUnknown:
    case OrderReason::BookingRefused:
    case OrderReason::BookingParked:
    case OrderReason::ReadyToBook: return true;
    default: return false;
    }
}

QList<qint64> releasableEventsOf(const OrderPage &page)
{
    QList<qint64> parked;
    for (const auto &event : page.events) {
        if (event.parked && *event.parked != bytesOf(ParkReason::Refused))
            parked.append(event.id.value);
    }
    return parked;
}

std::optional<qint64> openCourierCallOf(const OrderPage &page, const OrderWhy &why)
{
    const auto isOpen = [](const CallSummary &call) {
        return call.type != bytesOf(EventType::ShopNotification) && (call.state == bytesOf(CallState::Unknown) || (call.state == bytesOf(CallState::Intent) && !call.leased));
    };
    const auto found = std::find_if(page.calls.crbegin(), page.calls.crend(), isOpen);
    if (found != page.calls.crend())
        return found->eventId.value;
    return why.reason == OrderReason::BookingUnknown ? why.event : std::nullopt; // of a page that is cut
}

QList<OrderAction> actionsFor(const OrderPage &page, const OrderWhy &why)
{
    QList<OrderAction> actions;
    if (mayBookAgain(page, why))
        actions << OrderAction::BookAgain;
    if (!releasableEventsOf(page).isEmpty())
        actions << OrderAction::ReRun;
    if (openCourierCallOf(page, why))
        actions << OrderAction::AskCourier;
    const bool delivered = std::any_of(page.events.cbegin(), page.events.cend(), [](const auto &event) { return event.outcome == bytesOf(Outcome::Delivered); });
    if (delivered)
        actions << OrderAction::ReSend;
    return actions;
}

} // namespace oo::gui
