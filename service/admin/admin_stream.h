#pragma once
// The sockets of the stream: they take frames, are pinged, and are let go when they are slow, silent or talk. In the server's thread.

#include "service/admin/stream_feed.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QTimer>
#include <QWebSocketServer>

#include <map>

QT_BEGIN_NAMESPACE
class QTcpSocket;
class QWebSocket;
QT_END_NAMESPACE

namespace oo {

struct StreamLimits
{
    int clients = 32;
    qint64 backlogBytes = 256ll * 1024; // past it nothing more is sent until the reader has taken it
    int slowMs = 10000;                 // that it may take to do so
    int pingMs = 20000;
    int silentMs = 60000;               // without a sign of life, a pong among others
    int closeMs = 30000;                // to take the last frames
    qint64 mostBytes = 8ll * 1024 * 1024; // that wait for a reader, pongs among them
    quint64 frameBytes = 4096;          // of a client's
};

class AdminStream : public QObject
{
    Q_OBJECT

public:
    AdminStream(StreamLine &line, const StreamLimits &limits);
    ~AdminStream() override;

    bool isOpen() const { return !m_stopping && !isFull(); } // for one more
    bool isFull() const { return m_admitted.size() + static_cast<qsizetype>(m_clients.size()) >= m_limits.clients; }
    // Takes a socket whose handshake is still to be read and answered, with the header `clientHeader` naming the client.
    void adopt(QTcpSocket *socket, const StreamSubscriber &subscriber);
    void deliver(const StreamDelivery &delivery);
    void closeAll(); // the service stops

    static constexpr char clientHeader[] = "x-stream-client";

private:
    struct Client
    {
        QWebSocket *socket = nullptr;
        QByteArray position;        // of the last news
        bool waiting = false;       // it was sent something and is not ready
        bool closing = false;
        QDeadlineTimer takenBy;     // while waiting or closing
        QDeadlineTimer heardBy;
    };
    void welcome(QWebSocket *socket);
    void readyIfTaken(quint64 id, Client &client);
    void watch();
    void close(Client &client, int code, const QByteArray &reason);
    void forget(quint64 id);

    StreamLine &m_line;
    StreamLimits m_limits;
    QHash<quint64, StreamSubscriber> m_admitted; // handshake under way
    std::map<quint64, Client> m_clients;
    bool m_stopping = false;
    QWebSocketServer m_server; // after what its sockets reach
    QTimer m_watch, m_ping;
};

} // namespace oo
