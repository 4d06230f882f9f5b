#include "service/workers/delivery_results.h"

#include "service/store/parked_events.h"
#include "service/store/transaction.h"

#include <QLoggingCategory>
#include <QSet>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logResults, "orders.delivery")

constexpr qint64 kNotSentMs = 1000;
constexpr qint64 kNoAnswerMs = 1000;
constexpr qint64 kStaleMs = 1000;

// Whether the courier named something that the order does not hold yet: only then does its row change.
bool tellsNews(const CallResult &result)
{
    if (result.call.type != EventType::BookingCreateRequest || result.verdict.kind != CallVerdict::Kind::Accepted)
        return false;
    const auto &answer = result.verdict.booking;
    const auto &order = result.call.order.state;
    return (answer.courier && answer.courier != order.courier)
           || (answer.trackingNumber && answer.trackingNumber != order.trackingNumber)
           || (answer.shippingFee && answer.shippingFee != order.shippingFee);
}

// For the job. What the other side wrote may name people: PostgreSQL alone keeps it, where it can be erased.
QByteArray statusAndWhere(const CallResult &result)
{
    return QByteArray::number(result.httpStatus) + "; the answer is kept with event " + QByteArray::number(result.call.call.event.value());
}

} // namespace

struct DeliveryResults::Plan
{
    ResultsWritten written;
    std::vector<CallOutcome> outcomes;
    std::vector<ClaimedCall> notSent;
    QList<NewEvent> history;
    std::vector<Settlement> settled;
    std::vector<Park> parks;
    QList<OrderId> changedOrders;
};

DeliveryResults::DeliveryResults(PgConnection &connection, const QByteArray &owner, const EffectPolicy &policy,
                                 Counters &counters)
    : m_connection(connection), m_folding(connection, policy), m_ledger(connection, owner),
      m_counters(counters)
{
}

Result<ResultsWritten> DeliveryResults::write(const std::vector<CallResult> &results)
{
    auto together = writeTogether(results, Folding::Yes);
    if (together || together.error().code == ErrorCode::Unavailable)
        return together;
    // One of them cannot be written: find it, keep the others.
    ResultsWritten all;
    for (const auto &result : results) {
        auto alone = writeTogether({result}, Folding::Yes);
        if (!alone && (alone.error().code == ErrorCode::LockTimeout || alone.error().code == ErrorCode::Conflict)) {
            all.unwritten.push_back(result);
            continue;
        }
        if (!alone && alone.error().code == ErrorCode::Invalid) {
            // What the other side answered must be kept, even where its order cannot take it.
            qCCritical(logResults).noquote() << "order" << result.call.order.refId << "could not take the answer to event"
                                             << result.call.call.event.value() << alone.error().message;
            alone = writeTogether({result}, Folding::No);
        }
        if (!alone)
            return alone;
        all.ends.insert(all.ends.end(), alone->ends.begin(), alone->ends.end());
        all.stored.effects += alone->stored.effects;
        all.stored.courierEvents += alone->stored.courierEvents;
    }
    return all;
}

Result<ResultsWritten> DeliveryResults::writeTogether(const std::vector<CallResult> &results, Folding folding)
{
    Plan plan;
    for (const auto &result : results) {
        const auto &call = result.call.call;
        switch (result.verdict.kind) {
        case CallVerdict::Kind::Accepted:
            plan.outcomes.push_back({call.event, call.attempt, CallState::Accepted, result.httpStatus, result.verdict.text, result.tookMs});
            break;
        case CallVerdict::Kind::Refused:
            plan.outcomes.push_back({call.event, call.attempt, CallState::Refused, result.httpStatus, result.verdict.text, result.tookMs});
            break;
        case CallVerdict::Kind::NotSent:
            plan.notSent.push_back(call);
            break;
        default:
            plan.outcomes.push_back({call.event, call.attempt, CallState::Unknown, result.httpStatus, result.verdict.text, result.tookMs});
        }
    }
    if (!plan.notSent.empty()) {
        if (const auto given = m_ledger.unclaim(plan.notSent); !given)
            return failure(given);
    }

    // Orders first, then calls: the order in which calls are claimed.
    OrderKeys keys;
    for (const auto &result : results) {
        if (folding == Folding::Yes && tellsNews(result) && !keys.ids.contains(result.call.order.id))
            keys.ids.append(result.call.order.id);
    }
    auto locked = m_folding.store().beginLockAnd(keys, LockMode::Wait, {m_ledger.result(plan.outcomes)});
    Transaction transaction(m_connection);
    if (!locked)
        return failure(locked);
    const auto &rows = locked->answers.front();
    QSet<qint64> counted;
    for (int row = 0; row < rows.size(); ++row)
        counted.insert(rows.int8(row, 0));

    for (const auto &result : results) {
        const bool isFinal = result.verdict.kind == CallVerdict::Kind::Accepted || result.verdict.kind == CallVerdict::Kind::Refused;
        const bool wasSent = result.verdict.kind != CallVerdict::Kind::NotSent;
        if (wasSent && !counted.contains(result.call.call.event.value())) {
            // Another process has taken this call over meanwhile: what it writes counts.
            plan.written.ends.push_back({result.call.job.id, JobEnd::Action::Later, {}, kStaleMs});
        } else if (isFinal) {
            planFinal(result, plan);
        } else {
            planTrouble(result, plan);
        }
    }
    std::erase_if(locked->orders, [&plan](const OrderRow &order) { return !plan.changedOrders.contains(order.id); });
    auto stored = commit(plan, std::move(locked->orders));
    if (!stored)
        return failure(stored);
    transaction.committed();
    count(plan);
    plan.written.stored = std::move(*stored);
    return std::move(plan.written);
}

