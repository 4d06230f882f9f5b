#include "service/app/chaos_supervisor.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>

#include <csignal>

#include <sys/prctl.h>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logChaos, "orders.chaos")

constexpr qint64 kLookMs = 500;
constexpr int kLooksOfAbandoned = 20;
constexpr char kCancelled[] = R"({"cancelled":true})";
constexpr qsizetype kMostError = 2000;

// The child's settings, secrets among them: by environment, where no list of processes shows them.
QProcessEnvironment environmentOf(const ServiceSettings &settings)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    const auto &postgres = settings.postgres;
    environment.insert(QStringLiteral("APP_ENV"), QString::fromUtf8(bytesOf(settings.environment)));
    environment.insert(QStringLiteral("DB_HOST"), postgres.host);
    environment.insert(QStringLiteral("DB_PORT"), QString::number(postgres.port));
    environment.insert(QStringLiteral("DB_USERNAME"), postgres.user);
    environment.insert(QStringLiteral("DB_PASSWORD"), postgres.password);
    environment.insert(QStringLiteral("DB_DATABASE"), postgres.database);
    environment.insert(QStringLiteral("DB_SSL_CA"), postgres.caFile);
    environment.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QString::fromUtf8(settings.secrets.shopify.value(0)));
    environment.insert(QStringLiteral("COURIER_WEBHOOK_SECRET"), QString::fromUtf8(settings.secrets.courier.value(0)));
    environment.insert(QStringLiteral("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX"), QString::number(settings.notificationLimit.max));
    environment.insert(QStringLiteral("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_DURATION_MS"), QString::number(settings.notificationLimit.durationMs));
    return environment;
}

} // namespace

QByteArray chaosRefusal(const ServiceSettings &settings, bool doesAll)
{
    if (settings.isProduction())
        return "chaos is for APP_ENV local and test; this is " + bytesOf(settings.environment);
    if (!settings.courierUrl.isEmpty() || !settings.shopUrl.isEmpty())
        return "chaos books and cancels: COURIER_SERVICE_URL and SHOPIFY_ADMIN_SERVICE_URL must both be empty, so that the stand-ins take it";
    return doesAll ? QByteArray() : "this process does not take webhooks and work them: ask one with all roles";
}

ChaosSupervisor::ChaosSupervisor(const ServiceSettings &settings, const QByteArray &instance)
    : m_settings(settings), m_postgres(settings.postgres), m_runs(m_postgres, instance)
{
    m_child.setProcessEnvironment(environmentOf(settings));
    m_child.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); }); // no chaos without its service
}

void ChaosSupervisor::run(const WakeSignal &stop)
{
    while (!stop.waitFor(m_child.state() == QProcess::NotRunning ? kLookMs : 0)) { // while one runs, it is waited for
        if (m_ending)
            tellEnd();
        else if (m_job)
            follow();
        else
            look();
    }
    if (!m_job)
        return;
    killChild();
    if (m_ending)
        tellEnd();
    else
        end(ChaosState::Failed, "the service was stopped");
}

void ChaosSupervisor::look()
{
    if (m_looks++ % kLooksOfAbandoned == 0)
        (void)m_runs.failAbandoned(); // tried again soon
    const auto job = m_runs.claim();
    if (!job)
        return m_outage.failed(logChaos(), job.error().message);
    m_outage.worked(logChaos());
    if (*job)
        start(**job);
}

void ChaosSupervisor::start(const ChaosJob &job)
{
    QStringList arguments{QStringLiteral("chaos"), QStringLiteral("--json-lines"), QStringLiteral("--run"), QString::fromUtf8(job.name()),
                          QStringLiteral("--url"), QStringLiteral("http://127.0.0.1:%1/webhooks/shopify").arg(m_settings.appPort)};
    const auto options = QJsonDocument::fromJson(job.optionsJson).object();
    for (auto option = options.begin(); option != options.end(); ++option)
        arguments << QStringLiteral("--") + option.key() << QString::number(option->toDouble(), 'g', 17);
    m_job = job;
    m_verdict.reset();
    qCInfo(logChaos).noquote() << job.name() << "begins:" << job.optionsJson;
    m_child.start(QCoreApplication::applicationFilePath(), arguments);
}

void ChaosSupervisor::follow()
{
    const bool isOver = m_child.state() == QProcess::NotRunning || m_child.waitForFinished(kLookMs);
    readLines();
    const auto cancelled = m_runs.progress(m_job->id, m_progress);
    if (!cancelled)
        m_outage.failed(logChaos(), cancelled.error().message);
    if (!isOver && cancelled.value_or(false)) {
        killChild();
        m_verdict = kCancelled;
        return end(ChaosState::Cancelled);
    }
    if (!isOver)
        return;
    if (m_verdict)
        return end(ChaosState::Done);
    const auto said = m_child.readAllStandardError().trimmed().right(kMostError);
    end(ChaosState::Failed, said.isEmpty() ? m_child.errorString().toUtf8() : said);
}

// Progress, and the verdict as the last.
void ChaosSupervisor::readLines()
{
    while (m_child.canReadLine()) {
        const auto line = m_child.readLine().trimmed();
        const auto verdict = QJsonDocument::fromJson(line).object().value(QLatin1StringView("verdict"));
        if (verdict.isObject())
            m_verdict = QJsonDocument(verdict.toObject()).toJson(QJsonDocument::Compact);
        else
            m_progress = line;
    }
}

void ChaosSupervisor::end(ChaosState state, const std::optional<QByteArray> &error)
{
    m_ending = {state, error};
    tellEnd();
}

void ChaosSupervisor::tellEnd()
{
    const auto told = m_runs.finish(m_job->id, m_ending->state, m_verdict, m_ending->error);
    if (!told)
        return m_outage.failed(logChaos(), told.error().message); // tried again
    qCInfo(logChaos).noquote() << m_job->name() << "ended:" << bytesOf(m_ending->state) << m_ending->error.value_or(QByteArray())
                               << (*told ? "" : "(it was taken for dead before)");
    m_job.reset();
    m_ending.reset();
    m_progress.reset();
}

void ChaosSupervisor::killChild()
{
    m_child.kill();
    m_child.waitForFinished(-1);
}

} // namespace oo
