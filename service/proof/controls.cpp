// The negative controls: each switches off the whole set of guards of one promise, and must then be caught. A single guard of a
// set that is switched off and comes out clean is defence in depth, and reported as that.

#include "service/proof/proof_run.h"

#include "shared/api/chaos_options.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QThread>

#include <atomic>
#include <csignal>

#include <unistd.h>

namespace oo::proof {

namespace {

struct Control
{
    const char *name;
    const char *guardsOff;    // of the service
    const char *schemaChange; // guards of the database
    bool honoursKeys, looksUp;
    const char *expected;     // a key of kChaosFaults, or kClean; empty: nothing is promised
    int orders, events;
    std::optional<FaultPoint> kill; // once, and the service is started again
    bool courierDrops = false;      // it accepts and drops, for a time
    int attempts = 20;
};

constexpr char kNoEffectKey[] = "DROP INDEX event_store_effect_once";
constexpr char kNoDeliveryId[] = "DROP INDEX event_store_delivery_once";
constexpr char kBookedTwice[] = "bookedTwice";

const Control kControls[] = {
    // With all guards the same traffic is clean.
    {"nothing, conflicting traffic", "", "", true, true, kClean, 20, 20, {}},
    {"nothing, single webhooks", "", "", true, true, kClean, 200, 1, FaultPoint::BeforeJobAdd, false, 1},
    {"nothing, a courier that drops", "", "", true, true, kClean, 20, 10, {}, true},
    // Never two bookings are decided.
    {"unique effect key, fold check, row lock", "row-lock,fold-check", kNoEffectKey, true, true, kBookedTwice, 20, 20, {}},
    {"unique effect key", "", kNoEffectKey, true, true, "", 20, 20, {}},
    {"fold check", "fold-check", "", true, true, "", 20, 20, {}},
    {"row lock", "row-lock", "", true, true, "", 20, 20, {}},
    // Every stored event is worked.
    {"enqueue after commit, sweep", "enqueue-after-commit,sweep", "", true, true, "unsettled", 200, 1, {}, false, 1},
    {"enqueue after commit", "enqueue-after-commit", "", true, true, "", 200, 1, {}, false, 1},
    {"sweep, with a kill between commit and job", "sweep", "", true, true, "unsettled", 200, 1, FaultPoint::BeforeJobAdd},
    {"sweep", "sweep", "", true, true, "", 200, 1, {}},
    // A call that was accepted is not accepted again.
    {"idempotency key, look-up", "", "", false, false, kBookedTwice, 20, 10, {}, true},
    {"idempotency key", "", "", false, true, "", 20, 10, {}, true},
    {"look-up", "", "", true, false, "", 20, 10, {}, true},
    // A delivery that is repeated is one event.
    {"unique delivery id", "", kNoDeliveryId, true, true, "duplicated", 20, 20, {}},
};

constexpr int kPatienceSeconds = 20;
constexpr int kDropMs = 3000;
constexpr int kStepUs = 5000;

ControlResult runControl(const Control &control, const ProofOptions &options, int number)
{
    ControlResult result;
    result.name = QString::fromUtf8(control.name);
    result.expected = QString::fromUtf8(control.expected);
    Sandbox sandbox({options.folder + QStringLiteral("/control-%1").arg(number), options.program, options.environment, control.guardsOff, control.schemaChange,
                     control.honoursKeys, control.looksUp, control.attempts});
    const auto started = sandbox.start();
    const auto ready = started ? sandbox.startServices(1) : started;
    if (!ready) {
        result.trouble = ready.error().message;
        return result;
    }
    if (control.courierDrops) {
        if (const auto begun = sandbox.begin(Fault::CourierDrops, 0); !begun) {
            result.trouble = begun.error().message;
            return result;
        }
    }
    auto traffic = sandbox.target();
    traffic.traffic = {control.orders, control.events, options.seed, 0.5, "chaos-control-" + QByteArray::number(number)};
    traffic.alone.emplace();
    traffic.concurrency = 4;
    traffic.patienceSeconds = kPatienceSeconds;
    std::atomic<bool> ended{false};
    Result<chaos::Verdict> verdict = fail(ErrorCode::Internal, {});
    auto &service = *sandbox.services().front();
    if (control.kill) { // it begins with its fault point, and goes on without
        service.signal(SIGKILL);
        while (!service.ended())
            usleep(kStepUs);
        service.start(FaultOrders::Kill{*control.kill, 3});
        (void)service.waitForReady(kPatienceSeconds * 1000);
    }
    const std::unique_ptr<QThread> driver(QThread::create([&] {
        verdict = chaos::run(traffic, [](const QString &, const QJsonObject &) {});
        ended = true;
    }));
    driver->start();
    QElapsedTimer clock;
    clock.start();
    bool drops = control.courierDrops;
    while (!ended) {
        if (service.ended())
            service.start({});
        if (drops && clock.hasExpired(kDropMs)) {
            drops = false;
            if (const auto honest = sandbox.end(Fault::CourierDrops); !honest)
                result.trouble = honest.error().message;
        }
        usleep(kStepUs);
    }
    driver->wait();
    if (!verdict) {
        result.trouble = verdict.error().message;
        return result;
    }
    const auto json = verdict->json(traffic);
    for (const auto &fault : kChaosFaults) {
        const auto count = json.value(fault.key).toArray().size();
        if (count > 0)
            result.dirty << QString(fault.key);
        if (result.expected == fault.key)
            result.found = count;
    }
    return result;
}

} // namespace

QString ControlResult::remark() const
{
    if (!trouble.isEmpty())
        return trouble;
    if (!isAsExpected())
        return QStringLiteral("not as expected, which was: %1").arg(expected);
    if (expected == QLatin1StringView(kClean))
        return QStringLiteral("as it must be");
    if (dirty.isEmpty())
        return QStringLiteral("defence in depth: the other guards held");
    return expected.isEmpty() ? QStringLiteral("missed without it alone") : QStringLiteral("caught");
}

QList<ControlResult> runControls(const ProofOptions &options, const Say &say)
{
    QList<ControlResult> results;
    for (const auto &control : kControls) {
        const auto result = runControl(control, options, static_cast<int>(results.size()) + 1);
        const auto came = result.dirty.isEmpty() ? QStringLiteral("clean") : result.dirty.join(QStringLiteral(", "));
        say(QStringLiteral("switched off: %1: %2 (%3)").arg(result.name, came, result.remark()));
        results.append(result);
    }
    return results;
}

} // namespace oo::proof
