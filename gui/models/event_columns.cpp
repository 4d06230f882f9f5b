#include "gui/models/event_columns.h"

#include "shared/model/statuses.h"

namespace oo::gui {

namespace {

constexpr qsizetype kMostTexts = 2000;
using E = EventSummary;

const std::array kColumns{
    Column<E>{"receivedAt", QT_TRANSLATE_NOOP("Column", "Received"), [](const E &e) { return Cell::at(e.receivedAt); }, 180},
    Column<E>{"id", QT_TRANSLATE_NOOP("Column", "Id"), [](const E &e) { return Cell::number(e.id.value); }, 90},
    Column<E>{"source", QT_TRANSLATE_NOOP("Column", "Source"), [](const E &e) { return Cell::of(e.source, Tone::Muted); }, 80},
    Column<E>{"type", QT_TRANSLATE_NOOP("Column", "Type"), [](const E &e) { return Cell::of(e.type); }, 230},
    Column<E>{"refId", QT_TRANSLATE_NOOP("Column", "Ref"), [](const E &e) { return Cell::of(e.refId); }, 180},
    Column<E>{"outcome", QT_TRANSLATE_NOOP("Column", "Outcome"), [](const E &e) { return Cell{outcomeText(e), {}, toneOfEvent(e)}; }, 150},
    Column<E>{"outcomeDetail", QT_TRANSLATE_NOOP("Column", "Why"), [](const E &e) { return Cell::of(e.outcomeDetail, Tone::Muted); }, 260},
    Column<E>{"businessAt", QT_TRANSLATE_NOOP("Column", "Happened"), [](const E &e) { return Cell::at(e.businessAt); }, 180, false},
    Column<E>{"processedAt", QT_TRANSLATE_NOOP("Column", "Processed"), [](const E &e) { return Cell::at(e.processedAt); }, 180, false},
    Column<E>{"took", QT_TRANSLATE_NOOP("Column", "Took"), [](const E &e) {
                  return e.processedAt ? Cell{TimeText::duration((e.processedAt->us - e.receivedAt.us) / 1000), {}, Tone::Plain, true} : Cell{};
              }, 90, false},
    Column<E>{"orderId", QT_TRANSLATE_NOOP("Column", "Order"), [](const E &e) { return Cell::of(e.orderId); }, 280, false},
    Column<E>{"deliveryId", QT_TRANSLATE_NOOP("Column", "Delivery"), [](const E &e) { return Cell::of(e.deliveryId); }, 280, false},
};

} // namespace

std::span<const Column<EventSummary>> eventColumns()
{
    return kColumns;
}

QByteArray keyOf(const EventSummary &event)
{
    return QByteArray::number(event.id.value);
}

QString outcomeText(const EventSummary &event)
{
    if (event.parked)
        return QCoreApplication::translate("Event", "parked: %1").arg(QString::fromUtf8(*event.parked));
    if (event.outcome)
        return QString::fromUtf8(*event.outcome);
    return event.processedAt ? QCoreApplication::translate("Event", "processed") : QCoreApplication::translate("Event", "open");
}

Tone toneOfEvent(const EventSummary &event)
{
    if (event.parked)
        return Tone::Bad;
    if (!event.processedAt)
        return Tone::Busy;
    const auto outcome = fromText<Outcome>(QByteArrayView(event.outcome.value_or(QByteArray())));
    if (outcome == Outcome::Applied || outcome == Outcome::Delivered)
        return Tone::Good;
    return outcome == Outcome::Superseded ? Tone::Warning : Tone::Muted;
}

void TextPool::share(QByteArray &text)
{
    const auto known = m_texts.constFind(text);
    if (known != m_texts.cend())
        text = *known;
    else if (m_texts.size() < kMostTexts)
        m_texts.insert(text, text);
}

void TextPool::share(EventSummary &event)
{
    share(event.source);
    share(event.type);
    for (auto *text : {&event.outcome, &event.outcomeDetail, &event.parked}) {
        if (*text)
            share(**text);
    }
}

} // namespace oo::gui
