#include "service/app/service_threads.h"

#include "service/app/chaos_supervisor.h"
#include "service/workers/balance_watch.h"
#include "service/workers/delivery_worker.h"
#include "service/workers/heartbeat.h"
#include "service/workers/janitor.h"
#include "service/workers/redactor.h"
#include "service/workers/replay_runner.h"

#include <QDateTime>
#include <QEventLoop>
#include <QSysInfo>

#include <unistd.h>

namespace oo {

namespace {

constexpr qint64 kLineBytes = 128ll * 1024 * 1024;
constexpr int kDesks = 3; // one of them takes no searches

QByteArray instanceName()
{
    return QSysInfo::machineHostName().toUtf8() + '-' + QByteArray::number(getpid()) + '-'
           + QByteArray::number(QDateTime::currentMSecsSinceEpoch());
}

QByteArray textOf(const ServiceRoles &roles)
{
    QByteArrayList names;
    if (roles.ingest)
        names << "ingest";
    if (roles.worker)
        names << "worker";
    if (roles.admin)
        names << "admin";
    return names.join(',');
}

std::unique_ptr<QThread> startThread(const QString &name, std::function<void()> body)
{
    std::unique_ptr<QThread> thread(QThread::create(std::move(body)));
    thread->setObjectName(name);
    thread->start();
    return thread;
}

} // namespace

ServiceThreads::ServiceThreads(const ServiceSettings &settings, const ServiceRoles &roles, IngestWriter::AnswerSink answers,
                               AdminPort admin, Counters &counters)
    : m_settings(settings), m_roles(roles), m_answers(std::move(answers)), m_admin(std::move(admin)),
      m_context{settings.postgres, settings.redis, settings.retries, settings.effects, instanceName(),
                [this] { return m_line.workersPauseMs(); }, m_leases, counters},
      m_adminContext{settings.postgres, settings.redis, settings.retries, {}, settings.stuckAfter, settings.effects,
                     {m_context.instance, QSysInfo::machineHostName().toUtf8(), getpid(), OO_VERSION, textOf(roles), Instant::now(), bytesOf(settings.environment)}, chaosRefusal(settings, roles.ingest && roles.worker), counters, m_admin.refusals},
      m_line(static_cast<size_t>(settings.maxWaitingWebhooks), kLineBytes, settings.ingestWriters), m_counters(counters)
{
}

ServiceThreads::~ServiceThreads()
{
    stopIngest();
    stopWorkers();
    stopDesks();
}

void ServiceThreads::start()
{
    m_adminContext.downstreams = {m_settings.courier(), m_settings.shop()}; // the stand-ins' port is known by now
    m_watchers.push_back(startThread(QStringLiteral("health"), [this] {
        m_health.run(m_settings.postgres, m_settings.redis, m_stopWatchers);
    }));
    m_watchers.push_back(startThread(QStringLiteral("heartbeat"), [this] {
        Heartbeat(m_settings.postgres, m_settings.redis, m_adminContext.facts, m_counters, m_admin.refusals).run(m_stopWatchers);
    }));
    if (m_roles.admin)
        m_watchers.push_back(startThread(QStringLiteral("balance"), [this] { BalanceWatch(m_settings.postgres, m_counters).run(m_stopWatchers); }));
    if (m_roles.ingest) {
        // While one commits, the other gathers and sends: neither the disk nor this machine waits.
        for (int number = 1; number <= m_settings.ingestWriters; ++number) {
            m_ingest.push_back(startThread(QStringLiteral("ingest-%1").arg(number), [this] {
                IngestWriter(m_settings.postgres, m_settings.redis, m_settings.retries, m_line, m_answers, m_counters).run();
            }));
        }
    }
    for (int number = 1; m_roles.admin && number <= kDesks; ++number)
        m_desks.push_back(startThread(QStringLiteral("admin-%1").arg(number), [this, number] { AdminDesk(m_adminContext).run(m_admin.line, number == 1, m_admin.answers); }));
    if (m_roles.admin)
        m_desks.push_back(startThread(QStringLiteral("stream"), [this] { StreamFeed(m_adminContext, m_admin.streams, m_admin.frames).run(); }));
    if (m_roles.admin && m_adminContext.chaosRefusal.isEmpty())
        m_workers.push_back(startThread(QStringLiteral("chaos"), [this] { ChaosSupervisor(m_settings, m_context.instance).run(m_stopWorkers); }));
    if (!m_roles.worker)
        return;
    m_watchers.push_back(startThread(QStringLiteral("leases"), [this] { m_leases.renewUntilStopped(m_settings.redis); }));
    for (int number = 1; number <= m_settings.orderWorkers; ++number) {
        m_workers.push_back(startThread(QStringLiteral("orders-%1").arg(number), [this, number] {
            OrderWorker(m_context, number).run(m_stopWorkers);
        }));
    }
    for (const auto &downstream : {m_settings.courier(), m_settings.shop()}) {
        m_workers.push_back(startThread(QStringLiteral("delivery-%1").arg(static_cast<int>(downstream.queue)),
                                        [this, downstream] { runDelivery(downstream); }));
    }
    m_workers.push_back(startThread(QStringLiteral("replay"), [this] {
        ReplayRunner(m_settings.postgres, m_settings.redis, m_settings.retries, {m_settings.courier(), m_settings.shop()}, m_context.instance).run(m_stopWorkers);
    }));
    m_workers.push_back(startThread(QStringLiteral("redactor"), [this] { Redactor(m_context).run(m_stopWorkers); }));
    m_workers.push_back(startThread(QStringLiteral("janitor"), [this] { Janitor(m_context).run(m_stopWorkers); }));
}

void ServiceThreads::runDelivery(const Downstream &downstream)
{
    DeliveryWorker worker(m_context, downstream);
    QEventLoop loop;
    QSocketNotifier stop(m_stopWorkers.descriptor(), QSocketNotifier::Read);
    QObject::connect(&worker, &DeliveryWorker::stopped, &loop, &QEventLoop::quit);
    QObject::connect(&stop, &QSocketNotifier::activated, &worker, [&] {
        stop.setEnabled(false);
        // Calls in flight are waited for; past the deadline they are left as unknown, to be resolved by the next start.
        QTimer::singleShot(m_settings.stopDeadlineMs / 2, &loop, &QEventLoop::quit);
        worker.stop();
    });
    worker.start();
    loop.exec();
}

void ServiceThreads::join(std::vector<std::unique_ptr<QThread>> &threads)
{
    for (const auto &thread : threads)
        thread->wait();
    threads.clear();
}

void ServiceThreads::stopIngest()
{
    m_line.close();
    join(m_ingest);
}

void ServiceThreads::stopDesks()
{
    m_admin.streams.close();
    for (const auto exchange : m_admin.line.close())
        m_admin.answers(exchange, errorResponse(503, "unavailable", "the service is stopping"));
    join(m_desks);
}

void ServiceThreads::stopWorkers()
{
    m_stopWorkers.raise();
    join(m_workers);
    m_leases.stop();
    m_stopWatchers.raise();
    join(m_watchers);
}

} // namespace oo
