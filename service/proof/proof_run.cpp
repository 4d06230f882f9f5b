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
// A round of the fewest lasts as long as the longest fault.
constexpr int kEventsOfAnOrder = 25, kMostOrders = 200, kFewestOrders = 100, kOrdersOfAKill = 12;
constexpr int kConcurrency = 16, kPatienceSeconds = 120;
constexpr int kStepUs = 5000;
constexpr qint64 kUndisturbedUs = 6000000;
constexpr int kMostRoundsInVain = 5;

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
    void keep() { m_file.flush(); }

private:
    QFile m_file;
    bool m_isOpen = false;
};

chaos::RunOptions trafficOf(const Sandbox &sandbox, const ProofOptions &options, const Round &round, qsizetype killsLeft)
{
    auto run = sandbox.target();
    run.traffic.orders = static_cast<int>(std::clamp<qsizetype>(killsLeft * kOrdersOfAKill, kFewestOrders, kMostOrders));
    run.traffic.events = kEventsOfAnOrder;
    run.traffic.seed = options.seed * 1000 + static_cast<quint64>(round.number);
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

Status takeWebhooksWaited(const PgSettings &settings, Round &round)
{
    if (round.services < kMostServices)
        return {};
    PgConnection postgres(settings);
    for (const auto &kill : std::as_const(round.kills)) {
        if (isDisturbed(round, kill.at))
            continue;
        const auto rows = postgres.run(sql::proofWebhooksWaited, PgParams().add(kill.at));
        if (!rows)
            return failure(rows);
        if (!rows->isNull(0, 0))
            round.webhooksWaitedMs.push_back(rows->int8(0, 0));
    }
    return {};
}

Status runRound(Sandbox &sandbox, FaultPlan &plan, History &history, Round &round)
{
    if (auto started = sandbox.startServices(round.services); !started)
        return started;
    std::atomic<bool> sent{false}, quietMayCome{false};
    auto traffic = round.traffic;
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
    FaultInjector injector(sandbox, plan, {isOneAtATime ? 1 : round.services, round.number, isOneAtATime ? kUndisturbedUs : 0, !isOneAtATime}, round.traffic.traffic.seed);
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
    return takeWebhooksWaited(postgres, round);
}

// What the database holds at the end, for whoever wants to check the verdict.
Status keepDatabase(const PgSettings &settings, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return fail(ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(path, file.errorString()));
    PgConnection postgres(settings);
    constexpr int kPage = 10000;
    const auto write = [&file](const PgRows &rows) {
        for (int row = 0; row < rows.size(); ++row)
            file.write(rows.text(row, rows.column("line")) + '\n');
    };
    for (qint64 last = 0, size = kPage; size == kPage;) {
        const auto rows = postgres.run(sql::proofEvents, PgParams().add(last).add(kPage));
        if (!rows)
            return failure(rows);
        write(*rows);
        size = rows->size();
        last = size > 0 ? rows->int8(rows->size() - 1, rows->column("id")) : last;
    }
    for (const auto &statement : {sql::proofOrders, sql::proofCalls}) {
        const auto rows = postgres.run(statement);
        if (!rows)
            return failure(rows);
        write(*rows);
    }
    return {};
}

// Falls with everything that is carried out, and with every try.
qsizetype workLeft(const FaultPlan &plan)
{
    qsizetype left = 0;
    for (const auto &planned : plan.kills)
        left += FaultPlan::kMostTries - planned.tries;
    for (const auto &planned : plan.faults)
        left += FaultPlan::kMostTries - planned.tries;
    return left;
}

int nextServices(const FaultPlan &plan, qsizetype rounds)
{
    const auto takeTurns = [rounds](int most) { return most - static_cast<int>(rounds) % most; };
    if (plan.faults.isEmpty())
        return plan.kills.size() == 1 ? kMostServices : takeTurns(kMostServices);
    const bool needTwo = std::all_of(plan.faults.cbegin(), plan.faults.cend(), [](const auto &planned) { return servicesFor(planned.fault) > 1; });
    if (plan.kills.isEmpty()) // three are for kills alone
        return needTwo ? kMostServices - 1 : takeTurns(kMostServices - 1);
    return takeTurns(kMostServices);
}

Status carryOutPlan(Proof &proof, Sandbox &sandbox, History &history, const Say &say)
{
    auto plan = proof.plan;
    int inVain = 0, forHandover = 0;
    chaos::SentBefore sent;
    for (;;) {
        if (plan.isEmpty() && proof.options.kills > 0 && proof.movedOver().empty() && forHandover++ < kMostRoundsInVain)
            plan.kills.append({{FaultPoint::AfterTake, 1}, 0}); // where it certainly holds jobs
        if (plan.isEmpty())
            return {};
        Round round;
        round.number = static_cast<int>(proof.rounds.size()) + 1;
        round.services = nextServices(plan, proof.rounds.size());
        round.traffic = trafficOf(sandbox, proof.options, round, plan.kills.size() + plan.faults.size());
        round.traffic.alone = sent;
        round.startedAt = Instant::now();
        const auto leftBefore = workLeft(plan);
        const auto done = runRound(sandbox, plan, history, round);
        history.keep();
        round.traffic.alone.reset();
        proof.rounds.append(round);
        proof.givenUp = plan.givenUp;
        if (!done)
            return done;
        say(QStringLiteral("round %1: %2 services, %3 kills, %4 faults, %5 webhooks acknowledged: %6")
                .arg(round.number).arg(round.services).arg(round.kills.size()).arg(round.faultsMade()).arg(round.verdict.acknowledged)
                .arg(round.isClean() ? QStringLiteral("clean") : QStringLiteral("NOT CLEAN")));
        sent.add(chaos::makeTraffic(round.traffic.traffic));
        inVain = workLeft(plan) < leftBefore ? 0 : inVain + 1;
        if (inVain == kMostRoundsInVain)
            return fail(ErrorCode::Internal, QStringLiteral("the plan cannot be carried out: %1 kills and %2 faults are left").arg(plan.kills.size()).arg(plan.faults.size()));
    }
}

Facts settingsOf(const ProofOptions &options)
{
    const auto number = [](auto value) { return QString::number(value); };
    return {{QStringLiteral("seed"), number(options.seed)},
            {QStringLiteral("kills asked for"), number(options.kills)},
            {QStringLiteral("services in turn"), QStringLiteral("3 (one killed at a time, no other fault), 2, 1")},
            {QStringLiteral("orders of a round"), QStringLiteral("%1 to %2").arg(kFewestOrders).arg(kMostOrders)},
            {QStringLiteral("webhooks of an order"), number(kEventsOfAnOrder)},
            {QStringLiteral("webhooks a second"), number(kRate)},
            {QStringLiteral("share of webhooks sent twice"), number(chaos::TrafficOptions().duplicates)},
            {QStringLiteral("connections"), number(kConcurrency)},
            {QStringLiteral("patience for the next answer, and for quiet, s"), number(kPatienceSeconds)},
            {QStringLiteral("a point must be reached within, s"), number(FaultInjector::reachSeconds)},
            {QStringLiteral("tries for a point or a fault"), number(FaultPlan::kMostTries)},
            {QStringLiteral("one of three stays down for, ms"), number(kUndisturbedUs / 1000)},
            {QStringLiteral("work moves over within, ms"), number(kMovesOverMs)}};
}

Status carryOut(Proof &proof, const Say &say)
{
    const auto &options = proof.options;
    Sandbox sandbox({options.folder, options.program, options.environment});
    say(QStringLiteral("making the sandbox in %1").arg(options.folder));
    if (auto started = sandbox.start(); !started)
        return started;
    proof.untested += sandbox.untested();
    proof.serviceSettings = sandbox.serviceSettings();
    const auto versions = sandbox.serverVersions();
    if (!versions)
        return failure(versions);
    proof.machine += *versions;
    History history(options.folder + QStringLiteral("/history.jsonl"));
    if (!history.isOpen())
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot write to %1").arg(options.folder));
    proof.plan = makePlan(options.kills, options.seed, sandbox.possibleFaults());
    const auto done = carryOutPlan(proof, sandbox, history, say);
    const auto kept = keepDatabase(sandbox.target().postgres, options.folder + QStringLiteral("/database.jsonl"));
    return done ? kept : done;
}

} // namespace

