#include "gui/models/run_columns.h"

#include "shared/api/chaos_options.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace oo::gui {

namespace {

QJsonObject objectOf(const RawJson &json)
{
    return QJsonDocument::fromJson(json.text).object();
}

QString compact(const RawJson &json)
{
    return QString::fromUtf8(json.text);
}

Tone toneOfChaos(const ChaosRunSummary &run)
{
    const auto state = fromText<ChaosState>(QByteArrayView(run.state));
    if (state == ChaosState::Done)
        return objectOf(run.verdict).value(QLatin1StringView("clean")).toBool() ? Tone::Good : Tone::Bad;
    if (state == ChaosState::Failed)
        return Tone::Bad;
    return state == ChaosState::Cancelled ? Tone::Muted : Tone::Busy;
}

Cell numberOf(const RawJson &object, const char *name)
{
    const auto value = objectOf(object).value(QLatin1StringView(name));
    return value.isDouble() ? Cell{numberTextOf(value.toDouble()), {}, Tone::Plain, true} : Cell{};
}

Cell tookOf(const RawJson &object, const char *name) // of microseconds
{
    const auto value = objectOf(object).value(QLatin1StringView(name));
    return value.isDouble() ? Cell{QCoreApplication::translate("Column", "%1 ms").arg(value.toDouble() / 1000, 0, 'f', 1), {}, Tone::Plain, true} : Cell{};
}

using R = ReplayRunSummary;
const std::array kReplayRunColumns{
    Column<R>{"id", QT_TRANSLATE_NOOP("Column", "Run"), [](const R &r) { return Cell::number(r.id.value); }, 60},
    Column<R>{"state", QT_TRANSLATE_NOOP("Column", "State"), [](const R &r) {
                  return Cell::of(r.state, r.state == "running" ? Tone::Busy : r.state == "done" ? Tone::Good : Tone::Muted);
              }, 90},
    Column<R>{"done", QT_TRANSLATE_NOOP("Column", "Done"), [](const R &r) { return Cell::number(r.done); }, 80},
    Column<R>{"rate", QT_TRANSLATE_NOOP("Column", "Rate"), [](const R &r) { return Cell{QCoreApplication::translate("Column", "%1 /s").arg(r.rate), {}, Tone::Plain, true}; }, 70},
    Column<R>{"selection", QT_TRANSLATE_NOOP("Column", "Selection"), [](const R &r) { return Cell{compact(r.selection) + (r.reSend ? QCoreApplication::translate("Replay", " and re-send") : QString())}; }, 260},
    Column<R>{"reason", QT_TRANSLATE_NOOP("Column", "Why"), [](const R &r) { return Cell::of(r.reason); }, 200},
    Column<R>{"requestedBy", QT_TRANSLATE_NOOP("Column", "Who"), [](const R &r) { return Cell::of(r.requestedBy); }, 100},
    Column<R>{"startedAt", QT_TRANSLATE_NOOP("Column", "Started"), [](const R &r) { return Cell::at(r.startedAt); }, 180},
    Column<R>{"finishedAt", QT_TRANSLATE_NOOP("Column", "Ended"), [](const R &r) { return Cell::at(r.finishedAt); }, 180},
};

using E = ReplayedEvent;
const std::array kReplayedColumns{
    Column<E>{"eventId", QT_TRANSLATE_NOOP("Column", "Event"), [](const E &e) { return Cell::number(e.eventId.value); }, 90},
    Column<E>{"action", QT_TRANSLATE_NOOP("Column", "What"), [](const E &e) { return Cell::of(e.action, Tone::Busy); }, 90},
    Column<E>{"result", QT_TRANSLATE_NOOP("Column", "Result"), [](const E &e) { return Cell::of(e.result, e.result.startsWith("no change") ? Tone::Muted : Tone::Plain); }, 480},
};

using C = ChaosRunSummary;
const std::array kChaosRunColumns{
    Column<C>{"run", QT_TRANSLATE_NOOP("Column", "Run"), [](const C &c) { return Cell::of(c.run); }, 110},
    Column<C>{"verdict", QT_TRANSLATE_NOOP("Column", "Verdict"), [](const C &c) { return Cell{verdictText(c), {}, toneOfChaos(c)}; }, 240},
    Column<C>{"seed", QT_TRANSLATE_NOOP("Column", "Seed"), [](const C &c) { return numberOf(c.options, "seed"); }, 90},
    Column<C>{"orders", QT_TRANSLATE_NOOP("Column", "Orders"), [](const C &c) { return numberOf(c.options, "orders"); }, 80},
    Column<C>{"events", QT_TRANSLATE_NOOP("Column", "Webhooks each"), [](const C &c) { return numberOf(c.options, "events"); }, 120},
    Column<C>{"sent", QT_TRANSLATE_NOOP("Column", "Sent"), [](const C &c) { return numberOf(c.verdict, "sent"); }, 80},
    Column<C>{"p50", QT_TRANSLATE_NOOP("Column", "Half within"), [](const C &c) { return tookOf(c.verdict, "p50Us"); }, 100},
    Column<C>{"p99", QT_TRANSLATE_NOOP("Column", "99 % within"), [](const C &c) { return tookOf(c.verdict, "p99Us"); }, 100},
    Column<C>{"createdAt", QT_TRANSLATE_NOOP("Column", "Asked for"), [](const C &c) { return Cell::at(c.createdAt); }, 180},
    Column<C>{"requestedBy", QT_TRANSLATE_NOOP("Column", "Who"), [](const C &c) { return Cell::of(c.requestedBy); }, 100},
    Column<C>{"reason", QT_TRANSLATE_NOOP("Column", "Why"), [](const C &c) { return Cell::of(c.reason); }, 200},
};

using I = InstanceSummary;
const std::array kInstanceColumns{
    Column<I>{"instance", QT_TRANSLATE_NOOP("Column", "Process"), [](const I &i) { return Cell::of(i.instance); }, 220},
    Column<I>{"state", QT_TRANSLATE_NOOP("Column", "State"), [](const I &i) {
                  if (i.stoppedAt)
                      return Cell{QCoreApplication::translate("Process", "stopped"), {}, Tone::Muted};
                  return i.silent ? Cell{QCoreApplication::translate("Process", "silent for %1").arg(TimeText::duration(i.silentMs)), {}, Tone::Bad}
                                  : Cell{QCoreApplication::translate("Process", "alive"), {}, Tone::Good};
              }, 140},
    Column<I>{"roles", QT_TRANSLATE_NOOP("Column", "Roles"), [](const I &i) { return Cell::of(i.roles); }, 160},
    Column<I>{"host", QT_TRANSLATE_NOOP("Column", "Host"), [](const I &i) { return Cell::of(i.host); }, 120},
    Column<I>{"pid", QT_TRANSLATE_NOOP("Column", "Pid"), [](const I &i) { return Cell::number(i.pid); }, 70},
    Column<I>{"version", QT_TRANSLATE_NOOP("Column", "Version"), [](const I &i) { return Cell::of(i.version); }, 80},
    Column<I>{"startedAt", QT_TRANSLATE_NOOP("Column", "Started"), [](const I &i) { return Cell::at(i.startedAt); }, 180},
};

using D = DownstreamSummary;
const std::array kDownstreamColumns{
    Column<D>{"downstream", QT_TRANSLATE_NOOP("Column", "Downstream"), [](const D &d) { return Cell::of(d.downstream); }, 120},
    Column<D>{"circuit", QT_TRANSLATE_NOOP("Column", "Circuit"), [](const D &d) {
                  return d.circuitOpen ? Cell{QCoreApplication::translate("Downstream", "open: it does not answer"), {}, Tone::Bad}
                                       : Cell{QCoreApplication::translate("Downstream", "closed: it is called"), {}, Tone::Good};
              }, 190},
    Column<D>{"intents", QT_TRANSLATE_NOOP("Column", "Under way"), [](const D &d) { return Cell::number(d.intents); }, 90},
    Column<D>{"unknown", QT_TRANSLATE_NOOP("Column", "Unknown"), [](const D &d) { return Cell::number(d.unknown, d.unknown > 0 ? Tone::Warning : Tone::Plain); }, 90},
    Column<D>{"accepted", QT_TRANSLATE_NOOP("Column", "Accepted lately"), [](const D &d) { return Cell::number(d.recentAccepted); }, 130},
    Column<D>{"refused", QT_TRANSLATE_NOOP("Column", "Refused lately"), [](const D &d) { return Cell::number(d.recentRefused, d.recentRefused > 0 ? Tone::Warning : Tone::Plain); }, 130},
    Column<D>{"p50", QT_TRANSLATE_NOOP("Column", "Half within"), [](const D &d) { return d.p50Ms ? Cell{QCoreApplication::translate("Column", "%1 ms").arg(*d.p50Ms), {}, Tone::Plain, true} : Cell{}; }, 100},
    Column<D>{"p99", QT_TRANSLATE_NOOP("Column", "99 % within"), [](const D &d) { return d.p99Ms ? Cell{QCoreApplication::translate("Column", "%1 ms").arg(*d.p99Ms), {}, Tone::Plain, true} : Cell{}; }, 100},
};

} // namespace

