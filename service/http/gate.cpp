#include "service/http/gate.h"

#include "service/http/gate_connection.h"

#include <QLoggingCategory>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace oo {

namespace {
Q_LOGGING_CATEGORY(logGate, "orders.http.gate")

constexpr int kDeadlineCheckMs = 500;
constexpr int kRefusedAtOnce = 64;
constexpr int kListenBacklog = 512; // 50 is Qt's default: fast connects then wait for SYN retries
constexpr int kHandshakeMs = 100; // for those under way
constexpr int kEveryDistance = 0, kNoDistance = 255;

// From how far away packets may come (RFC 5082; Linux, IP_MINTTL and IPV6_MINHOPCOUNT). At a listening socket it concerns SYNs alone: with
// kNoDistance none arrives, while handshakes under way end as they would. Their peers try again after a second, and a balancer elsewhere.
void setLeastTtl(qintptr socket, int ttl)
{
    setsockopt(static_cast<int>(socket), IPPROTO_IP, IP_MINTTL, &ttl, sizeof ttl);
    setsockopt(static_cast<int>(socket), IPPROTO_IPV6, IPV6_MINHOPCOUNT, &ttl, sizeof ttl); // fails on a socket of IPv4, for which it means nothing
}

bool someoneWaits(qintptr listener)
{
    pollfd entry{static_cast<int>(listener), POLLIN, 0};
    return poll(&entry, 1, 0) > 0;
}

} // namespace

GateServer::GateServer(GateLimits limits, QObject *parent) : QTcpServer(parent), m_limits(limits)
{
    setListenBacklogSize(kListenBacklog);
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, &GateServer::checkDeadlines);
    timer->start(kDeadlineCheckMs);
    // Out of descriptors, Qt pauses accepting for good (qt-platform-notes §1.5).
    connect(this, &QTcpServer::acceptError, this, [this] {
        qCWarning(logGate) << "accepting failed:" << errorString();
        QTimer::singleShot(kDeadlineCheckMs, this, [this] {
            if (isListening())
                resumeAccepting();
        });
    });
}

GateServer::~GateServer()
{
    for (const auto &gate : std::as_const(m_gates))
        gate->detach();
}

const GateRequest *GateServer::request(quint64 exchange) const
{
    const auto *gate = m_exchanges.value(exchange);
    return gate ? &gate->request() : nullptr;
}

void GateServer::addHeader(quint64 exchange, const QByteArray &name, const QByteArray &value)
{
    if (auto *gate = m_exchanges.value(exchange))
        gate->addHeader(name, value);
}

QTcpSocket *GateServer::release(quint64 exchange, const QByteArray &headerName, const QByteArray &headerValue)
{
    auto *gate = m_exchanges.value(exchange);
    return gate ? gate->release(headerName, headerValue) : nullptr;
}

void GateServer::drop(quint64 exchange)
{
    if (auto *gate = m_exchanges.value(exchange))
        gate->drop();
}

void GateServer::incomingConnection(qintptr descriptor)
{
    if (m_draining)
        setLeastTtl(descriptor, kEveryDistance); // what the listening socket does not take is not for its children
    auto *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    const auto peer = socket->peerAddress();
    const bool full = !hasRoomFor(peer);
    if (full && m_turnedAway.size() >= kRefusedAtOnce) {
        socket->abort();
        delete socket;
        return;
    }
    auto gate = std::make_shared<Gate>(*this, socket);
    m_gates.insert(gate.get(), gate);
    if (full) {
        m_turnedAway.insert(gate.get());
        gate->refuse({503, "too many connections"});
        return;
    }
    ++m_perAddress[peer];
    addPendingConnection(gate->facade());
    gate->start();
}

bool GateServer::hasRoomFor(const QHostAddress &peer)
{
    if (m_perAddress.value(peer) >= m_limits.maxConnectionsPerAddress && !makeRoom(&peer))
        return false;
    return m_gates.size() - m_turnedAway.size() < m_limits.maxConnections || makeRoom(nullptr);
}

bool GateServer::makeRoom(const QHostAddress *peer)
{
    Gate *longest = nullptr;
    for (const auto &gate : std::as_const(m_gates)) {
        if (gate->awaitsRequest() && (!peer || gate->peer() == *peer) && (!longest || gate->deadline() < longest->deadline()))
            longest = gate.get();
    }
    if (!longest || longest->hasUnread())
        return false;
    longest->drop();
    return true;
}

void GateServer::forget(Gate *gate)
{
    const auto keep = m_gates.take(gate);
    if (!keep)
        return;
    const auto peer = gate->peer();
    if (!m_turnedAway.remove(gate) && --m_perAddress[peer] <= 0)
        m_perAddress.remove(peer);
    // The caller may be inside this gate: it dies when the event loop is back.
    QMetaObject::invokeMethod(this, [keep] { keep->detach(); }, Qt::QueuedConnection);
}

void GateServer::checkDeadlines()
{
    const auto gates = m_gates.values(); // a copy: gates leave while we walk
    for (const auto &gate : gates)
        gate->checkDeadline();
}

void GateServer::stopAccepting()
{
    if (m_draining)
        return;
    m_draining = true;
    const auto gates = m_gates.values();
    for (const auto &gate : gates)
        gate->expectTheLastRequest();
    QTimer::singleShot(m_limits.drainMs, this, &GateServer::ignoreNewcomers);
}

void GateServer::ignoreNewcomers()
{
    setLeastTtl(socketDescriptor(), kNoDistance);
    QTimer::singleShot(kHandshakeMs, this, &GateServer::closePort);
}

void GateServer::closePort()
{
    if (someoneWaits(socketDescriptor())) { // the event loop is behind: it accepts first
        QTimer::singleShot(0, this, &GateServer::closePort);
        return;
    }
    close();
}

bool GateServer::isDrained() const
{
    return !isListening() && std::none_of(m_gates.cbegin(), m_gates.cend(), [](const auto &gate) { return gate->isBusy(); });
}

} // namespace oo
