#include "service/proof/fault_injector.h"

#include <algorithm>
#include <csignal>

#include <unistd.h>

namespace oo::proof {

namespace {

constexpr qint64 kSecondUs = 1000000;
constexpr qint64 kReachUs = FaultInjector::reachSeconds * kSecondUs;
constexpr qint64 kBetweenFaultsUs = 2 * kSecondUs;
constexpr qint64 kStartAgainUs = kSecondUs / 4; // after a start that failed because a server was down
constexpr qint64 kEndByItselfUs = 15 * kSecondUs; // STOP_DEADLINE_MS and some time
constexpr int kFinishSteps = 6000, kStepUs = 10000;

Instant after(Instant at, qint64 us)
{
    return Instant{at.us + us};
}

} // namespace

FaultInjector::FaultInjector(Sandbox &sandbox, FaultPlan &plan, const InjectorPace &pace, quint64 seed)
    : m_sandbox(sandbox), m_plan(plan), m_pace(pace), m_slots(sandbox.services().size()), m_handover(sandbox.redis()), m_random(seed * 2 + 1),
      m_nextFaultAt(after(Instant::now(), kBetweenFaultsUs))
{
    for (int i = 0; i < pace.armedAtOnce; ++i)
        m_slots[static_cast<size_t>(pace.firstArmed + i) % m_slots.size()].mayBeArmed = true;
    for (size_t i = 0; i < m_slots.size(); ++i) {
        if (!m_slots[i].mayBeArmed)
            continue;
        m_slots[i].isStopping = true; // to begin again with a fault point
        m_sandbox.services()[i]->signal(SIGTERM);
    }
}

void FaultInjector::step()
{
    for (size_t i = 0; i < m_slots.size(); ++i)
        watch(i);
    watchHandover();
    stepFaults();
}

void FaultInjector::start(size_t index)
{
    auto &slot = m_slots[index];
    slot.isUnderClock = m_fault && m_fault->fault == Fault::ClockStepped && m_faultSlot == index;
    if (slot.mayBeArmed && !m_isFinishing && !slot.isUnderClock && !m_plan.kills.isEmpty()) {
        slot.armed = m_plan.kills.takeFirst();
        slot.reachBy = after(Instant::now(), kReachUs);
    }
    m_sandbox.services()[index]->start(slot.armed ? std::optional(slot.armed->kill) : std::nullopt, slot.isUnderClock ? m_sandbox.clockPreload() : QProcessEnvironment());
}

void FaultInjector::watch(size_t index)
{
    auto &slot = m_slots[index];
    auto &service = *m_sandbox.services()[index];
    if (const auto end = service.ended())
        takeEnd(index, *end);
    const auto now = Instant::now();
    if (!service.isRunning()) {
        if (slot.mayStartAt < now && !m_handover.isWaiting()) // or it would take its jobs back itself
            start(index);
        return;
    }
    if (slot.waitsForReady && service.isReady()) {
        m_kills[*std::exchange(slot.waitsForReady, std::nullopt)].readyAt = now;
        if (!m_pace.withFaults)
            m_sandbox.spreadConnections(); // else the senders' kept connections leave it without webhooks
    }
    if (slot.armed && !slot.isFrozen && !slot.isKilledFromOutside && slot.reachBy < now) {
        slot.isKilledFromOutside = true;
        service.signal(SIGKILL);
    }
}

void FaultInjector::watchHandover()
{
    if (const auto waited = m_handover.step(Instant::now()))
        m_kills[m_handoverOf].movedOver = waited;
}

void FaultInjector::takeEnd(size_t index, const ServiceEnd &end)
{
    auto &slot = m_slots[index];
    const auto now = Instant::now();
    slot.mayStartAt = now;
    const auto armed = std::exchange(slot.armed, std::nullopt);
    const bool isReached = armed && end.point == armed->kill.point;
    if (armed && !isReached && slot.isKilledFromOutside)
        m_plan.tryAgain(*armed);
    else if (armed && !isReached) // ended for another reason
        m_plan.kills.append({{armed->kill.point, 1}, armed->tries});
    if (end.killed && (end.point || slot.isKilledFromOutside)) {
        takeKill(index, end);
    } else if (!end.killed && slot.isStopping && (end.otherSignal == SIGTERM || (end.otherSignal == 0 && end.exitCode == 0))) {
        // by the signal itself only while it was starting
    } else if (!end.killed && end.exitCode == 3) { // it started while a server was down
        slot.mayStartAt = after(now, kStartAgainUs);
    } else if (!m_isFinishing) {
        m_troubles << QStringLiteral("service %1 ended by itself: signal %2, exit code %3, \"%4\"").arg(index + 1).arg(end.killed ? SIGKILL : end.otherSignal).arg(end.exitCode).arg(end.lastLine);
    }
    slot.isStopping = slot.isFrozen = slot.isKilledFromOutside = false;
}

void FaultInjector::takeKill(size_t index, const ServiceEnd &end)
{
    auto &slot = m_slots[index];
    const auto now = Instant::now();
    m_kills.append({end.point, static_cast<int>(index) + 1, now, {}});
    slot.waitsForReady = m_kills.size() - 1;
    slot.mayStartAt = after(now, m_isFinishing ? 0 : m_pace.staysDownUs);
    if (!m_pace.withFaults && !m_isFinishing && m_handover.begin(end.processId, now))
        m_handoverOf = m_kills.size() - 1;
    if (m_fault && m_fault->fault == Fault::Terminated && m_faultSlot == index && slot.isStopping)
        (void)endFault(QStringLiteral("the service was killed before it ended"));
}

void FaultInjector::stepClock()
{
    if (m_isClockStepped || !m_slots[m_faultSlot].isUnderClock || !m_sandbox.services()[m_faultSlot]->isReady())
        return;
    m_isClockStepped = m_sandbox.begin(Fault::ClockStepped, 0).has_value();
    if (m_isClockStepped)
        m_faultEndsAt = after(Instant::now(), rowOf(Fault::ClockStepped).lastsMs * 1000ll);
}

void FaultInjector::stepFaults()
{
    const auto now = Instant::now();
    if (!m_fault) {
        if (!m_pace.withFaults || m_isFinishing || now < m_nextFaultAt)
            return;
        if (const auto next = m_plan.takeFault(static_cast<int>(m_slots.size())))
            beginFault(*next);
        return;
    }
    const auto fault = m_fault->fault;
    if (fault == Fault::ClockStepped)
        stepClock();
    auto &slot = m_slots[m_faultSlot];
    const bool isLate = m_faultEndsAt < now;
    if (fault == Fault::Terminated ? slot.isStopping && !isLate : !isLate)
        return;
    QString cutShortBy;
    if (fault == Fault::ClockStepped && !m_isClockStepped)
        cutShortBy = QStringLiteral("the service did not start under its clock in time");
    if (fault == Fault::Terminated && slot.isStopping) {
        m_troubles << QStringLiteral("service %1 did not end by itself after SIGTERM").arg(m_faultSlot + 1);
        slot.isKilledFromOutside = true;
        m_sandbox.services()[m_faultSlot]->signal(SIGKILL);
        slot.isStopping = false;
    }
    if (const auto ended = endFault(cutShortBy); !ended)
        m_troubles << ended.error().message;
}

// To the next service that is ready, from `choice` on.
Result<QString> FaultInjector::signalOne(int choice, int number)
{
    auto &services = m_sandbox.services();
    for (size_t i = 0; i < services.size(); ++i) {
        m_faultSlot = (static_cast<size_t>(choice) + i) % services.size();
        if (!services[m_faultSlot]->isReady())
            continue;
        services[m_faultSlot]->signal(number);
        return QStringLiteral("service %1").arg(m_faultSlot + 1);
    }
    return fail(ErrorCode::Unavailable, QStringLiteral("no service is ready"));
}

Result<QString> FaultInjector::make(Fault fault, int choice)
{
    if (fault == Fault::ClockStepped) { // it begins with a start, and goes ahead once it runs
        if (const auto set = m_sandbox.stepClock(0); !set)
            return failure(set);
    }
    const bool stops = fault == Fault::Terminated || fault == Fault::ClockStepped;
    if (!stops && fault != Fault::Frozen)
        return m_sandbox.begin(fault, choice);
    const auto signalled = signalOne(choice, stops ? SIGTERM : SIGSTOP);
    if (signalled)
        (stops ? m_slots[m_faultSlot].isStopping : m_slots[m_faultSlot].isFrozen) = true;
    return signalled;
}

void FaultInjector::beginFault(const PlannedFault &planned)
{
    m_random = m_random * 6364136223846793005ull + 1442695040888963407ull;
    const auto now = Instant::now();
    const auto target = make(planned.fault, static_cast<int>(m_random >> 40));
    if (!target) {
        m_plan.tryAgain(planned, target.error().message);
        m_nextFaultAt = after(now, kBetweenFaultsUs);
        return;
    }
    m_fault = planned;
    m_isClockStepped = false;
    m_faults.append({planned.fault, now, {}, *target});
    const bool stops = planned.fault == Fault::Terminated || planned.fault == Fault::ClockStepped;
    m_faultEndsAt = after(now, stops ? kEndByItselfUs : rowOf(planned.fault).lastsMs * 1000ll);
}

Status FaultInjector::endFault(const QString &cutShortBy)
{
    const auto planned = *std::exchange(m_fault, std::nullopt);
    auto &slot = m_slots[m_faultSlot];
    if (planned.fault == Fault::Frozen) {
        slot.isFrozen = false;
        slot.reachBy = after(Instant::now(), kReachUs);
        m_sandbox.services()[m_faultSlot]->signal(SIGCONT);
    }
    const auto ended = m_sandbox.end(planned.fault);
    auto &record = m_faults.last();
    record.endedAt = Instant::now();
    record.isWhole = cutShortBy.isEmpty();
    if (!record.isWhole && m_isFinishing)
        m_plan.faults.prepend(planned); // the next round begins with it, and is long enough
    else if (!record.isWhole && planned.fault == Fault::Terminated)
        m_plan.faults.append(planned); // a kill came first: no try of its own, and the kills come to an end
    else if (!record.isWhole)
        m_plan.tryAgain(planned, cutShortBy);
    m_nextFaultAt = after(record.endedAt, kBetweenFaultsUs);
    return ended;
}

Status FaultInjector::finish()
{
    m_isFinishing = true;
    if (m_fault) {
        if (auto ended = endFault(QStringLiteral("the round ended")); !ended)
            return ended;
    }
    auto &services = m_sandbox.services();
    for (size_t i = 0; i < services.size(); ++i) {
        auto &slot = m_slots[i];
        if (const auto armed = std::exchange(slot.armed, std::nullopt)) {
            m_plan.kills.prepend({{armed->kill.point, 1}, armed->tries}); // for the next round
            services[i]->signal(SIGKILL);
        } else if (slot.isUnderClock) {
            services[i]->signal(SIGKILL);
        }
    }
    for (int waited = 0; waited < kFinishSteps; ++waited) {
        bool allReady = true;
        watchHandover();
        for (size_t i = 0; i < services.size(); ++i) {
            m_slots[i].mayStartAt = {};
            watch(i);
            allReady = allReady && services[i]->isReady() && !services[i]->armed() && !m_slots[i].isUnderClock;
        }
        if (allReady)
            return {};
        usleep(kStepUs);
    }
    return fail(ErrorCode::Unavailable, QStringLiteral("the services do not start any more after the faults"));
}

} // namespace oo::proof
