#include "service/workers/delivery_worker.h"

#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logDelivery, "orders.delivery.worker")

constexpr int kMaxInFlight = HttpClient::maxCalls(); // half of it is prepared while the other half is called
constexpr int kPauseMs = 500; // while a server is not reachable
constexpr int kResultRetryMs = 500;
constexpr int kProgressMs = 2000;
constexpr int kGatherMs = 4; // while more answers are on their way

QUrl under(const QUrl &base, const QByteArray &path)
{
    QUrl url = base;
    auto prefix = base.path();
    while (prefix.endsWith(QLatin1Char('/')))
        prefix.chop(1);
    url.setPath(prefix + QString::fromUtf8(path));
    return url;
}

} // namespace

DeliveryWorker::DeliveryWorker(const WorkerContext &context, Downstream downstream)
    : m_context(context), m_downstream(std::move(downstream)),
      m_token(context.instance + ":delivery:" + bytesOf(m_downstream.queue)), m_postgres(context.postgres),
      m_redis(context.redis), m_jobs(m_redis, context.retries), m_queue(m_jobs.queue(m_downstream.queue)),
      m_preparation(m_postgres, context.instance, m_downstream),
      m_results(m_postgres, context.instance, context.effects, context.counters),
      m_marker(context.redisOf(m_downstream.queue), {m_queue.markerKey()})
{
    m_pumpTimer.setSingleShot(true);
    m_resultTimer.setSingleShot(true);
    connect(&m_pumpTimer, &QTimer::timeout, this, &DeliveryWorker::pump);
    connect(&m_resultTimer, &QTimer::timeout, this, &DeliveryWorker::writeResults);
    // A living event loop is progress: calls may take longer than the leases wait for a stuck worker.
    connect(&m_progressTimer, &QTimer::timeout, this, [this] { m_context.leases.reportProgress(m_token); });
    m_progressTimer.start(kProgressMs);
    m_clock.start();
}

DeliveryWorker::~DeliveryWorker() = default;

void DeliveryWorker::start()
{
    pumpLater(0);
}

void DeliveryWorker::stop()
{
    m_stopping = true;
    m_pumpTimer.stop();
    m_markerReadable.reset();
    pump(); // passes a marker on
    if (m_inFlight == 0 && m_finished.empty())
        Q_EMIT stopped();
}

void DeliveryWorker::pumpLater(qint64 ms)
{
    if (!m_stopping && (!m_pumpTimer.isActive() || m_pumpTimer.remainingTime() > ms))
        m_pumpTimer.start(static_cast<int>(std::clamp<qint64>(ms, 0, MarkerWait::longestWaitMs)));
}

void DeliveryWorker::pump()
{
    if (!takeJobs() && m_tookMarker)
        m_queue.passMarkerOn();
    m_tookMarker = false;
}

// False: none could be taken, and when to try again is arranged.
bool DeliveryWorker::takeJobs()
{
    const auto now = m_clock.elapsed();
    const auto later = [this](qint64 ms) {
        pumpLater(ms);
        return false;
    };
    if (m_stopping)
        return false;
    if (m_sinceTake.isValid() && m_sinceTake.elapsed() < m_context.ingestPauseMs())
        return later(WorkerContext::pauseStepMs); // as the order workers do
    if (m_circuit.isOpen(now))
        return later(m_circuit.opensIn(now));
    const int room = m_circuit.isProbing() ? 1 - m_inFlight : kMaxInFlight - m_inFlight;
    if (room <= 0 || (m_inFlight > 0 && room < kMaxInFlight / 2 && !m_circuit.isProbing()))
        return false; // answers pump again
    if (const auto opened = m_postgres.open(); !opened) {
        m_postgresOutage.failed(logDelivery(), opened.error().message);
        return later(kPauseMs);
    }
    m_postgresOutage.worked(logDelivery());
    m_sinceTake.start();
    const auto taken = m_queue.take(room, m_token, workerName(m_context.instance), m_downstream.limit);
    if (!taken) {
        m_redisOutage.failed(logDelivery(), taken.error().message);
        return later(kPauseMs);
    }
    m_redisOutage.worked(logDelivery());
    if (taken->jobs.empty()) {
        waitForWork(*taken);
    } else {
        m_context.leases.hold(m_downstream.queue, m_token, taken->jobs);
        passFaultPoint(FaultPoint::AfterTake);
        prepare(taken->jobs);
        pumpLater(0);
    }
    return true;
}

void DeliveryWorker::waitForWork(const TakenJobs &taken)
{
    if (taken.limitedForMs)
        return pumpLater(*taken.limitedForMs);
    const qint64 untilDue = taken.nextDueMs ? *taken.nextDueMs - m_redis.nowMs() : MarkerWait::longestWaitMs;
    pumpLater(std::max<qint64>(untilDue, 1));
    if (m_marker.isWaiting() || !m_marker.begin(untilDue))
        return;
    m_markerReadable = std::make_unique<QSocketNotifier>(m_marker.descriptor(), QSocketNotifier::Read);
    connect(m_markerReadable.get(), &QSocketNotifier::activated, this, [this] {
        const auto waited = m_marker.finish();
        if (waited == MarkerWait::Waited::NotYet)
            return;
        m_tookMarker = waited == MarkerWait::Waited::ForMarker;
        m_markerReadable->setEnabled(false);
        m_markerReadable.release()->deleteLater(); // we are inside its signal
        pumpLater(0);
    });
}

