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
    quint64 seed = 0; // of its traffic
    Instant startedAt, faultsEndedAt, quietAt;
    chaos::Verdict verdict;
    QList<KillRecord> kills;
    QList<FaultRecord> faults;
    QStringList troubles;
    std::vector<qint64> acknowledgedUs; // when, sorted
    std::vector<qint64> movedOverMs;    // with three processes, one killed at a time, nothing else wrong: how long what it held waited
    qint64 events = 0, wrongBalance = 0; // of the whole store after it: law 5

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

struct Proof
{
    ProofOptions options;
    QString stoppedBy; // empty: it was carried out whole
    QList<Round> rounds;
    QList<ControlResult> controls;
    QStringList untested;
    Instant startedAt, endedAt;

    bool isClean() const;
};

using Say = std::function<void(const QString &)>;

// Blocks until it is done; what went wrong is in the result. Histories are kept under the folder:
// history.jsonl (the driver's), database.jsonl, ledger.jsonl, logs/.
Proof prove(const ProofOptions &options, const Say &say);

// `kControls` each in a sandbox of its own.
QList<ControlResult> runControls(const ProofOptions &options, const Say &say);

} // namespace oo::proof