std::span<const Column<ReplayRunSummary>> replayRunColumns() { return kReplayRunColumns; }
std::span<const Column<ReplayedEvent>> replayedColumns() { return kReplayedColumns; }
std::span<const Column<ChaosRunSummary>> chaosRunColumns() { return kChaosRunColumns; }
std::span<const Column<InstanceSummary>> instanceColumns() { return kInstanceColumns; }
std::span<const Column<DownstreamSummary>> downstreamColumns() { return kDownstreamColumns; }

QByteArray keyOf(const ReplayRunSummary &run) { return QByteArray::number(run.id.value); }
QByteArray keyOf(const ReplayedEvent &event) { return QByteArray::number(event.eventId.value); }
QByteArray keyOf(const ChaosRunSummary &run) { return QByteArray::number(run.id.value); }
QByteArray keyOf(const InstanceSummary &instance) { return instance.instance; }
QByteArray keyOf(const DownstreamSummary &downstream) { return downstream.downstream; }

// Whole ones in full: a seed is kept to repeat its run.
QString numberTextOf(double value)
{
    return value == std::floor(value) && std::abs(value) < 1e16 ? QString::number(value, 'f', 0) : QString::number(value, 'g', 12);
}

bool isRunning(const ChaosRunSummary &run)
{
    return run.state == bytesOf(ChaosState::Waiting) || run.state == bytesOf(ChaosState::Running);
}

