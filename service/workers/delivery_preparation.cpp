#include "service/workers/delivery_preparation.h"

#include "service/store/transaction.h"
#include "service/workers/job_event.h"
#include "service/workers/order_json.h"

namespace oo {

namespace {

constexpr qint64 kOtherCallMs = 250;
constexpr double kLeaseOverTimeoutSeconds = 2.0;

} // namespace

DeliveryPreparation::DeliveryPreparation(PgConnection &connection, const QByteArray &owner, const Downstream &downstream,
                                         const RetryPolicy &retries)
    : m_connection(connection), m_orders(connection), m_ledger(connection, owner), m_downstream(downstream), m_retries(retries)
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
    const auto resolved = m_orders.resolve(ids);
    if (!resolved)
        return failure(resolved);
    OrderKeys keys;
    for (const auto &event : *resolved) {
        if (event.orderId && !keys.ids.contains(*event.orderId))
            keys.ids.append(*event.orderId);
    }
    auto locked = m_orders.beginAndLock(keys, LockMode::Wait);
    Transaction transaction(m_connection);
    if (!locked && locked.error().code == ErrorCode::LockTimeout) { // rows that are busy: their jobs come back soon
        (void)m_connection.run(sql::rollback);
        locked = m_orders.beginAndLock(keys, LockMode::SkipLocked);
    }
    if (!locked)
        return failure(locked);
    auto decided = decide(readable, *locked, std::move(preparation));
    if (decided)
        transaction.committed();
    return decided;
}

Result<Preparation> DeliveryPreparation::decide(const std::vector<std::pair<TakenJob, EventId>> &jobs,
                                                const std::vector<OrderRow> &locked, Preparation preparation)
{
    QHash<OrderId, const OrderRow *> orders;
    for (const auto &order : locked)
        orders.insert(order.id, &order);
    QList<EventId> ids;
    for (const auto &[job, event] : jobs)
        ids.append(event);
    auto situations = m_ledger.situations(ids);
    if (!situations)
        return failure(situations);
    QHash<EventId, EffectSituation *> byEvent;
    for (auto &situation : *situations)
        byEvent.insert(situation.id, &situation);

    std::vector<CallDraft> drafts;
    std::vector<Settlement> superseded;
    std::vector<PreparedCall> wanted;
    for (const auto &[job, event] : jobs) {
        auto *effect = byEvent.value(event);
        const auto end = [&preparation, id = job.id](JobEnd::Action action, const QByteArray &text, qint64 delayMs) {
            preparation.ends.push_back({id, action, text, delayMs});
        };
        if (!effect) {
            const QByteArray why = "event " + QByteArray::number(event.value()) + " is no effect of an order";
            if (mayRetry(m_retries, job.attemptsMade + 1)) // its producer may not have committed yet
                end(JobEnd::Action::Retry, why, retryDelayMs(m_retries, job.attemptsMade + 1));
            else
                end(JobEnd::Action::Fail, why, 0);
            continue;
        }
        const auto *order = orders.value(effect->orderId);
        if (!order) {
            end(JobEnd::Action::Later, {}, kOtherCallMs); // locked by somebody else just now
            continue;
        }
        effect->situation.payment = order->state.payment;
        switch (const auto step = nextStep(effect->situation)) {
        case DeliveryStep::Finish:
            end(JobEnd::Action::Done, {}, 0);
            break;
        case DeliveryStep::Wait:
            end(JobEnd::Action::Later, {}, kOtherCallMs);
            break;
        case DeliveryStep::Supersede:
            superseded.push_back({event, effect->orderId, Outcome::Superseded,
                                  effect->situation.type == EventType::BookingCreateRequest
                                      ? QByteArray("cancelled before anybody was called")
                                      : QByteArray("there is no booking to cancel")});
            end(JobEnd::Action::Done, {}, 0);
            break;
        case DeliveryStep::Call:
        case DeliveryStep::LookUpThenCall:
            drafts.push_back({event, effect->orderId, idempotencyKey(effect->situation.type, event),
                              callPath(effect->situation.type), writeOrderJson(*order)});
            wanted.push_back({job, effect->situation.type, *order, effect->facts.generation.value_or(1), {},
                              step == DeliveryStep::LookUpThenCall && m_downstream.lookUp
                                  && effect->situation.type == EventType::BookingCreateRequest});
        }
    }

    const double lease = m_downstream.timeoutMs / 1000.0 + kLeaseOverTimeoutSeconds;
    std::vector<PgCommand> commands;
    commands.push_back(m_ledger.claim(drafts, lease));
    if (!superseded.empty())
        commands.push_back(settleEvents(superseded));
    commands.push_back({sql::commit, {}});
    const auto answers = m_connection.runAll(commands);
    if (!answers)
        return failure(answers);
    QHash<EventId, ClaimedCall> claims;
    for (const auto &claim : CallLedger::readClaims(answers->front()))
        claims.insert(claim.event, claim);
    for (size_t i = 0; i < wanted.size(); ++i) {
        const auto claim = claims.constFind(drafts[i].event);
        if (claim == claims.cend()) { // somebody else holds it
            preparation.ends.push_back({wanted[i].job.id, JobEnd::Action::Later, {}, kOtherCallMs});
            continue;
        }
        wanted[i].call = *claim;
        preparation.calls.push_back(std::move(wanted[i]));
    }
    return preparation;
}

} // namespace oo
