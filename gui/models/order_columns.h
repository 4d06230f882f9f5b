#pragma once
// How lists of orders, and what belongs to one, look.

#include "gui/models/row_table_model.h"
#include "shared/api/order_messages.h"

namespace oo::gui {

using OrderTableModel = RowTableModel<OrderSummary>;
using TimelineModel = RowTableModel<TimelineEntry>;
using StateModel = RowTableModel<StateAfter>;
using CallTableModel = RowTableModel<CallSummary>;

std::span<const Column<OrderSummary>> orderColumns();
std::span<const Column<TimelineEntry>> timelineColumns();
std::span<const Column<StateAfter>> stateColumns();
std::span<const Column<CallSummary>> callColumns();
QByteArray keyOf(const OrderSummary &order);
QByteArray keyOf(const TimelineEntry &entry);
QByteArray keyOf(const StateAfter &state);
QByteArray keyOf(const CallSummary &call);

} // namespace oo::gui
