#pragma once
// How replay runs, chaos runs, processes and downstreams look.

#include "gui/models/row_table_model.h"
#include "shared/api/chaos_messages.h"
#include "shared/api/event_messages.h"
#include "shared/api/replay_messages.h"
#include "shared/api/service_messages.h"

namespace oo::gui {

std::span<const Column<ReplayRunSummary>> replayRunColumns();
std::span<const Column<ReplayedEvent>> replayedColumns();
std::span<const Column<ChaosRunSummary>> chaosRunColumns();
std::span<const Column<InstanceSummary>> instanceColumns();
std::span<const Column<DownstreamSummary>> downstreamColumns();
QByteArray keyOf(const ReplayRunSummary &run);
QByteArray keyOf(const ReplayedEvent &event);
QByteArray keyOf(const ChaosRunSummary &run);
QByteArray keyOf(const InstanceSummary &instance);
QByteArray keyOf(const DownstreamSummary &downstream);

QString numberTextOf(double value);
bool isRunning(const ChaosRunSummary &run);
// What came of it, in words; how it is going while it runs.
QString verdictText(const ChaosRunSummary &run);

} // namespace oo::gui
