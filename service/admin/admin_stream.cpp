#include "service/admin/admin_stream.h"

#include "shared/api/stream_messages.h"

#include <QLoggingCategory>
#include <QNetworkRequest>
#include <QTcpSocket>
#include <QWebSocket>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logStream, "orders.admin.stream")

constexpr int kChecksPerLimit = 4;

QString closeReason(const QByteArray &text)
{
    return QString::fromUtf8(text.left(123)); // what a control frame holds (RFC 6455 §5.5)
}

} // namespace

AdminStream::AdminStream(StreamLine &line, const StreamLimits &limits)
    : m_line(line), m_limits(limits), m_server(QStringLiteral("orchestratord"), QWebSocketServer::NonSecureMode)
{
    connect(&m_server, &QWebSocketServer::newConnection, this, [this] {
        while (auto *socket = m_server.nextPendingConnection())
            welcome(socket);
    });
    connect(&m_watch, &QTimer::timeout, this, &AdminStream::watch);
    connect(&m_ping, &QTimer::timeout, this, [this] {
        for (auto &[id, client] : m_clients) {
            if (!client.closing && client.socket->isValid())
                client.socket->ping();
        }
    });
    m_watch.start(std::min({m_limits.slowMs, m_limits.silentMs, m_limits.closeMs}) / kChecksPerLimit);
    m_ping.start(m_limits.pingMs);
}

AdminStream::~AdminStream()
{
    for (auto &[id, client] : m_clients) {
        client.socket->disconnect(this);
        delete client.socket;
    }
}

void AdminStream::adopt(QTcpSocket *socket, const StreamSubscriber &subscriber)
{
    m_admitted.insert(subscriber.client, subscriber);
    connect(socket, &QObject::destroyed, this, [this, client = subscriber.client] { m_admitted.remove(client); }); // the handshake failed
    socket->setParent(&m_server);
    m_server.handleConnection(socket);
}

void AdminStream::welcome(QWebSocket *socket)
{
    const auto id = socket->request().rawHeader(clientHeader).toULongLong();
    const auto subscriber = m_admitted.take(id);
    if (!socket->isValid()) { // what came right behind the handshake has ended it already
        socket->deleteLater();
        return;
    }
    socket->setMaxAllowedIncomingFrameSize(m_limits.frameBytes);
    socket->setMaxAllowedIncomingMessageSize(m_limits.frameBytes);
    auto &client = m_clients[id];
    client.socket = socket;
    client.heardBy = QDeadlineTimer(m_limits.silentMs);
    const auto heard = [this, &client] { client.heardBy = QDeadlineTimer(m_limits.silentMs); };
    connect(socket, &QWebSocket::pong, this, heard);
    connect(socket, &QWebSocket::bytesWritten, this, [this, id, &client] {
        if (client.socket->bytesToWrite() > m_limits.mostBytes)
            client.socket->abort();
        else
            readyIfTaken(id, client);
    });
    const auto refuse = [this, &client] { close(client, QWebSocketProtocol::CloseCodeDatatypeNotSupported, "this stream takes no messages"); };
    connect(socket, &QWebSocket::textMessageReceived, this, refuse);
    connect(socket, &QWebSocket::binaryMessageReceived, this, refuse);
    connect(socket, &QWebSocket::disconnected, this, [this, id] { forget(id); }, Qt::QueuedConnection);
    m_line.subscribe(subscriber);
}

void AdminStream::deliver(const StreamDelivery &delivery)
{
    const auto found = m_clients.find(delivery.client);
    if (found == m_clients.end() || found->second.closing)
        return;
    auto &client = found->second;
    for (const auto &frame : delivery.frames)
        client.socket->sendTextMessage(QString::fromUtf8(frame));
    if (!delivery.position.isEmpty())
        client.position = delivery.position;
    if (delivery.closeCode)
        return close(client, *delivery.closeCode, delivery.closeReason);
    client.waiting = true;
    client.takenBy = QDeadlineTimer(m_limits.slowMs);
    readyIfTaken(delivery.client, client);
}

void AdminStream::readyIfTaken(quint64 id, Client &client)
{
    if (!client.waiting || client.closing || client.socket->bytesToWrite() > m_limits.backlogBytes)
        return;
    client.waiting = false;
    m_line.ready(id);
}

void AdminStream::watch()
{
    for (auto &[id, client] : m_clients) {
        if (client.socket->bytesToWrite() > m_limits.mostBytes) {
            client.socket->abort();
        } else if (client.closing && client.takenBy.hasExpired()) {
            client.socket->abort();
        } else if (!client.closing && client.heardBy.hasExpired()) {
            qCInfo(logStream) << "stream" << id << "gave no sign of life and is closed";
            client.socket->abort();
        } else if (client.waiting && !client.closing && client.takenBy.hasExpired()) {
            qCWarning(logStream) << "stream" << id << "does not take what it is sent and is closed;" << client.socket->bytesToWrite() << "bytes wait";
            const StreamBehind behind{client.position, "this reader is too slow: connect again with after=" + client.position};
            client.socket->sendTextMessage(QString::fromUtf8(frameOf(StreamFrame::Behind, toJson(behind))));
            close(client, kCloseTooSlow, "too slow: connect again with the last position");
        }
    }
}

void AdminStream::close(Client &client, int code, const QByteArray &reason)
{
    if (client.closing)
        return;
    client.closing = true;
    client.takenBy = QDeadlineTimer(m_limits.closeMs);
    client.socket->close(static_cast<QWebSocketProtocol::CloseCode>(code), closeReason(reason));
}

void AdminStream::closeAll()
{
    m_stopping = true;
    for (auto &[id, client] : m_clients)
        close(client, QWebSocketProtocol::CloseCodeGoingAway, "the service is stopping");
}

void AdminStream::forget(quint64 id)
{
    m_line.leave(id);
    const auto found = m_clients.find(id);
    if (found == m_clients.end())
        return;
    found->second.socket->disconnect(this);
    found->second.socket->deleteLater();
    m_clients.erase(found);
}

} // namespace oo
