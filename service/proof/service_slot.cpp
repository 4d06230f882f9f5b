#include "service/proof/service_slot.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTcpServer>

#include <csignal>

#include <sys/prctl.h>

namespace oo::proof {

namespace {

QList<QByteArray> linesOf(const QString &path, qint64 from)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(from))
        return {};
    return file.readAll().trimmed().split('\n');
}

// Not the last line alone: the other threads go on logging until the signal comes.
std::optional<FaultPoint> pointIn(const QList<QByteArray> &lines)
{
    for (const auto &line : lines) {
        for (const auto &row : EnumTable<FaultPoint>::rows) {
            if (line.startsWith("fault point " + bytesOf(row.value) + ','))
                return row.value;
        }
    }
    return std::nullopt;
}

} // namespace

ServiceSlot::ServiceSlot(const QString &program, const QProcessEnvironment &environment, quint16 port, const QString &log)
    : m_program(program), m_environment(environment), m_port(port), m_log(log)
{
    m_environment.insert(QStringLiteral("APP_PORT"), QString::number(port));
}

ServiceSlot::~ServiceSlot()
{
    if (!m_process)
        return;
    m_process->kill();
    m_process->waitForFinished(-1);
}

void ServiceSlot::start(const std::optional<FaultOrders::Kill> &kill, const QProcessEnvironment &preload)
{
    auto environment = m_environment;
    if (kill)
        environment.insert(QStringLiteral("FAULT_POINT"), QStringLiteral("%1:%2").arg(QString::fromUtf8(bytesOf(kill->point))).arg(kill->pass));
    environment.insert(preload);
    m_armed = kill;
    m_logStart = QFileInfo(m_log).size();
    m_startedAt = Instant::now();
    m_isReady = false;
    m_isEndTold = false;
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(environment);
    m_process->setStandardErrorFile(m_log, QIODevice::Append);
    m_process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process->start(m_program, {QStringLiteral("serve"), QStringLiteral("--roles"), QStringLiteral("ingest,worker")});
    m_process->waitForStarted(-1);
    m_processId = m_process->processId();
}

bool ServiceSlot::isRunning() const
{
    if (m_process)
        m_process->waitForFinished(0); // without an event loop it is told of an end only here
    return m_process && m_process->state() != QProcess::NotRunning;
}

bool ServiceSlot::isReady()
{
    if (m_process && !m_isReady) {
        m_process->waitForReadyRead(0);
        m_isReady = m_process->readAllStandardOutput().contains("is ready");
    }
    return m_isReady && isRunning();
}

bool ServiceSlot::waitForReady(int ms)
{
    QElapsedTimer waited;
    waited.start();
    while (isRunning() && !waited.hasExpired(ms)) {
        if (isReady())
            return true;
        m_process->waitForReadyRead(10);
    }
    return false;
}

std::optional<ServiceEnd> ServiceSlot::ended()
{
    if (m_isEndTold || isRunning())
        return std::nullopt;
    m_isEndTold = true;
    ServiceEnd end;
    end.processId = m_processId;
    const auto lines = linesOf(m_log, m_logStart);
    if (!lines.isEmpty())
        end.lastLine = QString::fromUtf8(lines.last());
    const bool bySignal = m_process->exitStatus() == QProcess::CrashExit;
    end.killed = bySignal && m_process->exitCode() == SIGKILL;
    if (end.killed)
        end.point = pointIn(lines);
    else
        (bySignal ? end.otherSignal : end.exitCode) = m_process->exitCode();
    return end;
}

void ServiceSlot::signal(int number) const
{
    if (isRunning())
        ::kill(static_cast<pid_t>(m_process->processId()), number);
}

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost, 0) ? server.serverPort() : quint16(0);
}

} // namespace oo::proof
