#include "gui/models/order_columns.h"

#include "shared/model/statuses.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace oo::gui {

namespace {

Tone paymentTone(const QByteArray &status)
{
    const auto payment = fromText<PaymentStatus>(QByteArrayView(status));
    if (payment == PaymentStatus::Paid)
        return Tone::Good;
    return payment == PaymentStatus::Cancelled ? Tone::Bad : Tone::Muted;
}

Tone shippingTone(const QByteArray &status)
{
    const auto shipping = fromText<ShippingStatus>(QByteArrayView(status));
    if (shipping == ShippingStatus::Delivered)
        return Tone::Good;
    return shipping == ShippingStatus::Pending ? Tone::Muted : Tone::Busy;
}

Tone callTone(const QByteArray &state)
{
    const auto known = fromText<CallState>(QByteArrayView(state));
    if (known == CallState::Accepted)
        return Tone::Good;
    if (known == CallState::Refused)
        return Tone::Bad;
    return known == CallState::Unknown ? Tone::Warning : Tone::Busy;
}

Tone entryTone(const QByteArray &kind)
{
    if (kind == "parked")
        return Tone::Bad;
    if (kind == "call" || kind == "answer")
        return Tone::Busy;
    return kind == "event" || kind == "decision" ? Tone::Plain : Tone::Muted;
}

QString valueText(const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined())
        return QStringLiteral("–");
    return value.isString() ? value.toString() : QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
}

// {"name": ["was", "is"], …} as name: was → is.
QString changesText(const RawJson &changed)
{
    const auto object = QJsonDocument::fromJson(changed.text).object();
    QStringList parts;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const auto pair = it->toArray();
        parts << QStringLiteral("%1: %2 → %3").arg(it.key(), valueText(pair.at(0)), valueText(pair.at(1)));
    }
    return parts.isEmpty() ? QCoreApplication::translate("Order", "nothing") : parts.join(QStringLiteral("   "));
}

using O = OrderSummary;
const std::array kOrderColumns{
    Column<O>{"name", QT_TRANSLATE_NOOP("Column", "Order"), [](const O &o) { return Cell::of(o.name); }, 100},
    Column<O>{"refId", QT_TRANSLATE_NOOP("Column", "Ref"), [](const O &o) { return Cell::of(o.refId); }, 180},
    Column<O>{"paymentStatus", QT_TRANSLATE_NOOP("Column", "Payment"), [](const O &o) { return Cell::of(o.paymentStatus, paymentTone(o.paymentStatus)); }, 90},
    Column<O>{"shippingStatus", QT_TRANSLATE_NOOP("Column", "Shipping"), [](const O &o) { return Cell::of(o.shippingStatus, shippingTone(o.shippingStatus)); }, 90},
    Column<O>{"trackingNumber", QT_TRANSLATE_NOOP("Column", "Tracking number"), [](const O &o) { return Cell::of(o.trackingNumber); }, 190},
    Column<O>{"courier", QT_TRANSLATE_NOOP("Column", "Courier"), [](const O &o) { return Cell::of(o.courier); }, 110},
    Column<O>{"totalPrice", QT_TRANSLATE_NOOP("Column", "Total"), [](const O &o) {
                  return Cell{QString::fromUtf8(o.totalPrice.value_or(QByteArray()) + ' ' + o.currency.value_or(QByteArray())).trimmed(), {}, Tone::Plain, true};
              }, 110},
    Column<O>{"updatedAt", QT_TRANSLATE_NOOP("Column", "Changed"), [](const O &o) { return Cell::at(o.updatedAt); }, 180},
    Column<O>{"shopDomain", QT_TRANSLATE_NOOP("Column", "Shop"), [](const O &o) { return Cell::of(o.shopDomain, Tone::Muted); }, 180},
    Column<O>{"placeholder", QT_TRANSLATE_NOOP("Column", "Placeholder"), [](const O &o) { return Cell{o.placeholder ? QCoreApplication::translate("Order", "waits for its create") : QString(), {}, Tone::Warning}; }, 140, false},
    Column<O>{"financialStatus", QT_TRANSLATE_NOOP("Column", "Financial status"), [](const O &o) { return Cell::of(o.financialStatus); }, 130, false},
    Column<O>{"fulfillmentStatus", QT_TRANSLATE_NOOP("Column", "Fulfillment status"), [](const O &o) { return Cell::of(o.fulfillmentStatus); }, 130, false},
    Column<O>{"businessUpdatedAt", QT_TRANSLATE_NOOP("Column", "Last event's date"), [](const O &o) { return Cell::at(o.businessUpdatedAt); }, 180, false},
    Column<O>{"createdAt", QT_TRANSLATE_NOOP("Column", "First seen"), [](const O &o) { return Cell::at(o.createdAt); }, 180, false},
    Column<O>{"id", QT_TRANSLATE_NOOP("Column", "Id"), [](const O &o) { return Cell::of(o.id); }, 280, false},
};