qsizetype Round::faultsMade() const
{
    return std::count_if(faults.cbegin(), faults.cend(), [](const FaultRecord &fault) { return fault.isWhole; });
}

std::vector<Handover::Waited> Proof::movedOver() const
{
    std::vector<Handover::Waited> all;
    for (const auto &round : rounds) {
        for (const auto &kill : round.kills) {
            if (kill.movedOver)
                all.push_back(*kill.movedOver);
        }
    }
    return all;
}

QStringList Proof::troubles() const
{
    auto troubles = givenUp;
    const auto waited = movedOver();
    if (options.withRounds && options.kills > 0 && stoppedBy.isEmpty() && waited.empty())
        troubles << QStringLiteral("no kill was seen alone: that work moves over is not proved");
    for (const auto &each : waited) {
        if (each.ms - each.stoodStillMs > kMovesOverMs)
            troubles << QStringLiteral("what a killed process had taken waited %1 ms for another one (at most %2; the machine stood still for %3 of them)")
                            .arg(each.ms).arg(kMovesOverMs).arg(each.stoodStillMs);
    }
    return troubles;
}

bool Proof::isClean() const
{
    return stoppedBy.isEmpty() && troubles().isEmpty() && rounds.isEmpty() != options.withRounds && std::all_of(rounds.cbegin(), rounds.cend(), [](const Round &round) { return round.isClean(); })
           && std::all_of(controls.cbegin(), controls.cend(), [](const ControlResult &control) { return control.isAsExpected(); });
}

Proof prove(const ProofOptions &options, const Say &say)
{
    Proof proof;
    proof.options = options;
    proof.startedAt = Instant::now();
    proof.machine = machineFacts();
    proof.settings = settingsOf(options);
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
