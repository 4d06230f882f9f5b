#pragma once
// A worker of the conformance tests on our library: waits on the marker, takes batches, renews locks, does what a job's name says.

#include "service/queue/job_leases.h"
#include "service/queue/marker_wait.h"

#include <QJsonObject>

#include <thread>

namespace oo::interop {

// Job names: `echo` returns its data, `fail` fails every attempt, `fatal` fails for good, `sleep` takes data.ms; data.text is the
// reason of a failure. Each run is told by a line {"event": "ran", "job": …}, each refused end by {"event": "refused", …}.
class PeerWorker
{
public:
    explicit PeerWorker(RedisSettings settings) : m_settings(std::move(settings)) {}
    ~PeerWorker() { stop(); }

    // question: batch (jobs at once), name (of the worker), limiter, options (of the ends), stalledInterval (0: no check).
    QJsonObject start(const QByteArray &queue, const QJsonObject &question);
    QJsonObject stop();

private:
    void run(const QByteArray &queue, const QJsonObject &question);

    RedisSettings m_settings;
    std::unique_ptr<WakeSignal> m_stop;
    std::unique_ptr<JobLeases> m_leases;
    std::thread m_thread, m_leaseThread;
};

} // namespace oo::interop
