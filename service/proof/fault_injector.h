#pragma once
// Carries out a fault plan on a sandbox while traffic is under way, and writes down what it did and when.

#include "service/proof/handover.h"
#include "service/proof/sandbox.h"

namespace oo::proof {

struct KillRecord
{
    std::optional<FaultPoint> point; // nullopt: from outside, as its point was not reached in time
    int service = 0;                 // from 1
    Instant at;
    Instant readyAt;                 // when its next start was ready
    std::optional<Handover::Waited> movedOver = {}; // its jobs, to other processes; nullopt: it had none, or that was not seen alone
};

struct FaultRecord
{
    Fault fault = Fault::Frozen;
    Instant at, endedAt;
    QString target;
    bool isWhole = true; // false: cut short, which does not count
};

struct InjectorPace
{
    int armedAtOnce = 1, firstArmed = 0; // so many services wait for their kill at a time, from this one
    qint64 staysDownUs = 0;              // a killed service is started again after so long
    bool withFaults = true;              // else kills alone, and how long their work waits is measured
};

class FaultInjector
{
public:
    // Takes from `plan` what it carries out, and puts back what it could not.
    FaultInjector(Sandbox &sandbox, FaultPlan &plan, const InjectorPace &pace, quint64 seed);

    static constexpr int reachSeconds = 15; // an armed point is reached by then, or its service is killed from outside

    void step(); // to be called every few milliseconds
    // Ends all faults; every service runs, unarmed and under its own clock, when it returns. Unavailable: that could not be done.
    Status finish();

    const QList<KillRecord> &kills() const { return m_kills; }
    const QList<FaultRecord> &faults() const { return m_faults; }
    const QStringList &troubles() const { return m_troubles; } // ends that were not asked for

private:
    struct Slot
    {
        bool mayBeArmed = false;
        bool isStopping = false;  // by SIGTERM
        bool isFrozen = false;
        bool isUnderClock = false; // started for a stepped clock
        bool isKilledFromOutside = false;
        std::optional<PlannedKill> armed;
        Instant reachBy;
        std::optional<qsizetype> waitsForReady; // place in m_kills
        Instant mayStartAt;
    };

    void watch(size_t index);
    void watchHandover();
    void start(size_t index);
    void takeEnd(size_t index, const ServiceEnd &end);
    void takeKill(size_t index, const ServiceEnd &end);
    void stepFaults();
    void beginFault(const PlannedFault &planned);
    Result<QString> make(Fault fault, int choice);
    Result<QString> signalOne(int choice, int number);
    void stepClock();
    Status endFault(const QString &cutShortBy = {});

    Sandbox &m_sandbox;
    FaultPlan &m_plan;
    InjectorPace m_pace;
    std::vector<Slot> m_slots;
    Handover m_handover;
    qsizetype m_handoverOf = 0; // place in m_kills
    QList<KillRecord> m_kills;
    QList<FaultRecord> m_faults;
    QStringList m_troubles;
    quint64 m_random;
    std::optional<PlannedFault> m_fault; // under way
    size_t m_faultSlot = 0;              // of a fault that concerns one service
    Instant m_faultEndsAt, m_nextFaultAt;
    bool m_isFinishing = false, m_isClockStepped = false;
};

} // namespace oo::proof
