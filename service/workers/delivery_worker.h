#pragma once
// Carries out effect events at one downstream (design §3, §4): takes jobs, claims their calls under the orders' locks, calls
// without any lock, writes what came of it. Lives in a thread of its own with an event loop; many calls in flight.

#include "service/clients/call_verdict.h"
#include "service/faults/fault_points.h"
#include "service/queue/marker_wait.h"
#include "service/store/call_ledger.h"
#include "service/workers/circuit.h"
#include "service/workers/delivery_preparation.h"
#include "service/workers/delivery_results.h"
#include "service/workers/downstream.h"
#include "service/workers/order_worker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace oo {

class DeliveryWorker : public QObject
{
    Q_OBJECT

public:
    DeliveryWorker(const WorkerContext &context, Downstream downstream);
    ~DeliveryWorker() override;

    void start();
    void stop(); // takes nothing more; calls in flight end first, then stopped() follows

Q_SIGNALS:
    void stopped();

private:
    void pump();
    bool takeJobs();
    void pumpLater(qint64 ms);
    void waitForWork(const TakenJobs &taken);
    void prepare(const std::vector<TakenJob> &jobs);
    void lookUp(const PreparedCall &call);
    void send(const PreparedCall &call);
    void answered(const PreparedCall &call, const QElapsedTimer &sinceSent, int status, const CallVerdict &verdict); // status 0: no answer
    void writeResults();
    void passCourierPoint(FaultPoint point) const; // what goes to the shop has none
    void endJobs(const std::vector<JobEnd> &ends);
    void giveBack(const std::vector<TakenJob> &jobs, const QString &why);

    const WorkerContext &m_context;
    Downstream m_downstream;
    QByteArray m_token;
    PgConnection m_postgres;
    RedisConnection m_redis;
    JobDispatch m_jobs;
    JobQueue &m_queue;
    DeliveryPreparation m_preparation;
    DeliveryResults m_results;
    HttpClient m_http;
    MarkerWait m_marker;
    std::unique_ptr<QSocketNotifier> m_markerReadable;
    QTimer m_pumpTimer, m_resultTimer, m_progressTimer;
    Circuit m_circuit;
    QElapsedTimer m_clock, m_sinceTake;
    std::vector<CallResult> m_finished;
    int m_inFlight = 0;
    bool m_tookMarker = false; // and others sleep meanwhile
    bool m_stopping = false;
    OutageLog m_postgresOutage{"PostgreSQL"};
    OutageLog m_redisOutage{"Redis"};
};

} // namespace oo
