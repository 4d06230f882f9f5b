#include "gui/app/link_receiver.h"

#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>

namespace oo::gui {

namespace {

constexpr int kPatienceMs = 300;
constexpr qsizetype kLongestLink = 2048;

}

LinkReceiver::LinkReceiver(QString socket, QObject *parent) : QObject(parent), m_socket(std::move(socket))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (auto *peer = m_server.nextPendingConnection()) {
            connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
            connect(peer, &QLocalSocket::readyRead, this, [this, peer] {
                if (!peer->canReadLine() && peer->bytesAvailable() < kLongestLink)
                    return;
                if (const auto link = readLink(QString::fromUtf8(peer->readLine(kLongestLink)).trimmed()))
                    Q_EMIT received(*link);
                peer->disconnectFromServer();
            });
        }
    });
}

QString LinkReceiver::defaultSocket()
{
    const auto folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    return folder.isEmpty() ? QString() : folder + QStringLiteral("/orchestrator-console");
}

bool LinkReceiver::handOver(const QString &link) const
{
    if (m_socket.isEmpty())
        return false;
    QLocalSocket peer;
    peer.connectToServer(m_socket);
    if (!peer.waitForConnected(kPatienceMs))
        return false;
    peer.write(link.toUtf8() + '\n');
    return peer.waitForDisconnected(kPatienceMs * 3);
}

void LinkReceiver::listen()
{
    if (m_socket.isEmpty() || m_server.listen(m_socket))
        return;
    QLocalSocket peer;
    peer.connectToServer(m_socket);
    if (peer.waitForConnected(kPatienceMs))
        return; // another console takes links
    QLocalServer::removeServer(m_socket); // of one that crashed
    m_server.listen(m_socket);
}

} // namespace oo::gui
