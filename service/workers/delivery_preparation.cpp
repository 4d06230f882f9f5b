#include "service/workers/delivery_preparation.h"

#include "service/store/parked_events.h"
#include "service/store/transaction.h"
#include "service/workers/job_event.h"
#include "service/workers/order_json.h"

namespace oo {

namespace {

constexpr qint64 kOtherCallMs = 250;
constexpr double kLeaseOverTimeoutSeconds = 2.0;

} // namespace

DeliveryPreparation::DeliveryPreparation(PgConnection &connection, const QByteArray &owner, const Downstream &downstream)
    : m_connection(connection), m_orders(connection), m_ledger(connection, owner), m_downstream(downstream)
{
}

Result<Preparation> DeliveryPreparation::prepare(const std::vector<TakenJob> &jobs)
{
    Preparation preparation;
    std::vector<std::pair<TakenJob, EventId>> readable;
    QList<EventId> ids;
    for (const auto &job : jobs) {
        const auto event = eventOfJob(job);
        if (!job.deferredFailure.isEmpty() || !event) {
            preparation.ends.push_back({job.id, JobEnd::Action::Fail,
                                        event ? job.deferredFailure : event.error().message.toUtf8(), 0});
            continue;
        }
        readable.emplace_back(job, *event);
        ids.append(*event);
    }
    if (ids.isEmpty())
        return preparation;
    OrderKeys keys;
    keys.effects = ids;
    auto mode = LockMode::Wait;
    auto locked = m_orders.beginLockAnd(keys, mode, {CallLedger::situations(ids)});
    Transaction transaction(m_connection);
    if (!locked && locked.error().code == ErrorCode::LockTimeout) { // rows that are busy: their jobs come back soon
        (void)m_connection.run(sql::rollback);
        mode = LockMode::SkipLocked;
        locked = m_orders.beginLockAnd(keys, mode, {CallLedger::situations(ids)});
    }
    if (!locked)
        return failure(locked);
    auto decided = decide(readable, *locked, mode, std::move(preparation));
    if (decided)
        transaction.committed();
    return decided;
}

// What the jobs of a batch come to, before anything is written.
struct DeliveryPreparation::Decisions
{
    Preparation preparation;
    std::vector<CallDraft> drafts;     // in step with `wanted`
    std::vector<PreparedCall> wanted;
    std::vector<Settlement> superseded;
    std::vector<Park> parks;
    QList<EventId> toRelease;

