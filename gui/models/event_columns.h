#pragma once
// How lists of events look.

#include "gui/models/row_table_model.h"
#include "shared/api/event_messages.h"

namespace oo::gui {

using EventTableModel = RowTableModel<EventSummary>;

std::span<const Column<EventSummary>> eventColumns();
QByteArray keyOf(const EventSummary &event);
Tone toneOfEvent(const EventSummary &event);
QString outcomeText(const EventSummary &event); // applied, parked: refused, open, …

// Texts that repeat share their memory: a hundred thousand events hold few types and outcomes.
class TextPool
{
public:
    void share(EventSummary &event);

private:
    void share(QByteArray &text);
    QHash<QByteArray, QByteArray> m_texts;
};

} // namespace oo::gui
