#include "gui/models/queue_columns.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace oo::gui {

namespace {

constexpr qint64 kOldMs = 60000; // a job that waits that long is worth a look

QStringList textsOf(const RawJson &list)
{
    QStringList texts;
    for (const auto &text : QJsonDocument::fromJson(list.text).array())
        texts << text.toString();
    return texts;
}

Cell rateCell(const std::optional<qint64> &perMinute)
{
    return perMinute ? Cell::number(*perMinute) : Cell{QStringLiteral("–"), {}, Tone::Muted, true};
}

using Q = QueueSummary;
const std::array kQueueColumns{
    Column<Q>{"queue", QT_TRANSLATE_NOOP("Column", "Queue"), [](const Q &q) { return Cell::of(q.queue); }, 220},
    Column<Q>{"state", QT_TRANSLATE_NOOP("Column", "State"), [](const Q &q) {
                  if (q.isPaused)
                      return Cell{QCoreApplication::translate("Queue", "paused"), {}, Tone::Warning};
                  if (q.limitedForMs > 0)
                      return Cell{QCoreApplication::translate("Queue", "at its rate limit"), {}, Tone::Busy};
                  return Cell{QCoreApplication::translate("Queue", "runs"), {}, Tone::Good};
              }, 130},
    Column<Q>{"waiting", QT_TRANSLATE_NOOP("Column", "Waiting"), [](const Q &q) { return Cell::number(q.waiting + q.prioritized + q.paused); }, 80},
    Column<Q>{"active", QT_TRANSLATE_NOOP("Column", "Active"), [](const Q &q) { return Cell::number(q.active); }, 70},
    Column<Q>{"delayed", QT_TRANSLATE_NOOP("Column", "Delayed"), [](const Q &q) { return Cell::number(q.delayed); }, 80},
    Column<Q>{"failed", QT_TRANSLATE_NOOP("Column", "Failed"), [](const Q &q) { return Cell::number(q.failed, q.failed > 0 ? Tone::Bad : Tone::Plain); }, 70},
    Column<Q>{"oldest", QT_TRANSLATE_NOOP("Column", "Oldest waits"), [](const Q &q) {
                  return q.oldestMs ? Cell{TimeText::duration(*q.oldestMs), {}, *q.oldestMs > kOldMs ? Tone::Warning : Tone::Plain, true} : Cell{};
              }, 110},
    Column<Q>{"added", QT_TRANSLATE_NOOP("Column", "Came / min"), [](const Q &q) { return rateCell(q.addedPerMinute); }, 100},
    Column<Q>{"finished", QT_TRANSLATE_NOOP("Column", "Ended / min"), [](const Q &q) { return rateCell(q.finishedPerMinute); }, 100},
    Column<Q>{"workers", QT_TRANSLATE_NOOP("Column", "Workers"), [](const Q &q) { return Cell::number(textsOf(q.workers).size()); }, 80},
    Column<Q>{"names", QT_TRANSLATE_NOOP("Column", "Names of the workers"), [](const Q &q) { return Cell{textsOf(q.workers).join(QStringLiteral(", ")), {}, Tone::Muted}; }, 300},
};

using J = JobSummary;
const std::array kJobColumns{
    Column<J>{"id", QT_TRANSLATE_NOOP("Column", "Job"), [](const J &j) { return Cell::of(j.id); }, 150},
    Column<J>{"name", QT_TRANSLATE_NOOP("Column", "Name"), [](const J &j) { return Cell::of(j.name); }, 200},
    Column<J>{"attempts", QT_TRANSLATE_NOOP("Column", "Attempts"), [](const J &j) { return Cell::number(j.attemptsMade); }, 80},
    Column<J>{"createdAt", QT_TRANSLATE_NOOP("Column", "Added"), [](const J &j) { return Cell::at(j.createdAt); }, 180},
    Column<J>{"processedAt", QT_TRANSLATE_NOOP("Column", "Started"), [](const J &j) { return Cell::at(j.processedAt); }, 180, false},
    Column<J>{"finishedAt", QT_TRANSLATE_NOOP("Column", "Ended"), [](const J &j) { return Cell::at(j.finishedAt); }, 180},
    Column<J>{"failedReason", QT_TRANSLATE_NOOP("Column", "Why it failed"), [](const J &j) { return Cell::of(j.failedReason, Tone::Bad); }, 320},
    Column<J>{"worker", QT_TRANSLATE_NOOP("Column", "Worker"), [](const J &j) { return Cell::of(j.worker, Tone::Muted); }, 200, false},
    Column<J>{"stalls", QT_TRANSLATE_NOOP("Column", "Stalls"), [](const J &j) { return Cell::number(j.stalls); }, 70, false},
    Column<J>{"priority", QT_TRANSLATE_NOOP("Column", "Priority"), [](const J &j) { return Cell::number(j.priority); }, 80, false},
    Column<J>{"delayMs", QT_TRANSLATE_NOOP("Column", "Delay"), [](const J &j) { return j.delayMs > 0 ? Cell{TimeText::duration(j.delayMs), {}, Tone::Plain, true} : Cell{}; }, 80, false},
};

using G = ParkGroup;
const std::array kParkGroupColumns{
    Column<G>{"reason", QT_TRANSLATE_NOOP("Column", "Reason"), [](const G &g) { return Cell::of(g.reason, Tone::Bad); }, 170},
    Column<G>{"count", QT_TRANSLATE_NOOP("Column", "Events"), [](const G &g) { return Cell::number(g.count); }, 70},
    Column<G>{"first", QT_TRANSLATE_NOOP("Column", "Since"), [](const G &g) { return Cell::at(g.first); }, 180},
    Column<G>{"last", QT_TRANSLATE_NOOP("Column", "The last"), [](const G &g) { return Cell::at(g.last); }, 180},
};

using P = ParkSummary;
const std::array kParkColumns{
    Column<P>{"eventId", QT_TRANSLATE_NOOP("Column", "Event"), [](const P &p) { return Cell::number(p.eventId.value); }, 90},
    Column<P>{"type", QT_TRANSLATE_NOOP("Column", "Type"), [](const P &p) { return Cell::of(p.type); }, 220},
    Column<P>{"refId", QT_TRANSLATE_NOOP("Column", "Ref"), [](const P &p) { return Cell::of(p.refId); }, 180},
    Column<P>{"since", QT_TRANSLATE_NOOP("Column", "Since"), [](const P &p) { return Cell::at(p.since); }, 180},
    Column<P>{"detail", QT_TRANSLATE_NOOP("Column", "Details"), [](const P &p) { return Cell::of(p.detail); }, 320},
    Column<P>{"orderId", QT_TRANSLATE_NOOP("Column", "Order"), [](const P &p) { return Cell::of(p.orderId); }, 280, false},
};

using R = Refusal;
const std::array kRefusalColumns{
    Column<R>{"at", QT_TRANSLATE_NOOP("Column", "When"), [](const R &r) { return Cell::at(r.at); }, 180},
    Column<R>{"status", QT_TRANSLATE_NOOP("Column", "HTTP"), [](const R &r) { return Cell::number(r.status, Tone::Bad); }, 60},
    Column<R>{"code", QT_TRANSLATE_NOOP("Column", "Code"), [](const R &r) { return Cell::of(r.code); }, 170},
    Column<R>{"reason", QT_TRANSLATE_NOOP("Column", "Why"), [](const R &r) { return Cell::of(r.reason); }, 340},
    Column<R>{"peer", QT_TRANSLATE_NOOP("Column", "From"), [](const R &r) { return Cell::of(r.peer); }, 140},
    Column<R>{"topic", QT_TRANSLATE_NOOP("Column", "Topic"), [](const R &r) { return Cell::of(r.topic); }, 160},
    Column<R>{"shop", QT_TRANSLATE_NOOP("Column", "Shop"), [](const R &r) { return Cell::of(r.shop); }, 200},
    Column<R>{"bytes", QT_TRANSLATE_NOOP("Column", "Bytes"), [](const R &r) { return Cell::number(r.bytes); }, 90},
};

using A = AuditEntry;
const std::array kAuditColumns{
    Column<A>{"at", QT_TRANSLATE_NOOP("Column", "When"), [](const A &a) { return Cell::at(a.at); }, 180},
    Column<A>{"actor", QT_TRANSLATE_NOOP("Column", "Who"), [](const A &a) { return Cell::of(a.actor); }, 120},
    Column<A>{"role", QT_TRANSLATE_NOOP("Column", "Role"), [](const A &a) { return Cell::of(a.role, Tone::Muted); }, 80},
    Column<A>{"action", QT_TRANSLATE_NOOP("Column", "Did"), [](const A &a) { return Cell::of(a.action); }, 300},
    Column<A>{"target", QT_TRANSLATE_NOOP("Column", "With"), [](const A &a) { return Cell::of(a.target); }, 220},
    Column<A>{"reason", QT_TRANSLATE_NOOP("Column", "Why"), [](const A &a) { return Cell::of(a.reason); }, 240},
    Column<A>{"status", QT_TRANSLATE_NOOP("Column", "HTTP"), [](const A &a) {
                  return a.status ? Cell::number(*a.status, *a.status == 200 ? Tone::Good : Tone::Warning) : Cell{QCoreApplication::translate("Audit", "runs"), {}, Tone::Busy};
              }, 70},
    Column<A>{"requestId", QT_TRANSLATE_NOOP("Column", "Request"), [](const A &a) { return Cell::of(a.requestId, Tone::Muted); }, 280, false},
};

} // namespace

std::span<const Column<QueueSummary>> queueColumns() { return kQueueColumns; }
std::span<const Column<JobSummary>> jobColumns() { return kJobColumns; }
std::span<const Column<ParkGroup>> parkGroupColumns() { return kParkGroupColumns; }
std::span<const Column<ParkSummary>> parkColumns() { return kParkColumns; }
std::span<const Column<Refusal>> refusalColumns() { return kRefusalColumns; }
std::span<const Column<AuditEntry>> auditColumns() { return kAuditColumns; }

QByteArray keyOf(const QueueSummary &queue) { return queue.queue; }
QByteArray keyOf(const JobSummary &job) { return job.id; }
QByteArray keyOf(const ParkGroup &group) { return group.reason; }
QByteArray keyOf(const ParkSummary &park) { return QByteArray::number(park.eventId.value); }
QByteArray keyOf(const Refusal &refusal) { return QByteArray::number(refusal.at.us) + ' ' + refusal.peer + ' ' + refusal.code; }
QByteArray keyOf(const AuditEntry &entry) { return QByteArray::number(entry.id.value); }

} // namespace oo::gui
