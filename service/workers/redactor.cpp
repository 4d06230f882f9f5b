#include "service/workers/redactor.h"

#include "service/store/parked_events.h"

#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logRedactor, "orders.redactor")

constexpr qint64 kLookMs = 2000;
constexpr qint64 kFirstPauseMs = 5, kLongestPauseMs = 1000; // between two looks whether older writers have ended
constexpr int kStatementMs = 300000; // a page may hold large orders

PgSettings patient(PgSettings settings)
{
    settings.statementTimeoutMs = kStatementMs;
    return settings;
}

} // namespace

Redactor::Redactor(const WorkerContext &context) : m_postgres(patient(context.postgres)), m_redactions(m_postgres) {}

void Redactor::run(const WakeSignal &stop)
{
    bool worked = false;
    while (!stop.waitFor(worked ? 0 : kLookMs)) {
        const auto done = workOnce(stop);
        worked = done.value_or(false);
        if (done)
            m_outage.worked(logRedactor());
        else if (!stop.raised())
            m_outage.failed(logRedactor(), done.error().message);
    }
}

Result<bool> Redactor::workOnce(const WakeSignal &stop)
{
    const auto open = m_redactions.nextOpen();
    if (!open)
        return failure(open);
    if (!*open)
        return false;
    const auto mine = m_redactions.tryLock();
    if (!mine)
        return failure(mine);
    if (!*mine)
        return false;
    const auto done = carryOut(**open, stop);
    if (const auto unlocked = m_redactions.unlock(); done && !unlocked)
        return failure(unlocked);
    if (!done)
        return failure(done);
    return true;
}

Status Redactor::carryOut(const OpenRedaction &open, const WakeSignal &stop)
{
    const auto request = readRedaction(open.topic, open.body);
    if (!request) {
        qCCritical(logRedactor) << "event" << open.event.value() << "asks to forget somebody, but cannot be read: it is parked";
        return ParkedEvents(m_postgres).park({{open.event, ParkReason::Poison, "a request to forget somebody that cannot be read"}});
    }
    if (auto remembered = remember(open, *request, request->subjects, stop); !remembered)
        return remembered;
    const auto counts = eraseAll(open, *request, stop);
    if (!counts)
        return failure(counts);
    const auto detail = "erased " + QByteArray::number(counts->events) + " events of " + QByteArray::number(counts->orders) + " orders";
    if (auto finished = m_redactions.finish(open, request->shopDomain, detail, *counts); !finished)
        return finished;
    qCInfo(logRedactor).noquote() << "event" << open.event.value() << open.topic << detail;
    return {};
}

// What is stored from here on is stored without them, and everything older is committed.
Status Redactor::remember(const OpenRedaction &open, const RedactionRequest &request, const QList<Subject> &subjects, const WakeSignal &stop)
{
    if (auto buried = m_redactions.bury(open.event, request.shopDomain, subjects); !buried)
        return buried;
    return waitForOlder(stop);
}

Status Redactor::waitForOlder(const WakeSignal &stop)
{
    auto older = m_redactions.readers();
    for (qint64 pause = kFirstPauseMs; older && !older->isEmpty(); pause = std::min(2 * pause, kLongestPauseMs)) {
        if (pause < kLongestPauseMs && 2 * pause >= kLongestPauseMs)
            qCInfo(logRedactor) << "waits for" << older->size() << "older transactions; pg_locks names them, on tombstones and forgotten_orders";
        if (stop.waitFor(pause))
            return fail(ErrorCode::Unavailable, QStringLiteral("the service stops"));
        older = m_redactions.readers(*older);
    }
    return older ? Status() : failure(older);
}

Result<ErasedCounts> Redactor::eraseAll(const OpenRedaction &open, const RedactionRequest &request, const WakeSignal &stop)
{
    const auto bounds = m_redactions.bounds(request);
    if (!bounds)
        return failure(bounds);
    ErasedCounts counts;
    for (std::optional<EventId> after = EventId(0); after;) {
        if (stop.raised())
            return fail(ErrorCode::Unavailable, QStringLiteral("the service stops"));
        const auto found = m_redactions.page(request, *bounds, *after);
        if (!found)
            return failure(found);
        if (!found->orders.isEmpty()) {
            const auto erased = eraseOrders(open, request, found->orders, stop);
            if (!erased)
                return erased;
            counts += *erased;
        }
        if (!found->events.isEmpty()) {
            const auto erased = m_redactions.eraseEvents(found->events);
            if (!erased)
                return erased;
            counts += *erased;
        }
        after = found->last;
    }
    return counts;
}

Result<ErasedCounts> Redactor::eraseOrders(const OpenRedaction &open, const RedactionRequest &request, const QList<QByteArray> &orders, const WakeSignal &stop)
{
    QList<Subject> subjects;
    for (const auto &order : orders)
        subjects.append(subjectOf(SubjectKind::Order, order));
    if (const auto remembered = remember(open, request, subjects, stop); !remembered)
        return failure(remembered);
    // Only now is every row there that was written before, and then every number that it took before.
    if (const auto forgotten = m_redactions.forgetOrders(open.event, orders); !forgotten)
        return failure(forgotten);
    if (const auto waited = waitForOlder(stop); !waited)
        return failure(waited);
    const auto parcels = m_redactions.parcelsOf(orders);
    if (!parcels)
        return failure(parcels);
    if (const auto remembered = remember(open, request, *parcels, stop); !remembered)
        return failure(remembered);
    return m_redactions.eraseOrders(orders);
}

} // namespace oo
