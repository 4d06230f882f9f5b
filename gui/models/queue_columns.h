#pragma once
// How queues, jobs and what waits for a person look.

#include "gui/models/row_table_model.h"
#include "shared/api/event_messages.h"
#include "shared/api/queue_messages.h"
#include "shared/api/service_messages.h"

namespace oo::gui {

using QueueTableModel = RowTableModel<QueueSummary>;

std::span<const Column<QueueSummary>> queueColumns();
std::span<const Column<JobSummary>> jobColumns();
std::span<const Column<ParkGroup>> parkGroupColumns();
std::span<const Column<ParkSummary>> parkColumns();
std::span<const Column<Refusal>> refusalColumns();
std::span<const Column<AuditEntry>> auditColumns();
QByteArray keyOf(const QueueSummary &queue);
QByteArray keyOf(const JobSummary &job);
QByteArray keyOf(const ParkGroup &group);
QByteArray keyOf(const ParkSummary &park);
QByteArray keyOf(const Refusal &refusal);
QByteArray keyOf(const AuditEntry &entry);

} // namespace oo::gui