QString verdictText(const ChaosRunSummary &run)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Chaos", text); };
    const auto state = fromText<ChaosState>(QByteArrayView(run.state));
    if (state == ChaosState::Running) {
        const auto progress = objectOf(run.progress);
        if (progress.value(QLatin1StringView("phase")).toString() == QLatin1StringView("settling"))
            return tr("waiting for quiet");
        return tr("sending: %1 of %2").arg(progress.value(QLatin1StringView("answered")).toInt()).arg(progress.value(QLatin1StringView("total")).toInt());
    }
    if (state != ChaosState::Done)
        return QString::fromUtf8(run.error ? run.state + ": " + *run.error : run.state);
    const auto verdict = objectOf(run.verdict);
    if (verdict.value(QLatin1StringView("clean")).toBool())
        return tr("CLEAN");
    QStringList faults;
    for (const auto &fault : kChaosFaults) {
        if (const auto count = verdict.value(fault.key).toArray().size(); count > 0)
            faults << QStringLiteral("%1 %2").arg(count).arg(fault.key);
    }
    if (const int count = verdict.value(QLatin1StringView("unacknowledged")).toInt(); count > 0)
        faults << tr("%1 not acknowledged").arg(count);
    return faults.isEmpty() ? tr("NOT CLEAN") : tr("NOT CLEAN: %1").arg(faults.join(QStringLiteral(", ")));
}

} // namespace oo::gui