void DeliveryResults::count(const Plan &plan)
{
    for (const auto &outcome : plan.outcomes)
        (outcome.state == CallState::Accepted  ? m_counters.callsAccepted
         : outcome.state == CallState::Refused ? m_counters.callsRefused
                                               : m_counters.callsUnknown)++;
    for (const auto &settled : plan.settled)
        m_counters.countOf(settled.outcome)++;
    m_counters.eventsParked += plan.parks.size();
}

void DeliveryResults::planFinal(const CallResult &result, Plan &plan)
{
    const auto &call = result.call;
    const bool accepted = result.verdict.kind == CallVerdict::Kind::Accepted;
    if (call.type == EventType::BookingCreateRequest) {
        plan.history.append(bookingAnswerEvent(call.order.id, call.order.refId, call.call.event, call.generation,
                                               result.verdict.booking));
        if (tellsNews(result))
            plan.changedOrders.append(call.order.id);
    }
    if (accepted) {
        plan.settled.push_back({call.call.event, call.order.id, Outcome::Delivered,
                                "answered " + QByteArray::number(result.httpStatus)});
        plan.written.ends.push_back({call.job.id, JobEnd::Action::Done, {}, 0});
        return;
    }
    const auto why = result.verdict.booking.refusal.value_or(result.verdict.text);
    qCWarning(logResults).noquote() << "refused:" << textOf(call.type).data() << "event" << call.call.event.value() << "order"
                                    << call.order.refId << "status" << result.httpStatus;
    plan.parks.push_back({call.call.event, ParkReason::Refused, why});
    plan.written.ends.push_back({call.job.id, JobEnd::Action::Fail, "refused: answered " + statusAndWhere(result), 0});
}

void DeliveryResults::planTrouble(const CallResult &result, Plan &plan)
{
    const auto &call = result.call;
    const auto later = [&](qint64 ms) { plan.written.ends.push_back({call.job.id, JobEnd::Action::Later, {}, ms}); };
    switch (result.verdict.kind) {
    case CallVerdict::Kind::NotSent:
        return later(kNotSentMs);
    case CallVerdict::Kind::ComeLater:
        return later(result.verdict.waitMs);
    case CallVerdict::Kind::NoAnswer:
        return later(std::max(kNoAnswerMs, result.verdict.waitMs));
    default:
        break;
    }
    const int made = call.job.attemptsMade + 1;
    if (mayRetry(call.job.retries, made)) {
        plan.written.ends.push_back(failedAttempt(call.job, "answered " + statusAndWhere(result)));
    } else if (call.type == EventType::BookingCreateRequest && call.order.state.payment == PaymentStatus::Cancelled) {
        later(retryDelayMs(call.job.retries, made)); // its cancellation waits for a certain answer: never parked while unknown
    } else {
        qCWarning(logResults).noquote() << "attempts exhausted:" << textOf(call.type).data() << "event"
                                        << call.call.event.value() << "order" << call.order.refId << "status" << result.httpStatus;
        plan.parks.push_back({call.call.event, ParkReason::AttemptsExhausted, "answered " + QByteArray::number(result.httpStatus) + ' ' + result.verdict.text});
        plan.written.ends.push_back({call.job.id, JobEnd::Action::Fail, "attempts exhausted: answered " + statusAndWhere(result), 0});
    }
}

Result<WriteResult> DeliveryResults::commit(Plan &plan, std::vector<OrderRow> locked)
{
    std::vector<PgCommand> commands;
    if (!plan.history.isEmpty())
        commands.push_back(insertEffects(plan.history));
    if (!plan.settled.empty())
        commands.push_back(settleEvents(plan.settled));
    if (!plan.parks.empty())
        commands.push_back(ParkedEvents::parkCommand(plan.parks));
    if (locked.empty()) {
        commands.push_back({sql::commit, {}});
        const auto done = m_connection.runAll(commands);
        if (!done)
            return failure(done);
        return WriteResult();
    }
    // The orders take what the courier named, under their locks, by the same fold as ever.
    if (const auto done = m_connection.runAll(commands); !done)
        return failure(done);
    auto folded = m_folding.foldLocked(std::move(locked), Deciding::WithEffects);
    if (!folded)
        return failure(folded);
    for (const auto &outcomes : std::as_const(folded->settled)) { // foldLocked() has committed
        for (const auto &settled : outcomes)
            m_counters.countOf(settled.outcome)++;
    }
    return std::move(folded->written);
}

} // namespace oo
