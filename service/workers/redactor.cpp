#include "service/workers/redactor.h"

#include "service/store/parked_events.h"

#include <QLoggingCategory>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logRedactor, "orders.redactor")

constexpr qint64 kLookMs = 2000;
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
        const auto done = workOnce();
        worked = done.value_or(false);
        if (done)
            m_outage.worked(logRedactor());
        else
            m_outage.failed(logRedactor(), done.error().message);
    }
}

Result<bool> Redactor::workOnce()
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
    const auto done = carryOut(**open);
    if (const auto unlocked = m_redactions.unlock(); done && !unlocked)
        return failure(unlocked);
    if (!done)
        return failure(done);
    return true;
}

Status Redactor::carryOut(const OpenRedaction &open)
{
    const auto request = readRedaction(open.topic, open.body);
    if (!request) {
        qCCritical(logRedactor) << "event" << open.event.value() << "asks to forget somebody, but cannot be read: it is parked";
        return ParkedEvents(m_postgres).park({{open.event, ParkReason::Poison, "a request to forget somebody that cannot be read"}});
    }
    if (m_key.isEmpty()) {
        const auto key = tombstoneKey(m_postgres);
        if (!key)
            return failure(key);
        m_key = *key;
    }
    if (auto buried = m_redactions.bury(m_key, open.event, request->shopDomain, request->subjects); !buried)
        return buried;
    const auto orders = eraseOrders(open, *request);
    const auto events = orders ? eraseEvents(*request) : orders;
    if (!events)
        return failure(events);
    const ErasedCounts counts{orders->orders, orders->events + events->events};
    const auto detail = "erased " + QByteArray::number(counts.events) + " events of " + QByteArray::number(counts.orders) + " orders";
    if (auto finished = m_redactions.finish(open, request->shopDomain, detail, counts); !finished)
        return finished;
    qCInfo(logRedactor).noquote() << "event" << open.event.value() << open.topic << detail;
    return {};
}

Result<ErasedCounts> Redactor::eraseOrders(const OpenRedaction &open, const RedactionRequest &request)
{
    ErasedCounts counts;
    std::optional<OrderId> after = OrderId();
    while (after) {
        const auto found = m_redactions.orders(request, *after);
        if (!found)
            return failure(found);
        if (!found->orders.isEmpty()) {
            if (auto buried = m_redactions.bury(m_key, open.event, request.shopDomain, found->subjects); !buried)
                return failure(buried);
            const auto erased = m_redactions.eraseOrders(found->orders);
            if (!erased)
                return erased;
            counts.orders += erased->orders;
            counts.events += erased->events;
        }
        after = found->last;
    }
    return counts;
}

Result<ErasedCounts> Redactor::eraseEvents(const RedactionRequest &request)
{
    ErasedCounts counts;
    std::optional<EventId> after = EventId(0);
    while (after) {
        const auto found = m_redactions.events(request, *after);
        if (!found)
            return failure(found);
        if (!found->events.isEmpty()) {
            const auto erased = m_redactions.eraseEvents(found->events);
            if (!erased)
                return erased;
            counts.events += erased->events;
        }
        after = found->last;
    }
    return counts;
}

} // namespace oo
