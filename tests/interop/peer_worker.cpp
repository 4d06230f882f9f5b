#include "tests/interop/peer_worker.h"

#include "tests/interop/peer_json.h"

#include <QJsonDocument>
#include <QUuid>

namespace oo::interop {

namespace {

constexpr int kStallsAllowed = 1000; // design §6

JobEnd carryOut(const TakenJob &job, const WakeSignal &stop)
{
    if (!job.deferredFailure.isEmpty())
        return {job.id, JobEnd::Action::Fail, job.deferredFailure, 0};
    sendLine({{QStringLiteral("event"), QStringLiteral("ran")}, {QStringLiteral("job"), toJson(job)}});
    const auto data = QJsonDocument::fromJson(job.data).object();
    const auto reason = data[QLatin1StringView("text")].toString(QStringLiteral("failed by ours")).toUtf8();
    if (job.name == "fail")
        return failedAttempt(job, reason);
    if (job.name == "fatal")
        return {job.id, JobEnd::Action::Fail, reason, 0};
    if (job.name == "sleep")
        stop.waitFor(data[QLatin1StringView("ms")].toInteger());
    return {job.id, JobEnd::Action::Done, job.name == "echo" ? job.data : QByteArray("null"), 0};
}

} // namespace

QJsonObject PeerWorker::start(const QByteArray &queue, const QJsonObject &question)
{
    stop();
    m_stop = std::make_unique<WakeSignal>();
    m_leases = std::make_unique<JobLeases>();
    m_leaseThread = std::thread([this] { m_leases->renewUntilStopped(m_settings); });
    m_thread = std::thread([this, queue, question] { run(queue, question); });
    return {{QStringLiteral("result"), true}};
}

QJsonObject PeerWorker::stop()
{
    if (m_stop) {
        m_stop->raise();
        m_thread.join();
        m_leases->stop();
        m_leaseThread.join();
        m_stop.reset();
    }
    return {{QStringLiteral("result"), true}};
}

void PeerWorker::run(const QByteArray &queueName, const QJsonObject &question)
{
    const auto worker = question[QLatin1StringView("name")].toString(QStringLiteral("ours")).toUtf8();
    const auto token = worker + QUuid::createUuid().toByteArray(QUuid::Id128);
    const int batch = question[QLatin1StringView("batch")].toInt(1);
    const qint64 stalledInterval = question[QLatin1StringView("stalledInterval")].toInteger();
    const auto leased = fromText<QueueName>(queueName).value_or(QueueName::BookingEvents);
    RedisConnection redis(m_settings);
    JobQueue queue(redis, queueName, {});
    auto named = m_settings;
    named.clientName = JobQueue::clientName(queueName, worker);
    MarkerWait marker(named, {queue.markerKey()});
    while (!m_stop->raised()) {
        if (stalledInterval > 0)
            (void)queue.checkStalled(stalledInterval, kStallsAllowed);
        const auto taken = queue.take(batch, token, worker, rateLimit(question));
        if (!taken) {
            sendLine({{QStringLiteral("event"), QStringLiteral("trouble")}, {QStringLiteral("message"), taken.error().message}});
            m_stop->waitFor(500);
            continue;
        }
        if (taken->jobs.empty()) {
            qint64 wait = taken->nextDueMs ? *taken->nextDueMs - Instant::now().milliseconds() : MarkerWait::longestWaitMs;
            if (taken->limitedForMs)
                m_stop->waitFor(*taken->limitedForMs);
            else
                marker.wait(std::max<qint64>(stalledInterval > 0 ? std::min(wait, stalledInterval) : wait, 0), *m_stop);
            continue;
        }
        m_leases->hold(leased, token, taken->jobs);
        std::vector<JobEnd> ends;
        for (const auto &job : taken->jobs)
            ends.push_back(carryOut(job, *m_stop));
        const auto codes = queue.finish(token, ends, finishOptions(question));
        for (size_t i = 0; codes && i < codes->size(); ++i) {
            if ((*codes)[i] != 1)
                sendLine({{QStringLiteral("event"), QStringLiteral("refused")}, {QStringLiteral("id"), QString::fromUtf8(ends[i].id)}, {QStringLiteral("code"), (*codes)[i]}});
        }
        m_leases->drop(leased, token, ends);
    }
}

} // namespace oo::interop
