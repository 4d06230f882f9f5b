#include "service/proof/fault_injector.h"

#include <csignal>

#include <unistd.h>

namespace oo::proof {

namespace {

constexpr qint64 kSecondUs = 1000000;
constexpr qint64 kReachUs = 15 * kSecondUs;     // an armed point is reached by then, or its service is killed from outside
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
    : m_sandbox(sandbox), m_plan(plan), m_pace(pace), m_slots(sandbox.services().size()), m_random(seed * 2 + 1), m_nextFaultAt(after(Instant::now(), kBetweenFaultsUs))
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

bool FaultInjector::isDone() const
{
    return m_plan.kills.isEmpty() && m_plan.faults.isEmpty() && !m_fault
           && std::none_of(m_sandbox.services().begin(), m_sandbox.services().end(), [](const auto &service) { return service->armed().has_value(); });
}

void FaultInjector::step()
{
    for (size_t i = 0; i < m_slots.size(); ++i)
        watch(i);
    stepFaults();
}

void FaultInjector::start(size_t index)
{
    auto &slot = m_slots[index];
    slot.isUnderClock = m_fault == Fault::ClockStepped && m_faultSlot == index;
    std::optional<FaultOrders::Kill> kill;
    if (slot.mayBeArmed && !m_isFinishing && !slot.isUnderClock && !m_plan.kills.isEmpty())
        kill = m_plan.kills.takeFirst();
    m_sandbox.services()[index]->start(kill, slot.isUnderClock ? m_sandbox.clockPreload() : QProcessEnvironment());
}

void FaultInjector::watch(size_t index)
{
    auto &slot = m_slots[index];
    auto &service = *m_sandbox.services()[index];
    if (const auto end = service.ended())
        takeEnd(index, *end);
    const auto now = Instant::now();
    if (!service.isRunning()) {
        if (slot.mayStartAt < now)
            start(index);
        return;
    }
    if (slot.waitsForReady && service.isReady())
        m_kills[*std::exchange(slot.waitsForReady, std::nullopt)].readyAt = now;
    if (service.armed() && !slot.isFrozen && !slot.isKilledFromOutside && now.us - service.startedAt().us > kReachUs) {
        slot.isKilledFromOutside = true;
        service.signal(SIGKILL);
    }
}

void FaultInjector::takeEnd(size_t index, const ServiceEnd &end)
{
    auto &slot = m_slots[index];
    auto &service = *m_sandbox.services()[index];
    const auto now = Instant::now();
    slot.mayStartAt = now;
    const auto number = static_cast<int>(index) + 1;
    const bool fromOutside = std::exchange(slot.isKilledFromOutside, false);
    if (service.armed() && end.point != service.armed()->point && !m_isFinishing)
        m_plan.kills.append({service.armed()->point, 1}); // not reached: once more, at its first pass
    if (end.killed && (end.point || fromOutside)) {
        m_kills.append({end.point, number, now, {}});
        slot.waitsForReady = m_kills.size() - 1;
        slot.mayStartAt = after(now, m_isFinishing ? 0 : m_pace.staysDownUs);
    } else if (!end.killed && slot.isStopping && (end.otherSignal == SIGTERM || (end.otherSignal == 0 && end.exitCode == 0))) {
        slot.isStopping = false; // by the signal itself only while it was starting
    } else if (!end.killed && end.exitCode == 3) { // it started while a server was down
        slot.mayStartAt = after(now, kStartAgainUs);
    } else if (!m_isFinishing) {
        m_troubles << QStringLiteral("service %1 ended by itself: signal %2, exit code %3, \"%4\"").arg(number).arg(end.killed ? SIGKILL : end.otherSignal).arg(end.exitCode).arg(end.lastLine);
    }
    slot.isStopping = false;
    slot.isFrozen = false;
}

void FaultInjector::stepFaults()
{
    const auto now = Instant::now();
    if (m_fault) {
        auto &slot = m_slots[m_faultSlot];
        if (*m_fault == Fault::ClockStepped && !m_isClockStepped && slot.isUnderClock && m_sandbox.services()[m_faultSlot]->isReady()) {
            m_isClockStepped = true;
            m_sandbox.begin(Fault::ClockStepped, 0);
            m_faultEndsAt = after(now, rowOf(Fault::ClockStepped).lastsMs * 1000ll);
        }
        const bool isOver = *m_fault == Fault::Terminated ? !slot.isStopping : m_faultEndsAt < now;
        if (*m_fault == Fault::Terminated && !isOver && m_faultEndsAt < now) {
            m_troubles << QStringLiteral("service %1 did not end by itself after SIGTERM").arg(m_faultSlot + 1);
            slot.isKilledFromOutside = true;
            m_sandbox.services()[m_faultSlot]->signal(SIGKILL);
            slot.isStopping = false;
        } else if (isOver) {
            if (const auto ended = endFault(); !ended)
                m_troubles << ended.error().message;
        }
        return;
    }
    if (m_pace.withFaults && !m_plan.faults.isEmpty() && m_nextFaultAt < now && !m_isFinishing)
        beginFault(m_plan.faults.takeFirst());
}

void FaultInjector::beginFault(Fault fault)
{
    m_random = m_random * 6364136223846793005ull + 1442695040888963407ull;
    const int choice = static_cast<int>(m_random >> 40);
    m_fault = fault;
    m_faultSlot = static_cast<size_t>(choice) % m_slots.size();
    auto &slot = m_slots[m_faultSlot];
    auto &service = *m_sandbox.services()[m_faultSlot];
    const auto now = Instant::now();
    m_faults.append({fault, now, {}});
    m_faultEndsAt = after(now, rowOf(fault).lastsMs * 1000ll);
    if (fault == Fault::Terminated || fault == Fault::ClockStepped) { // a stepped clock begins with a start
        slot.isStopping = service.isRunning();
        service.signal(SIGTERM);
    }
    if (fault == Fault::Terminated || fault == Fault::ClockStepped)
        m_faultEndsAt = after(now, kEndByItselfUs);
    if (fault == Fault::Frozen) {
        slot.isFrozen = service.isRunning();
        service.signal(SIGSTOP);
    }
    if (fault == Fault::ClockStepped)
        return m_sandbox.stepClock(0); // and ahead once it runs
    m_sandbox.begin(fault, choice);
}

Status FaultInjector::endFault()
{
    const auto fault = *std::exchange(m_fault, std::nullopt);
    m_isClockStepped = false;
    auto &slot = m_slots[m_faultSlot];
    if (fault == Fault::Frozen) {
        slot.isFrozen = false;
        m_sandbox.services()[m_faultSlot]->signal(SIGCONT);
    }
    const auto ended = m_sandbox.end(fault);
    m_faults.last().endedAt = Instant::now();
    m_nextFaultAt = after(m_faults.last().endedAt, kBetweenFaultsUs);
    return ended;
}

Status FaultInjector::finish()
{
    m_isFinishing = true;
    for (auto &slot : m_slots)
        slot.mayStartAt = Instant::now();
    if (m_fault) {
        if (auto ended = endFault(); !ended)
            return ended;
    }
    auto &services = m_sandbox.services();
    for (size_t i = 0; i < services.size(); ++i) {
        if (services[i]->armed())
            m_plan.kills.prepend(*services[i]->armed()); // for the next round
        if (services[i]->armed() || m_slots[i].isUnderClock)
            services[i]->signal(SIGKILL);
    }
    for (int waited = 0; waited < kFinishSteps; ++waited) {
        bool allReady = true;
        for (size_t i = 0; i < services.size(); ++i) {
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