    void end(const TakenJob &job, JobEnd::Action action, const QByteArray &text = {}, qint64 delayMs = 0)
    {
        preparation.ends.push_back({job.id, action, text, delayMs});
    }
};

void DeliveryPreparation::noEffect(const TakenJob &job, EventId event, const EffectSituation *existing, Decisions &decisions) const
{
    const QByteArray why = "event " + QByteArray::number(event.value()) + " is no effect of an order";
    if (existing && (existing->situation.settled || existing->situation.parked))
        return decisions.end(job, JobEnd::Action::Done);
    if (!existing) // its producer may not have committed yet
        return decisions.preparation.ends.push_back(failedAttempt(job, why));
    decisions.parks.push_back({event, ParkReason::Poison, why});
    decisions.end(job, JobEnd::Action::Fail, why);
}

void DeliveryPreparation::decideOne(const TakenJob &job, const EffectSituation &effect, const OrderRow &order,
                                    Decisions &decisions) const
{
    switch (const auto step = nextStep(effect.situation)) {
    case DeliveryStep::Finish:
        // Released by a person, but already answered: the answer stands.
        if (!effect.situation.settled && !effect.situation.parked)
            decisions.parks.push_back({effect.id, ParkReason::Refused, "it was refused already; book the order again instead"});
        return decisions.end(job, JobEnd::Action::Done);
    case DeliveryStep::Wait:
        if (effect.parkedBooking) // its booking must come to a certain end first, whoever it waited for
            decisions.toRelease.append(*effect.parkedBooking);
        return decisions.end(job, JobEnd::Action::Later, {}, kOtherCallMs);
    case DeliveryStep::Supersede:
        decisions.superseded.push_back({effect.id, effect.orderId, Outcome::Superseded,
                                        effect.situation.type == EventType::BookingCreateRequest
                                            ? QByteArray("cancelled before anybody was called")
                                            : QByteArray("there is no booking to cancel")});
        return decisions.end(job, JobEnd::Action::Done);
    case DeliveryStep::Call:
    case DeliveryStep::LookUpThenCall:
        decisions.drafts.push_back({effect.id, effect.orderId, idempotencyKey(effect.situation.type, effect.id),
                                    callPath(effect.situation.type), writeOrderJson(order)});
        decisions.wanted.push_back({job, effect.situation.type, order, effect.facts.generation.value_or(1), {},
                                    step == DeliveryStep::LookUpThenCall && m_downstream.lookUp
                                        && effect.situation.type == EventType::BookingCreateRequest,
                                    {}});
    }
}

Result<Preparation> DeliveryPreparation::decide(const std::vector<std::pair<TakenJob, EventId>> &jobs, const LockedOrders &locked,
                                                LockMode mode, Preparation preparation)
{
    QHash<OrderId, const OrderRow *> orders;
    for (const auto &order : locked.orders)
        orders.insert(order.id, &order);
    auto situations = CallLedger::readSituations(locked.answers.front());
    QHash<EventId, EffectSituation *> byEvent;
    for (auto &situation : situations)
        byEvent.insert(situation.id, &situation);

    Decisions decisions;
    decisions.preparation = std::move(preparation);
    QSet<EventId> seen;
    for (const auto &[job, event] : jobs) {
        auto *effect = byEvent.value(event);
        const auto *order = effect ? orders.value(effect->orderId) : nullptr;
        if (!effect || !effect->isEffect || (!order && mode == LockMode::Wait)) { // all its order's rows were waited for: there is none
            noEffect(job, event, effect, decisions);
            continue;
        }
        if (!order || seen.contains(event)) { // locked by somebody else just now, or a second job of the same event
            decisions.end(job, JobEnd::Action::Later, {}, kOtherCallMs);
            continue;
        }
        seen.insert(event);
        effect->situation.payment = order->state.payment;
        decideOne(job, *effect, *order, decisions);
    }
    return write(std::move(decisions));
}

Result<Preparation> DeliveryPreparation::write(Decisions decisions)
{
    const double lease = m_downstream.timeoutMs / 1000.0 + kLeaseOverTimeoutSeconds;
    const qint64 slackMs = static_cast<qint64>(kLeaseOverTimeoutSeconds * 1000);
    const QDeadlineTimer sendBefore(slackMs), sendAfterLookUpBefore(slackMs + m_downstream.timeoutMs / 2);
    std::vector<PgCommand> commands;
    commands.push_back(m_ledger.claim(decisions.drafts, lease));
    if (!decisions.superseded.empty())
        commands.push_back(settleEvents(decisions.superseded));
    if (!decisions.parks.empty())
        commands.push_back(ParkedEvents::parkCommand(decisions.parks));
    const size_t releasedAt = commands.size();
    if (!decisions.toRelease.isEmpty())
        commands.push_back(ParkedEvents::releaseCommand(decisions.toRelease, "orchestratord", "its order was cancelled"));
    commands.push_back({sql::commit, {}});
    const auto answers = m_connection.runAll(commands);
    if (!answers)
        return failure(answers);

    auto preparation = std::move(decisions.preparation);
    if (!decisions.toRelease.isEmpty())
        preparation.released = ParkedEvents::readReleased((*answers)[releasedAt]);
    QHash<EventId, ClaimedCall> claims;
    for (const auto &claim : CallLedger::readClaims(answers->front()))
        claims.insert(claim.event, claim);
    for (auto &call : decisions.wanted) {
        const auto claim = claims.constFind(decisions.drafts[static_cast<size_t>(&call - decisions.wanted.data())].event);
        if (claim == claims.cend()) { // somebody else holds it
            preparation.ends.push_back({call.job.id, JobEnd::Action::Later, {}, kOtherCallMs});
            continue;
        }
        call.call = *claim;
        call.sendBefore = call.lookUpFirst ? sendAfterLookUpBefore : sendBefore;
        preparation.calls.push_back(std::move(call));
    }
    return preparation;
}

} // namespace oo