void DeliveryWorker::prepare(const std::vector<TakenJob> &jobs)
{
    auto prepared = m_preparation.prepare(jobs);
    if (!prepared)
        return giveBack(jobs, prepared.error().message);
    for (const auto &[event, run] : std::as_const(prepared->released)) { // a kept failed job holds the plain id
        const auto added = m_queue.add({eventJob(event, bytesOf(EventType::BookingCreateRequest), runSuffix(run))});
        if (!added)
            m_redisOutage.failed(logDelivery(), added.error().message + QStringLiteral("; the janitor will add the job"));
    }
    if (!prepared->ends.empty())
        endJobs(prepared->ends);
    m_inFlight += static_cast<int>(prepared->calls.size());
    for (const auto &call : prepared->calls)
        call.lookUpFirst ? lookUp(call) : send(call);
}

void DeliveryWorker::giveBack(const std::vector<TakenJob> &jobs, const QString &why)
{
    qCInfo(logDelivery).noquote() << "gave" << jobs.size() << "jobs of" << bytesOf(m_downstream.queue) << "back:" << why;
    std::vector<JobEnd> ends;
    ends.reserve(jobs.size());
    for (const auto &job : jobs)
        ends.push_back({job.id, JobEnd::Action::Later, {}, kPauseMs});
    endJobs(ends);
}

void DeliveryWorker::lookUp(const PreparedCall &call)
{
    QElapsedTimer clock;
    clock.start();
    HttpCall question{"GET", under(m_downstream.url, "/bookings"), {}, {}, m_downstream.timeoutMs / 2};
    question.url.setQuery(QStringLiteral("key=") + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(call.call.idempotencyKey))));
    m_http.send(question, [this, call, clock](const HttpAnswer &answer) {
        if (answer.status == 404)
            return send(call);
        auto verdict = verdictOf(answer);
        if (verdict.kind != CallVerdict::Kind::Accepted) // not known either way
            verdict = {CallVerdict::Kind::NoAnswer, answer.retryAfterMs.value_or(0), {}, "the look-up under its key failed"};
        answered(call, clock, answer.status, verdict);
    });
}

void DeliveryWorker::send(const PreparedCall &call)
{
    // This thread may have been busy: a call never goes out so late that somebody else may have claimed it by its end.
    if (call.sendBefore.hasExpired())
        return answered(call, {}, 0, {CallVerdict::Kind::NoAnswer, 0, {}, "its lease was about to run out"});
    passCourierPoint(FaultPoint::BeforeCourierCall);
    QElapsedTimer clock;
    clock.start();
    // A look-up before has used up part of the lease.
    const int timeout = call.lookUpFirst ? m_downstream.timeoutMs / 2 : m_downstream.timeoutMs;
    m_http.send({"POST", under(m_downstream.url, call.call.path), call.call.body, call.call.idempotencyKey, timeout},
                [this, call, clock](const HttpAnswer &answer) {
                    const auto verdict = verdictOf(answer);
                    if (verdict.kind == CallVerdict::Kind::Accepted)
                        passCourierPoint(FaultPoint::AfterCourierAccepted);
                    answered(call, clock, answer.status, verdict);
                });
}

void DeliveryWorker::passCourierPoint(FaultPoint point) const
{
    if (m_downstream.queue == QueueName::BookingEvents)
        passFaultPoint(point);
}

void DeliveryWorker::answered(const PreparedCall &call, const QElapsedTimer &sinceSent, int status, const CallVerdict &verdict)
{
    const bool wasSent = sinceSent.isValid();
    const auto tookUs = wasSent ? sinceSent.nsecsElapsed() / 1000 : 0;
    const bool isCourier = m_downstream.queue == QueueName::BookingEvents;
    auto &counters = m_context.counters;
    if (wasSent)
        (isCourier ? counters.courierCallTime : counters.shopCallTime).add(tookUs);
    if (isDownstreamsOwn(status))
        m_circuit.answered();
    else
        m_circuit.noAnswer(m_clock.elapsed());
    (isCourier ? counters.courierCircuitOpen : counters.shopCircuitOpen) = m_circuit.isProbing() ? 1 : 0;
    m_finished.push_back({call, verdict, status, wasSent ? std::optional(static_cast<int>(tookUs / 1000)) : std::nullopt});
    if (!m_resultTimer.isActive())
        m_resultTimer.start(m_inFlight > static_cast<int>(m_finished.size()) ? kGatherMs : 0); // written together
}

void DeliveryWorker::writeResults()
{
    const auto written = m_results.write(m_finished);
    if (!written) { // not one of them could be written: the server is lost
        m_postgresOutage.failed(logDelivery(), written.error().message);
        m_resultTimer.start(kResultRetryMs);
        return;
    }
    if (written->unwritten.size() < m_finished.size())
        passCourierPoint(FaultPoint::AfterCallRecord);
    m_inFlight -= static_cast<int>(m_finished.size() - written->unwritten.size());
    m_finished = written->unwritten;
    if (!m_finished.empty())
        m_resultTimer.start(kResultRetryMs);
    if (const auto added = m_jobs.addFor(written->stored); !added)
        m_redisOutage.failed(logDelivery(), added.error().message + QStringLiteral("; the janitor will add the jobs"));
    endJobs(written->ends);
    if (m_stopping && m_inFlight == 0)
        Q_EMIT stopped();
    else
        pumpLater(0);
}

void DeliveryWorker::endJobs(const std::vector<JobEnd> &ends)
{
    if (const auto settled = m_queue.settle(m_token, ends); !settled)
        m_redisOutage.failed(logDelivery(), settled.error().message + QStringLiteral("; the jobs will be found done when they run again"));
    else
        m_context.counters.finishedOf(m_downstream.queue) += countFinal(ends);
    m_context.leases.drop(m_downstream.queue, m_token, ends);
}

} // namespace oo
