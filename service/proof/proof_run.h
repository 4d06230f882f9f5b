#pragma once
// A proof run: rounds of seeded traffic under seeded faults, each judged from three histories once the faults have stopped; then
// the negative controls, which must come out dirty.

#include "service/proof/fault_injector.h"

#include <functional>

namespace oo::proof {

struct ProofOptions
{
    int kills = 200;
    quint64 seed = 1;
    QString folder; // for sandboxes and the report
    QString program;
    QProcessEnvironment environment;
    bool withRounds = true, withControls = true;
};

struct Round
{
    int number = 0, services = 0;
    chaos::RunOptions traffic; // as it was sent
    Instant startedAt, faultsEndedAt, quietAt;
    chaos::Verdict verdict;
    QList<KillRecord> kills;
    QList<FaultRecord> faults;
    QStringList troubles;
    std::vector<qint64> acknowledgedUs; // when, sorted
    std::vector<qint64> webhooksWaitedMs; // that were stored before a kill and settled after it: the slowest. Kills that were seen alone
    qint64 events = 0, wrongBalance = 0; // of the whole store after it: law 5

    qsizetype faultsMade() const; // whole
    bool isClean() const { return verdict.isClean() && troubles.isEmpty() && wrongBalance == 0; }
};

// What a control with all guards must come out as.
inline constexpr char kClean[] = "clean";

// One negative control: which guards it switches off, and what it must come out with.
struct ControlResult
{
    QString name, expected; // expected: a key of kChaosFaults, or kClean; empty: one guard of several, nothing is promised
    qsizetype found = 0;         // of what was expected
    QStringList dirty;           // keys that came out
    QString trouble;             // it could not be carried out

    QString remark() const; // what it shows, for people
    // A set that guards a promise must be missed; a guard of several may be.
    bool isAsExpected() const
    {
        return trouble.isEmpty() && (expected.isEmpty() || (expected == QLatin1StringView(kClean) ? dirty.isEmpty() : found > 0));
    }
};

// What a killed process had taken is worked by others within this (design §6).
inline constexpr qint64 kMovesOverMs = 5000;

struct Proof
{
    ProofOptions options;
    FaultPlan plan;    // as it was made
    QString stoppedBy; // empty: it was carried out whole
    QStringList givenUp; // of the plan
    Facts machine, settings, serviceSettings;
    QList<Round> rounds;
    QList<ControlResult> controls;
    QStringList untested;
    Instant startedAt, endedAt;

    bool isClean() const;
    // Of kills that were seen alone: with three processes, one killed at a time, nothing else wrong.
    std::vector<Handover::Waited> movedOver() const;
    QStringList troubles() const; // of the run as a whole
};

using Say = std::function<void(const QString &)>;

// Blocks until it is done; what went wrong is in the result. Histories are kept under the folder, of a run that was stopped as well:
// history.jsonl (the driver's), database.jsonl (events, orders, calls), ledger.jsonl (the courier's), logs/.
Proof prove(const ProofOptions &options, const Say &say);

// `kControls` each in a sandbox of its own.
QList<ControlResult> runControls(const ProofOptions &options, const Say &say);

} // namespace oo::proof
