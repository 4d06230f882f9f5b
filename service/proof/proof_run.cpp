#include "service/proof/proof_run.h"

#include "shared/core/json_text.h"

#include <QFile>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <mutex>

#include <unistd.h>

namespace oo::proof {

namespace {

constexpr int kMostServices = 3;
constexpr double kRate = 200; // webhooks a second: what a killed service held is seen apart from what waits
constexpr int kEventsOfAnOrder = 25, kMostOrders = 200, kFewestOrders = 40, kOrdersOfAKill = 12;
constexpr int kConcurrency = 16, kPatienceSeconds = 120;
constexpr int kStepUs = 5000;
constexpr qint64 kUndisturbedUs = 6000000;
constexpr int kMostRoundsWithoutKill = 5;

// The driver's own history, a line a try.
class History
{
public:
    explicit History(const QString &path) : m_file(path) { m_isOpen = m_file.open(QIODevice::WriteOnly | QIODevice::Append); }
    bool isOpen() const { return m_isOpen; }
    void add(int round, const chaos::Attempt &attempt)
    {
        QByteArray line;
        JsonObjectWriter json(line);
        json.string("at", toText(attempt.at));
        json.number("round", round);
        json.string("deliveryId", attempt.deliveryId);
        json.number("status", attempt.status);
        json.close();
        m_file.write(line + '\n');
    }

private:
    QFile m_file;
    bool m_isOpen = false;
};

chaos::RunOptions trafficOf(const Sandbox &sandbox, const ProofOptions &options, const Round &round, qsizetype killsLeft)
{
    auto run = sandbox.target();
    run.traffic.orders = static_cast<int>(std::clamp<qsizetype>(killsLeft * kOrdersOfAKill, kFewestOrders, kMostOrders));
    run.traffic.events = kEventsOfAnOrder;
    run.traffic.seed = round.seed;
    run.traffic.run = "chaos-proof-" + QByteArray::number(options.seed) + '-' + QByteArray::number(round.number);
    run.rate = kRate;
    run.concurrency = kConcurrency;
    run.patienceSeconds = kPatienceSeconds;
    return run;
}

Status takeBalance(const PgSettings &settings, Round &round)
{
    PgConnection postgres(settings);
    const auto rows = postgres.run(sql::adminBalance);
    if (!rows)
        return failure(rows);
    round.events = rows->int8(0, rows->column("stored"));
    round.wrongBalance = rows->int8(0, rows->column("wrong"));
    return {};
}

bool isDisturbed(const Round &round, Instant at)
{
    return std::any_of(round.kills.cbegin(), round.kills.cend(), [&](const auto &kill) { return kill.at.us != at.us && std::abs(kill.at.us - at.us) < kUndisturbedUs; });
}

// How long the events waited that a killed process had, or had just stored.
Status takeMovedOver(const PgSettings &settings, Round &round)
{
    if (round.services < kMostServices)
        return {};
    PgConnection postgres(settings);
    for (const auto &kill : std::as_const(round.kills)) {
        if (isDisturbed(round, kill.at))
            continue;
        const auto rows = postgres.run(sql::proofMovedOver, PgParams().add(kill.at));
        if (!rows)
            return failure(rows);
        if (!rows->isNull(0, 0))
            round.movedOverMs.push_back(rows->int8(0, 0));
    }
    return {};
}

Status runRound(Sandbox &sandbox, const ProofOptions &options, FaultPlan &plan, History &history, Round &round, const Say &say)
{
    if (auto started = sandbox.startServices(round.services); !started)
        return started;
    std::atomic<bool> sent{false}, quietMayCome{false};
    auto traffic = trafficOf(sandbox, options, round, plan.kills.size() + plan.faults.size());
    traffic.attempted = [&](const chaos::Attempt &attempt) {
        history.add(round.number, attempt);
        if (attempt.status >= 200 && attempt.status < 300)
            round.acknowledgedUs.push_back(attempt.at.us);
    };
    traffic.sent = [&] {
        sent = true;
        quietMayCome.wait(false); // the faults end first
    };
    Result<chaos::Verdict> verdict = fail(ErrorCode::Internal, {});
    const std::unique_ptr<QThread> driver(QThread::create([&] {
        verdict = chaos::run(traffic, [](const QString &, const QJsonObject &) {});
        sent = true;
    }));
    driver->start();
    // With three: one killed at a time, and down so long that the others must have taken over by then.
    const bool isOneAtATime = round.services == kMostServices;
    FaultInjector injector(sandbox, plan, {isOneAtATime ? 1 : round.services, round.number, isOneAtATime ? kUndisturbedUs : 0, !isOneAtATime}, round.seed);
    while (!sent) {
        injector.step();
        usleep(kStepUs);
    }
    const auto finished = injector.finish();
    round.faultsEndedAt = Instant::now();
    quietMayCome = true;
    quietMayCome.notify_all();
    driver->wait();
    round.quietAt = Instant::now();
    round.kills = injector.kills();
    round.faults = injector.faults();
    round.troubles = injector.troubles();
    if (!finished)
        return finished;
    if (!verdict)
        return failure(verdict);
    round.verdict = *verdict;
    std::sort(round.acknowledgedUs.begin(), round.acknowledgedUs.end());
    const auto postgres = sandbox.target().postgres;
    if (auto taken = takeBalance(postgres, round); !taken)
        return taken;
    if (auto taken = takeMovedOver(postgres, round); !taken)
        return taken;
    say(QStringLiteral("round %1: %2 services, %3 kills, %4 faults, %5 webhooks acknowledged: %6")
            .arg(round.number).arg(round.services).arg(round.kills.size()).arg(round.faults.size()).arg(round.verdict.acknowledged)
            .arg(round.isClean() ? QStringLiteral("clean") : QStringLiteral("NOT CLEAN")));
    return {};
}

// What the database holds at the end, for whoever wants to check the verdict.
Status keepDatabase(const PgSettings &settings, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(path, file.errorString()));
    PgConnection postgres(settings);
    constexpr int kPage = 10000;
    for (qint64 last = 0;;) {
        const auto rows = postgres.run(sql::proofEvents, PgParams().add(last).add(kPage));
        if (!rows)
            return failure(rows);
        for (int row = 0; row < rows->size(); ++row)
            file.write(rows->text(row, rows->column("event")) + '\n');
        if (rows->size() < kPage)
            return {};
        last = rows->int8(rows->size() - 1, rows->column("id"));
    }
}

Status carryOut(Proof &proof, const Say &say)
{
    const auto &options = proof.options;
    Sandbox sandbox({options.folder, options.program, options.environment});
    say(QStringLiteral("making the sandbox in %1").arg(options.folder));
    if (auto started = sandbox.start(); !started)
        return started;
    proof.untested += sandbox.untested();
    History history(options.folder + QStringLiteral("/history.jsonl"));
    if (!history.isOpen())
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot write to %1").arg(options.folder));
    auto plan = makePlan(options.kills, options.seed, sandbox.possibleFaults());
    int withoutKill = 0;
    while (!plan.kills.isEmpty() || !plan.faults.isEmpty()) {
        Round round;
        round.number = static_cast<int>(proof.rounds.size()) + 1;
        const int most = plan.kills.isEmpty() ? kMostServices - 1 : kMostServices; // three are for kills alone
        round.services = most - static_cast<int>(proof.rounds.size()) % most;
        round.seed = options.seed * 1000 + static_cast<quint64>(round.number);
        round.startedAt = Instant::now();
        const auto done = runRound(sandbox, options, plan, history, round, say);
        proof.rounds.append(round);
        if (!done)
            return done;
        withoutKill = round.kills.isEmpty() && round.faults.isEmpty() ? withoutKill + 1 : 0; // a round of three carries out no other faults
        if (withoutKill == kMostRoundsWithoutKill)
            return fail(ErrorCode::Internal, QStringLiteral("the plan cannot be carried out: %1 kills and %2 faults are left").arg(plan.kills.size()).arg(plan.faults.size()));
    }
    return keepDatabase(sandbox.target().postgres, options.folder + QStringLiteral("/database.jsonl"));
}

} // namespace

bool Proof::isClean() const
{
    return stoppedBy.isEmpty() && rounds.isEmpty() != options.withRounds && std::all_of(rounds.cbegin(), rounds.cend(), [](const Round &round) { return round.isClean(); })
           && std::all_of(controls.cbegin(), controls.cend(), [](const ControlResult &control) { return control.isAsExpected(); });
}

Proof prove(const ProofOptions &options, const Say &say)
{
    Proof proof;
    proof.options = options;
    proof.startedAt = Instant::now();
    proof.untested = {QStringLiteral("a power cut: a killed process leaves the system's file cache whole"),
                      QStringLiteral("failing or lying disks, and other machines' networks: everything ran on this one"),
                      QStringLiteral("a courier that does not honour idempotency keys (but in the negative controls)")};
    const auto done = options.withRounds ? carryOut(proof, say) : Status();
    if (!done)
        proof.stoppedBy = done.error().message;
    if (options.withControls && proof.stoppedBy.isEmpty())
        proof.controls = runControls(options, say);
    proof.endedAt = Instant::now();
    return proof;
}

} // namespace oo::proof