using T = TimelineEntry;
const std::array kTimelineColumns{
    Column<T>{"at", QT_TRANSLATE_NOOP("Column", "When"), [](const T &t) { return Cell::at(t.at); }, 180},
    Column<T>{"kind", QT_TRANSLATE_NOOP("Column", "What"), [](const T &t) { return Cell::of(t.kind, entryTone(t.kind)); }, 80},
    Column<T>{"eventId", QT_TRANSLATE_NOOP("Column", "Event"), [](const T &t) { return t.eventId ? Cell::number(t.eventId->value) : Cell{}; }, 80},
    Column<T>{"text", QT_TRANSLATE_NOOP("Column", "Details"), [](const T &t) { return Cell::of(t.text); }, 360},
    Column<T>{"businessAt", QT_TRANSLATE_NOOP("Column", "Happened"), [](const T &t) { return Cell::at(t.businessAt); }, 180},
    Column<T>{"outOfOrder", QT_TRANSLATE_NOOP("Column", "Order of arrival"), [](const T &t) { return Cell{t.outOfOrder ? QCoreApplication::translate("Order", "late: something newer came first") : QString(), {}, Tone::Warning}; }, 230},
};

using S = StateAfter;
const std::array kStateColumns{
    Column<S>{"eventId", QT_TRANSLATE_NOOP("Column", "After event"), [](const S &s) { return Cell::number(s.eventId.value); }, 90},
    Column<S>{"type", QT_TRANSLATE_NOOP("Column", "Type"), [](const S &s) { return Cell::of(s.type); }, 230},
    Column<S>{"paymentStatus", QT_TRANSLATE_NOOP("Column", "Payment"), [](const S &s) { return Cell::of(s.paymentStatus, paymentTone(s.paymentStatus)); }, 90},
    Column<S>{"shippingStatus", QT_TRANSLATE_NOOP("Column", "Shipping"), [](const S &s) { return Cell::of(s.shippingStatus, shippingTone(s.shippingStatus)); }, 90},
    Column<S>{"changed", QT_TRANSLATE_NOOP("Column", "What it changed"), [](const S &s) { return Cell{changesText(s.changed)}; }, 600},
};

using C = CallSummary;
const std::array kCallColumns{
    Column<C>{"createdAt", QT_TRANSLATE_NOOP("Column", "Begun"), [](const C &c) { return Cell::at(c.createdAt); }, 180},
    Column<C>{"eventId", QT_TRANSLATE_NOOP("Column", "Event"), [](const C &c) { return Cell::number(c.eventId.value); }, 80},
    Column<C>{"type", QT_TRANSLATE_NOOP("Column", "Asked"), [](const C &c) { return Cell::of(c.type); }, 200},
    Column<C>{"state", QT_TRANSLATE_NOOP("Column", "State"), [](const C &c) { return Cell::of(c.state, callTone(c.state)); }, 90},
    Column<C>{"attempt", QT_TRANSLATE_NOOP("Column", "Attempt"), [](const C &c) { return Cell::number(c.attempt); }, 70},
    Column<C>{"httpStatus", QT_TRANSLATE_NOOP("Column", "HTTP"), [](const C &c) { return c.httpStatus ? Cell::number(*c.httpStatus) : Cell{}; }, 60},
    Column<C>{"tookMs", QT_TRANSLATE_NOOP("Column", "Took"), [](const C &c) { return c.tookMs ? Cell{TimeText::duration(*c.tookMs), {}, Tone::Plain, true} : Cell{}; }, 80},
    Column<C>{"answer", QT_TRANSLATE_NOOP("Column", "Answer"), [](const C &c) { return Cell::of(c.answer); }, 240},
    Column<C>{"refId", QT_TRANSLATE_NOOP("Column", "Ref"), [](const C &c) { return Cell::of(c.refId); }, 180},
    Column<C>{"idempotencyKey", QT_TRANSLATE_NOOP("Column", "Idempotency key"), [](const C &c) { return Cell::of(c.idempotencyKey); }, 150},
    Column<C>{"updatedAt", QT_TRANSLATE_NOOP("Column", "Changed"), [](const C &c) { return Cell::at(c.updatedAt); }, 180, false},
};

} // namespace

std::span<const Column<OrderSummary>> orderColumns() { return kOrderColumns; }
std::span<const Column<TimelineEntry>> timelineColumns() { return kTimelineColumns; }
std::span<const Column<StateAfter>> stateColumns() { return kStateColumns; }
std::span<const Column<CallSummary>> callColumns() { return kCallColumns; }

QByteArray keyOf(const OrderSummary &order)
{
    return order.id;
}

QByteArray keyOf(const TimelineEntry &entry)
{
    return entry.kind + ' ' + QByteArray::number(entry.eventId ? entry.eventId->value : 0) + ' ' + QByteArray::number(entry.at.us);
}

QByteArray keyOf(const StateAfter &state)
{
    return QByteArray::number(state.eventId.value);
}

QByteArray keyOf(const CallSummary &call)
{
    return QByteArray::number(call.eventId.value);
}

} // namespace oo::gui
