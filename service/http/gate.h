#pragma once
// The gate between sockets and Qt's HTTP server (design §7, qt-platform-notes §1.7): reads one strict request at a time,
// enforces sizes, deadlines and connection counts, and sends answers in order. Lives in the server's thread.

#include "service/http/chunked_body.h"
#include "service/http/request_head.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QHash>
#include <QHostAddress>
#include <QPointer>
#include <QSet>
#include <QTcpServer>

#include <functional>
#include <memory>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace oo {

class GateSocket;

struct GateLimits
{
    HeadLimits head;
    qint64 maxBodyBytes = 5ll * 1024 * 1024;
    qint64 maxBufferedBytes = 256ll * 1024 * 1024; // of all connections; past it large requests get 503
    // Past these the connection that has been idle the longest makes room (of the same address); without one the newcomer gets 503,
    // and a little further nothing at all.
    int maxConnections = 1024;
    int maxConnectionsPerAddress = 512;
    int headMs = 10000;   // from the first byte to the empty line
    int bodyMs = 30000;   // from the head to the last byte
    int idleMs = 75000;   // between requests
    int writeMs = 30000;  // a reader that takes nothing
    int answerMs = 30000; // our own handlers
    int drainMs = 500;    // while stopping: new connections and idle ones may bring a request for so long
};

// A request that passed the gate.
struct GateRequest
{
    quint64 exchange = 0; // names this request and its answer; never repeats in a process
    RequestHead head;
    QByteArray body;
    QHostAddress peer;
    QElapsedTimer sinceComplete; // since its last byte was here
};

// Told of every request that was turned away at the gate; its head is null unless it could be read.
using RefusalObserver = std::function<void(const HttpRefusal &, const QHostAddress &, const RequestHead *)>;

class Gate;

class GateServer : public QTcpServer
{
    Q_OBJECT

public:
    explicit GateServer(GateLimits limits, QObject *parent = nullptr);
    ~GateServer() override;

    const GateLimits &limits() const { return m_limits; }
    void setRefusalObserver(RefusalObserver observer) { m_observer = std::move(observer); }

    // The request of an exchange that the library was handed; null if it was answered meanwhile.
    const GateRequest *request(quint64 exchange) const;
    // Headers that go out with the answer of this exchange.
    void addHeader(quint64 exchange, const QByteArray &name, const QByteArray &value);

    // Lets go of the exchange's connection for a WebSocket: what was read of it is put back, its head written anew (handshakeBytes).
    // The caller owns it; null if the peer has left.
    QTcpSocket *release(quint64 exchange, const QByteArray &headerName, const QByteArray &headerValue);
    void drop(quint64 exchange); // closes its connection without an answer, which is still due
    // Begins the end, in which whoever has reached this machine is answered. For drainMs requests are taken as before, each answer closing
    // its connection, so that a balancer's check can find out. Then new handshakes are ignored, those under way are taken, and the port is
    // closed: closing it at once would reset the connections that are made and not accepted yet.
    void stopAccepting();
    // The port is closed, and no connection brings a request or waits for an answer any more.
    bool isDrained() const;
    int openConnections() const { return static_cast<int>(m_gates.size()); }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    friend class Gate;
    void checkDeadlines();
    void ignoreNewcomers();
    void closePort();
    bool hasRoomFor(const QHostAddress &peer);
    bool makeRoom(const QHostAddress *peer); // by closing an idle connection: of this peer, or of anybody
    void forget(Gate *gate);
    int idleMs() const { return m_draining ? m_limits.drainMs : m_limits.idleMs; }
    bool mayBuffer(qint64 more) const { return m_bufferedBytes + more <= m_limits.maxBufferedBytes; }

    GateLimits m_limits;
    RefusalObserver m_observer;
    QHash<Gate *, std::shared_ptr<Gate>> m_gates;
    QHash<quint64, Gate *> m_exchanges;
    QHash<QHostAddress, int> m_perAddress; // without those that are turned away
    QSet<Gate *> m_turnedAway;             // connections past a limit, while their 503 is on its way: they take nobody's place
    quint64 m_lastExchange = 0;
    qint64 m_bufferedBytes = 0;
    bool m_draining = false;
};

// The name of the request header that carries the exchange's number to the handler.
inline constexpr char kExchangeHeader[] = "x-exchange";

} // namespace oo
