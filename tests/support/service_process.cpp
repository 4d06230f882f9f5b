#include "tests/support/service_process.h"

#include "tests/support/samples.h"

#include <QDir>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

namespace oo::test {

namespace {

constexpr int kReadyMs = 60000;

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost, 0);
    return probe.serverPort();
}

} // namespace

ServiceProcess::ServiceProcess(QMap<QString, QString> more) : m_more(std::move(more)), m_folder(QDir::tempPath() + QStringLiteral("/oop-XXXXXX")), m_publicPort(freePort()), m_adminPort(freePort())
{
    QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther);
    start();
}

ServiceProcess::~ServiceProcess()
{
    stop();
}

int ServiceProcess::stop()
{
    m_process.terminate();
    return m_process.waitForFinished(30000) && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QProcessEnvironment ServiceProcess::environment() const
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("APP_ENV"), QStringLiteral("test"));
    environment.insert(QStringLiteral("APP_PORT"), QString::number(m_publicPort));
    environment.insert(QStringLiteral("ADMIN_PORT"), QString::number(m_adminPort));
    environment.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QLatin1StringView(kSampleSecret));
    environment.insert(QStringLiteral("SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX"), QStringLiteral("100"));
    environment.insert(QStringLiteral("COURIER_WEBHOOK_UNSIGNED"), QStringLiteral("allow"));
    for (auto it = m_more.cbegin(); it != m_more.cend(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

void ServiceProcess::start()
{
    m_process.setProcessEnvironment(environment());
    m_process.setStandardErrorFile(m_folder.filePath(QStringLiteral("service.log")), QIODevice::Append);
    m_process.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("serve"), QStringLiteral("--embedded"), QStringLiteral("--data-dir"), m_folder.path()});
    QByteArray said;
    while (!said.contains("orchestratord is ready")) {
        if (!m_process.waitForReadyRead(kReadyMs))
            qFatal("the service does not get ready; see %s/service.log", qPrintable(m_folder.path()));
        said += m_process.readAllStandardOutput();
    }
}

void ServiceProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished(30000);
}

HttpReply ServiceProcess::exchange(quint16 port, const QByteArray &method, const QByteArray &path, const QByteArray &body, const HttpHeaders &headers)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(1000))
        return {};
    QByteArray request = method + ' ' + path + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    bool hasHost = false;
    for (const auto &[name, value] : headers) {
        request += name + ": " + value + "\r\n";
        hasHost = hasHost || name == "Host";
    }
    if (!hasHost)
        request += "Host: localhost\r\n";
    socket.write(request + "\r\n" + body);
    QByteArray all;
    while (socket.waitForReadyRead(10000))
        all += socket.readAll();
    all += socket.readAll();
    return {all.mid(9, 3).toInt(), all.mid(all.indexOf("\r\n\r\n") + 4)};
}

QByteArray ServiceProcess::run(const QStringList &command) const
{
    QProcess program;
    program.setProcessEnvironment(environment());
    program.start(QStringLiteral(OO_PROGRAM), command + QStringList{QStringLiteral("--data-dir"), m_folder.path()});
    program.waitForFinished(60000);
    return program.readAllStandardOutput();
}

} // namespace oo::test
