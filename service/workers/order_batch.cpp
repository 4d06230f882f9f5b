#include "service/workers/order_batch.h"

#include "service/faults/fault_points.h"
#include "service/store/parked_events.h"
#include "service/store/transaction.h"
#include "service/workers/job_event.h"

#include <QLoggingCategory>
#include <QSet>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logBatch, "orders.worker.batch")

constexpr qint64 kLockedElsewhereMs = 250;
constexpr qint64 kUnmatchedFirstMs = 1000;
constexpr qint64 kUnmatchedLongestMs = 60000;
constexpr qint64 kUnmatchedForUs = 24ll * 3600 * 1000000;
constexpr qint64 kDatabaseTroubleMs = 1000;

bool folds(EventType type)
{
    return type == EventType::OrderCreated || type == EventType::OrderUpdated || type == EventType::CourierStatusUpdated;
}

// Young events are looked at often, old ones rarely: the wait grows with the age.
qint64 unmatchedDelayMs(qint64 ageUs)
{
    return std::clamp(ageUs / 1000 / 4, kUnmatchedFirstMs, kUnmatchedLongestMs);
}

} // namespace

OrderBatch::OrderBatch(PgConnection &connection, const EffectPolicy &policy, Counters &counters)
    : m_connection(connection), m_folding(connection, policy), m_counters(counters)
{
}

BatchResult OrderBatch::process(const std::vector<TakenJob> &jobs)
{
    m_result = {};
    Items folding, recorded;
    for (auto &item : resolve(readJobs(jobs))) {
        if (sortOut(item, recorded))
            folding.push_back(std::move(item));
    }
    if (!recorded.empty()) {
        QList<EventId> ids;
        for (const auto &item : recorded)
            ids.append(item.event);
        if (const auto done = m_folding.store().record(ids); !done) {
            giveBack(recorded, done.error());
        } else {
            m_counters.countOf(Outcome::Recorded) += static_cast<quint64>(ids.size());
            for (const auto &item : recorded)
                end(item.job, JobEnd::Action::Done);
        }
    }
    if (!folding.empty())
        fold(std::move(folding), LockMode::Wait);
    return std::move(m_result);
}

OrderBatch::Items OrderBatch::readJobs(const std::vector<TakenJob> &jobs)
{
    Items items;
    for (const auto &job : jobs) {
        if (!job.deferredFailure.isEmpty()) {
            end(job, JobEnd::Action::Fail, job.deferredFailure);
            continue;
        }
        const auto event = eventOfJob(job);
        if (event)
            items.push_back({job, *event, {}});
        else
            end(job, JobEnd::Action::Fail, event.error().message.toUtf8());
    }
    return items;
}

OrderBatch::Items OrderBatch::resolve(Items items)
{
    QList<EventId> ids;
    for (const auto &item : items)
        ids.append(item.event);
    if (ids.isEmpty())
        return {};
    const auto events = m_folding.store().resolve(ids);
    if (!events) {
        giveBack(items, events.error());
        return {};
    }
    QHash<EventId, const ResolvedEvent *> byId;
    for (const auto &event : *events)
        byId.insert(event.id, &event);
    Items found;
    for (auto &item : items) {
        if (const auto *event = byId.value(item.event)) {
            item.resolved = *event;
            found.push_back(std::move(item));
        } else { // another producer may not have committed yet
            m_result.ends.push_back(failedAttempt(item.job, "there is no event " + QByteArray::number(item.event.value())));
        }
    }
    return found;
}

bool OrderBatch::sortOut(Item &item, Items &recorded)
{
    const auto &event = item.resolved;
    if (event.settled || event.parked) {
        end(item.job, JobEnd::Action::Done);
        return false;
    }
    if (asksToForget(event.type)) { // the redactor's, which finds it in the event store
        end(item.job, JobEnd::Action::Done);
        return false;
    }
    const auto type = fromText<EventType>(event.type);
    if (!type) {
        recorded.push_back(std::move(item));
        return false;
    }
    if (!folds(*type)) {
        end(item.job, JobEnd::Action::Fail, "an event of type " + event.type + " belongs to another queue");
        return false;
    }
    if (*type == EventType::CourierStatusUpdated)
        return matchCourierEvent(item);
    if (!event.refId) {
        park(item, ParkReason::Poison, "the event names no order");
        return false;
    }
    return true;
}

bool OrderBatch::matchCourierEvent(Item &item)
{
    auto &event = item.resolved;
    if (event.orderId)
        return true;
    if (event.candidates.size() == 1) {
        event.orderId = event.candidates.front();
        return true;
    }
    if (event.candidates.size() > 1) {
        park(item, ParkReason::Ambiguous, "more than one order has this tracking number");
        return false;
    }
    if (event.ageUs < kUnmatchedForUs)
        end(item.job, JobEnd::Action::Later, {}, unmatchedDelayMs(event.ageUs));
    else
        park(item, ParkReason::Unmatched, "no order had this tracking number for 24 hours");
    return false;
}

