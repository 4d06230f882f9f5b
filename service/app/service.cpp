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
    m_public.gate().setRefusalObserver([this](const HttpRefusal &, const QHostAddress &) { m_counters.refusedAtGate++; });
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
    m_threads.start();
    qCInfo(logService).noquote() << "webhooks on" << m_settings.appBind << "port" << m_public.port();
    return {};
}

void Service::stop()
{
    if (m_stopping)
        return;
    m_stopping = true;
    qCInfo(logService) << "stopping: no new connections; what was taken is finished";
    m_stopDeadline = QDeadlineTimer(m_settings.stopDeadlineMs / 2);
    m_public.gate().stopAccepting();
    m_stopTimer.start(kStopCheckMs);
}

void Service::logCounters() const
{
    QStringList secrets;
    for (const auto &matched : m_counters.secretMatched)
        secrets << QString::number(matched.load());
    qCInfo(logService).noquote() << "since the start: accepted" << m_counters.accepted.load() << "repeated" << m_counters.repeated.load()
                                 << "refused: at the gate" << m_counters.refusedAtGate.load() << "signature"
                                 << m_counters.refusedSignature.load() << "content" << m_counters.refusedContent.load() << "unavailable"
                                 << m_counters.refusedUnavailable.load() << "| settled" << m_counters.eventsSettled.load() << "parked"
                                 << m_counters.eventsParked.load() << "| calls accepted" << m_counters.callsAccepted.load() << "refused"
                                 << m_counters.callsRefused.load() << "unknown" << m_counters.callsUnknown.load()
                                 << "| matches by secret" << secrets.join(QLatin1Char(','));
}

void Service::finishWhenAnswered()
{
    if (m_public.pendingAnswers() > 0 && !m_stopDeadline.hasExpired())
        return;
    m_stopTimer.stop();
    // In a thread of its own: this one goes on answering meanwhile, the stand-ins' callers among others.
    m_stopThread.reset(QThread::create([this] {
        m_threads.stopIngest();
        m_threads.stopWorkers();
    }));
    connect(m_stopThread.get(), &QThread::finished, this, [this] {
        logCounters();
        qCInfo(logService) << "stopped";
        Q_EMIT stopped();
    });
    m_stopThread->start();
}

} // namespace oo
