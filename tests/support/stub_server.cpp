#include "tests/support/stub_server.h"

#include <QFile>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpSocket>
#include <QTemporaryDir>

namespace oo::test {

namespace {

QSslConfiguration untrusted()
{
    QTemporaryDir folder;
    const auto key = folder.filePath(QStringLiteral("key.pem")), certificate = folder.filePath(QStringLiteral("cert.pem"));
    const int made = QProcess::execute(QStringLiteral("openssl"), {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("ec"),
                                                                   QStringLiteral("-pkeyopt"), QStringLiteral("ec_paramgen_curve:P-256"), QStringLiteral("-nodes"),
                                                                   QStringLiteral("-subj"), QStringLiteral("/CN=127.0.0.1"), QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1"),
                                                                   QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-keyout"), key, QStringLiteral("-out"), certificate});
    QFile keyFile(key), certificateFile(certificate);
    if (made != 0 || !keyFile.open(QIODevice::ReadOnly) || !certificateFile.open(QIODevice::ReadOnly))
        qFatal("openssl could not make a certificate");
    QSslConfiguration tls;
    tls.setLocalCertificate(QSslCertificate(certificateFile.readAll(), QSsl::Pem));
    tls.setPrivateKey(QSslKey(keyFile.readAll(), QSsl::Ec, QSsl::Pem));
    return tls;
}

} // namespace

QByteArray StubRequest::header(const QByteArray &name) const
{
    for (const auto &line : head.split('\n')) {
        if (line.toLower().startsWith(name.toLower() + ':'))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

StubServer::StubServer(Answer answer, Over over) : m_over(over), m_answer(std::move(answer)), m_server(over == Over::Tls ? new QSslServer : new QTcpServer)
{
    if (over == Over::Tls)
        static_cast<QSslServer *>(m_server.get())->setSslConfiguration(untrusted());
    m_server->listen(QHostAddress::LocalHost);
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (auto *socket = m_server->nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                m_input.remove(socket);
                socket->deleteLater();
            });
        }
    });
}

QUrl StubServer::url() const
{
    return QUrl((m_over == Over::Tls ? QStringLiteral("https://127.0.0.1:%1") : QStringLiteral("http://127.0.0.1:%1")).arg(m_server->serverPort()));
}

void StubServer::read(QTcpSocket *socket)
{
    auto &input = m_input[socket];
    input += socket->readAll();
    const auto head = input.indexOf("\r\n\r\n");
    if (head < 0)
        return;
    StubRequest request;
    request.head = input.left(head);
    const auto length = request.header("Content-Length").toLongLong();
    if (input.size() < head + 4 + length)
        return;
    request.body = input.mid(head + 4, length);
    const auto line = request.head.left(request.head.indexOf("\r\n")).split(' ');
    request.method = line.value(0);
    request.path = line.value(1);
    input.remove(0, head + 4 + length);
    m_requests.append(request);
    const auto answer = m_answer(request);
    if (!answer.whole.isEmpty())
        socket->write(answer.whole);
    else if (!answer.isSilent)
        socket->write("HTTP/1.1 " + QByteArray::number(answer.status) + " Stub\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body);
}

} // namespace oo::test
