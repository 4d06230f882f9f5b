#pragma once
// The threads of the service (design §8), each with its own connections; started and stopped as one list.

#include "service/admin/stream_feed.h"
#include "service/app/health_probe.h"
#include "service/app/settings.h"
#include "service/queue/job_leases.h"
#include "service/queue/marker_wait.h"
#include "service/workers/ingest_writer.h"
#include "service/workers/order_worker.h"

#include <QThread>

#include <memory>
#include <vector>

namespace oo {

struct ServiceRoles
{
    bool ingest = true;
    bool worker = true;
    bool admin = true;
};

using AdminAnswerSink = std::function<void(quint64 exchange, const HttpResponse &)>;

// What the admin port and its threads share.
struct AdminPort
{
    AdminLine &line;
    StreamLine &streams;
    const RefusalRing &refusals;
    AdminAnswerSink answers;
    StreamFeed::Deliver frames;
};

class ServiceThreads
{
public:
    // `answers` is called in the ingest thread, the admin port's two in those of desks and stream.
    ServiceThreads(const ServiceSettings &settings, const ServiceRoles &roles, IngestWriter::AnswerSink answers,
                   AdminPort admin, Counters &counters);
    ~ServiceThreads(); // stops

    void start();
    void stopIngest();  // stores and answers what is in the line, then ends
    void stopWorkers(); // gives every taken job its end; waits at most the settings' deadline for calls in flight

    void stopDesks();   // what waits at the admin API is answered, then they end

    IngestLine &line() { return m_line; }
    const HealthProbe &health() const { return m_health; }

private:
    static void join(std::vector<std::unique_ptr<QThread>> &threads);
    void runDelivery(const Downstream &downstream);

    const ServiceSettings &m_settings;
    ServiceRoles m_roles;
    IngestWriter::AnswerSink m_answers;
    AdminPort m_admin;
    JobLeases m_leases;
    WorkerContext m_context;
    AdminContext m_adminContext;
    IngestLine m_line;
    HealthProbe m_health;
    WakeSignal m_stopWorkers;
    WakeSignal m_stopWatchers;
    std::vector<std::unique_ptr<QThread>> m_ingest;
    std::vector<std::unique_ptr<QThread>> m_workers;
    std::vector<std::unique_ptr<QThread>> m_watchers;
    std::vector<std::unique_ptr<QThread>> m_desks;
    Counters &m_counters;
};

} // namespace oo
