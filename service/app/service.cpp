#include "service/app/service.h"

#include <QLoggingCategory>

#include <algorithm>

#include <sys/resource.h>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logService, "orders.service")

constexpr int kStopCheckMs = 10;
constexpr rlim_t kOwnFiles = 192;

GateLimits limitsOf(const ServiceSettings &settings)
{
    GateLimits limits;
    limits.maxBodyBytes = settings.maxBodyBytes;
    limits.drainMs = settings.stopDrainMs;
    // Descriptors are left for PostgreSQL, Redis, outgoing calls and files.
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        limits.maxConnections = static_cast<int>(std::clamp<rlim_t>(files.rlim_cur - kOwnFiles, 16, static_cast<rlim_t>(limits.maxConnections)));
    }
    return limits;
}

} // namespace

Service::Service(const ServiceSettings &settings, const ServiceRoles &roles)
    : m_settings(settings), m_public(limitsOf(settings)),
      m_threads(m_settings, roles,
                [this](std::vector<IngestAnswer> &&answers) {
                    QMetaObject::invokeMethod(this, [this, answers = std::move(answers)] { m_gateway.answer(answers); },
                                              Qt::QueuedConnection);
                },
                {m_adminLine, m_streams, m_refusals,
                 [this](quint64 exchange, const HttpResponse &response) {
                     QMetaObject::invokeMethod(this, [this, exchange, response] { m_admin->answer(exchange, response); }, Qt::QueuedConnection);
                 },
                 [this](const StreamDelivery &delivery) {
                     QMetaObject::invokeMethod(this, [this, delivery] { m_admin->deliver(delivery); }, Qt::QueuedConnection);
                 }},
                m_counters),
      m_gateway(m_public, settings.secrets,
                [this, ingests = roles.ingest](IngestRequest &&request) { return ingests && m_threads.line().offer(std::move(request)); },
                [this] {
                    return Readiness{m_threads.health().postgresAnswers(), m_threads.health().redisAnswers(), m_stopping,
                                     m_counters.foreignOrderWorkers > 0};
                },
                m_counters)
{
    if (!m_settings.isProduction())
        m_standins = std::make_unique<StandinServices>(m_public, m_settings.standinLedgerFile);
    if (roles.admin)
        m_admin = std::make_unique<AdminServer>(m_adminLine, m_streams, m_settings.adminHosts);
    m_gateway.setRefusalObserver([this](const GateRequest &request, int status, QByteArrayView code, QByteArrayView message) {
        keepRefusal(request.head, request.peer, request.body.size(), status, code, message);
    });
    m_public.gate().setRefusalObserver([this](const HttpRefusal &refusal, const QHostAddress &peer, const RequestHead *head) {
        m_counters.refusedAtGate++;
        keepRefusal(head ? *head : RequestHead(), peer, head ? head->contentLength : 0, refusal.status, "refused_at_gate", refusal.message);
    });
    connect(&m_stopTimer, &QTimer::timeout, this, &Service::finishWhenAnswered);
}

Service::~Service()
{
    if (m_stopThread)
        m_stopThread->wait();
}

Status Service::start()
{
    QString error;
    if (!m_public.listen(QHostAddress(m_settings.appBind), static_cast<quint16>(m_settings.appPort), error))
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot listen on %1:%2: %3. Is another program there? Set APP_PORT.")
                                                .arg(m_settings.appBind).arg(m_settings.appPort).arg(error));
    m_settings.appPort = m_public.port(); // a port of 0 is chosen by the system; the stand-ins' URL holds it
    if (m_admin && !m_admin->listen(QHostAddress(m_settings.adminBind), static_cast<quint16>(m_settings.adminPort), error))
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot listen on %1:%2 for the admin API: %3. Is another program there? Set ADMIN_PORT.")
                                                .arg(m_settings.adminBind).arg(m_settings.adminPort).arg(error));
    m_threads.start();
    qCInfo(logService).noquote() << "webhooks on" << m_settings.appBind << "port" << m_public.port();
    return {};
}

void Service::stop()
{
    if (m_stopping)
        return;
    m_stopping = true;
    qCInfo(logService) << "stopping: what is taken is finished, then the port is closed";
    m_stopDeadline = QDeadlineTimer(m_settings.stopDeadlineMs / 2); // the rest is for what the threads have in hand
    m_public.gate().stopAccepting();
    if (m_admin)
        m_admin->stopAccepting();
    m_stopTimer.start(kStopCheckMs);
}

void Service::keepRefusal(const RequestHead &head, const QHostAddress &peer, qint64 bytes, int status, QByteArrayView code, QByteArrayView message)
{
    m_refusals.add({Instant::now(), status, code.toByteArray(), message.toByteArray(), peer.toString().toUtf8(), shopifyHeader(head, "Topic"),
                    shopifyHeader(head, "Shop-Domain"), bytes});
}

void Service::logCounters() const
{
    QStringList numbers;
    for (const auto &row : kCounterRows)
        numbers << QStringLiteral("%1 %2").arg(QLatin1StringView(row.name)).arg((m_counters.*row.number).load());
    QStringList secrets;
    for (const auto &matched : m_counters.secretMatched)
        secrets << QString::number(matched.load());
    qCInfo(logService).noquote() << "since the start:" << numbers.join(QStringLiteral(", ")) << "| matches by secret" << secrets.join(QLatin1Char(','));
}

void Service::finishWhenAnswered()
{
    const bool isDrained = m_public.isDrained() && (!m_admin || m_admin->isDrained());
    if (!isDrained && !m_stopDeadline.hasExpired())
        return;
    m_stopTimer.stop();
    // In a thread of its own: this one goes on answering meanwhile, the stand-ins' callers among others.
    m_stopThread.reset(QThread::create([this] {
        m_threads.stopIngest();
        m_threads.stopWorkers();
        m_threads.stopDesks();
    }));
    connect(m_stopThread.get(), &QThread::finished, this, [this] {
        logCounters();
        qCInfo(logService) << "stopped";
        Q_EMIT stopped();
    });
    m_stopThread->start();
}

} // namespace oo
