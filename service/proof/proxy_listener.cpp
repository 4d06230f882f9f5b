#include "service/proof/proxy_listener.h"

#include <QHostAddress>
#include <QLocalSocket>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

#include <sys/socket.h>

namespace oo::proof {

namespace {

constexpr int kConnectMs = 500;
constexpr int kLingerMs = 100;

// The peer gets RST, not FIN (socket(7), SO_LINGER).
void abortHard(QTcpSocket *socket)
{
    const linger atOnce{1, 0};
    if (socket->socketDescriptor() >= 0)
        setsockopt(static_cast<int>(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    socket->abort();
}

} // namespace

ProxyPair::ProxyPair(QTcpSocket *client, QIODevice *server, const bool &hole, const int &delayMs, QObject *parent)
    : QObject(parent), m_client(client), m_server(server), m_hole(hole), m_delayMs(delayMs)
{
    m_clock.start();
    m_client->setParent(this);
    m_server->setParent(this);
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_client, &QIODevice::readyRead, this, [this] { carry(m_client, m_server); });
    connect(m_server, &QIODevice::readyRead, this, [this] { carry(m_server, m_client); });
    connect(m_client, &QTcpSocket::disconnected, this, &ProxyPair::end);
    if (auto *tcp = qobject_cast<QTcpSocket *>(m_server)) {
        tcp->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(tcp, &QTcpSocket::disconnected, this, &ProxyPair::end);
    } else if (auto *local = qobject_cast<QLocalSocket *>(m_server)) {
        connect(local, &QLocalSocket::disconnected, this, &ProxyPair::end);
    }
    pass();
}

void ProxyPair::carry(QIODevice *from, QIODevice *to)
{
    if (m_hole || m_isEnding || !from->isOpen())
        return;
    const auto bytes = from->readAll();
    if (bytes.isEmpty())
        return;
    const auto write = [to, bytes] {
        if (to->isOpen())
            to->write(bytes);
    };
    if (const auto wait = waitMs(); wait > 0)
        QTimer::singleShot(static_cast<int>(wait), Qt::PreciseTimer, this, write);
    else
        write();
}

qint64 ProxyPair::waitMs()
{
    const auto now = m_clock.elapsed();
    const auto due = std::max(now + m_delayMs, m_lastDueMs);
    m_lastDueMs = due > now ? due + 1 : 0; // timers that are due at one time may fire in any order
    return due - now;
}

void ProxyPair::pass()
{
    carry(m_client, m_server);
    carry(m_server, m_client);
    const auto *tcp = qobject_cast<QTcpSocket *>(m_server);
    const auto *local = qobject_cast<QLocalSocket *>(m_server);
    if (m_client->state() == QTcpSocket::UnconnectedState || (tcp && tcp->state() == QTcpSocket::UnconnectedState)
        || (local && local->state() == QLocalSocket::UnconnectedState))
        end();
}

void ProxyPair::reset()
{
    m_isEnding = true;
    abortHard(m_client);
    if (auto *tcp = qobject_cast<QTcpSocket *>(m_server))
        abortHard(tcp);
    else if (auto *local = qobject_cast<QLocalSocket *>(m_server))
        local->abort();
    deleteLater();
}

// One side is gone: the other gets what is still there, and its end. In a hole nobody is told.
void ProxyPair::end()
{
    if (m_hole || m_isEnding)
        return;
    carry(m_client, m_server);
    carry(m_server, m_client);
    m_isEnding = true;
    QTimer::singleShot(static_cast<int>(waitMs()), Qt::PreciseTimer, this, [this] {
        m_client->disconnectFromHost(); // writes what it still holds first
        if (auto *tcp = qobject_cast<QTcpSocket *>(m_server))
            tcp->disconnectFromHost();
        else if (auto *local = qobject_cast<QLocalSocket *>(m_server))
            local->disconnectFromServer();
        QTimer::singleShot(kLingerMs, this, &QObject::deleteLater);
    });
}

quint16 ProxyListener::listen()
{
    m_server = new QTcpServer(this);
    m_server->setListenBacklogSize(512);
    connect(m_server, &QTcpServer::newConnection, this, [this] {
        while (auto *client = m_server->nextPendingConnection())
            take(client);
    });
    return m_server->listen(QHostAddress::LocalHost, 0) ? m_server->serverPort() : quint16(0);
}

void ProxyListener::take(QTcpSocket *client)
{
    auto *server = connectToNext();
    if (!server) {
        client->abort();
        client->deleteLater();
        return;
    }
    m_pairs.removeIf([](const auto &pair) { return pair.isNull(); });
    m_pairs.append(new ProxyPair(client, server, m_hole, m_delayMs, this));
}

QIODevice *ProxyListener::connectToNext()
{
    for (qsizetype tried = 0; tried < m_targets.size(); ++tried) {
        const auto &target = m_targets[m_next++ % m_targets.size()];
        if (target.socket.isEmpty()) {
            auto tcp = std::make_unique<QTcpSocket>();
            tcp->connectToHost(QHostAddress(QHostAddress::LocalHost), target.port);
            if (tcp->waitForConnected(kConnectMs)) // on this machine it is taken or refused at once
                return tcp.release();
        } else {
            auto local = std::make_unique<QLocalSocket>();
            local->connectToServer(target.socket);
            if (local->waitForConnected(kConnectMs))
                return local.release();
        }
    }
    return nullptr;
}

void ProxyListener::resetAll()
{
    for (const auto &pair : std::exchange(m_pairs, {})) {
        if (pair)
            pair->reset();
    }
}

void ProxyListener::setHole(bool swallows)
{
    m_hole = swallows;
    if (swallows)
        return;
    for (const auto &pair : std::as_const(m_pairs)) {
        if (pair)
            pair->pass();
    }
}

} // namespace oo::proof