void OrderBatch::fold(Items items, LockMode mode, bool again)
{
    OrderKeys keys;
    for (const auto &item : items) {
        if (item.resolved.orderId) {
            keys.ids.append(*item.resolved.orderId);
            if (!item.resolved.candidates.empty())
                keys.courierEvents.append({item.event, *item.resolved.orderId});
        } else {
            keys.refIds.append(*item.resolved.refId);
        }
    }
    auto locked = m_folding.store().beginAndLock(keys, mode);
    Transaction transaction(m_connection);
    if (locked)
        passFaultPoint(FaultPoint::AfterRowLock);
    Result<FoldedBatch> folded = fail(ErrorCode::Internal, {});
    if (locked)
        folded = m_folding.foldLocked(*locked, Deciding::WithEffects);
    else
        folded = failure(locked);
    if (folded) {
        transaction.committed();
        return takeResult(items, *locked, mode, std::move(*folded));
    }

    const auto error = folded.error();
    if (error.code == ErrorCode::LockTimeout && mode == LockMode::Wait) {
        // Roll back first: the scope of this transaction ends with this function.
        (void)m_connection.run(sql::rollback);
        transaction.committed();
        return fold(std::move(items), LockMode::SkipLocked, again);
    }
    if (error.code == ErrorCode::Unavailable)
        return giveBack(items, error);
    (void)m_connection.run(sql::rollback);
    transaction.committed();
    if (error.code == ErrorCode::Internal)
        return giveBack(items, error); // a missing right, a defect: trouble with PostgreSQL, not with the event
    if (items.size() > 1)
        return foldHalves(std::move(items), mode);
    if (error.code == ErrorCode::Conflict && !again)
        return fold(std::move(items), mode, true);
    if (error.code == ErrorCode::Conflict || error.code == ErrorCode::LockTimeout)
        return end(items.front().job, JobEnd::Action::Later, {}, kLockedElsewhereMs);
    park(items.front(), ParkReason::Poison, error.message.toUtf8());
}

void OrderBatch::foldHalves(Items items, LockMode mode)
{
    const auto middle = items.begin() + static_cast<std::ptrdiff_t>(items.size() / 2);
    Items second(std::make_move_iterator(middle), std::make_move_iterator(items.end()));
    items.erase(middle, items.end());
    fold(std::move(items), mode);
    if (m_result.postgresLost) {
        for (const auto &item : second)
            end(item.job, JobEnd::Action::Release);
        return;
    }
    fold(std::move(second), mode);
}

void OrderBatch::takeResult(const Items &items, const std::vector<OrderRow> &locked, LockMode mode, FoldedBatch &&folded)
{
    QSet<QByteArray> lockedRefs;
    QSet<OrderId> lockedIds;
    for (const auto &order : locked) {
        lockedRefs.insert(order.refId);
        lockedIds.insert(order.id);
    }
    for (const auto &outcomes : std::as_const(folded.settled)) {
        for (const auto &settled : outcomes)
            m_counters.countOf(settled.outcome)++;
    }
    for (const auto &item : items) {
        const auto &event = item.resolved;
        const bool taken = event.orderId ? lockedIds.contains(*event.orderId) : lockedRefs.contains(*event.refId);
        if (taken && folded.loaded.unreadable.contains(item.event))
            park(item, ParkReason::Poison, "its payload is not a JSON object");
        else if (taken && !folded.loaded.readable.contains(item.event))
            park(item, ParkReason::Poison, "it is not among the events of its order");
        else if (taken)
            end(item.job, JobEnd::Action::Done);
        else if (mode == LockMode::Wait)
            park(item, ParkReason::Poison, "its order does not exist");
        else // its row is locked by somebody else
            end(item.job, JobEnd::Action::Later, {}, kLockedElsewhereMs);
    }
    m_result.stored.effects += folded.written.effects;
    m_result.stored.courierEvents += folded.written.courierEvents;
}

void OrderBatch::end(const TakenJob &job, JobEnd::Action action, const QByteArray &text, qint64 delayMs)
{
    m_result.ends.push_back({job.id, action, text, delayMs});
}

void OrderBatch::park(const Item &item, ParkReason reason, const QByteArray &why)
{
    const auto parked = ParkedEvents(m_connection).park({{item.event, reason, why}});
    if (!parked)
        return giveBack({item}, parked.error());
    m_counters.eventsParked++;
    qCWarning(logBatch).noquote() << "parked event" << item.event.value() << item.resolved.type
                                  << item.resolved.refId.value_or(QByteArray()) << bytesOf(reason) << why;
    end(item.job, JobEnd::Action::Fail, bytesOf(reason) + ": " + why);
}

void OrderBatch::giveBack(const Items &items, const Error &error)
{
    m_result.postgresLost = true;
    qCInfo(logBatch).noquote() << "gave" << items.size() << "jobs back:" << error.message;
    for (const auto &item : items)
        end(item.job, JobEnd::Action::Later, {}, kDatabaseTroubleMs);
}

} // namespace oo
