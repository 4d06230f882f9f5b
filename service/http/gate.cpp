#include "service/http/gate.h"

#include "service/http/gate_connection.h"

#include <QLoggingCategory>
#include <QTcpSocket>
#include <QTimer>

#include <unistd.h>

namespace oo {

namespace {
Q_LOGGING_CATEGORY(logGate, "orders.http.gate")

constexpr int kDeadlineCheckMs = 500;
constexpr int kRefusedAtOnce = 64;
constexpr int kListenBacklog = 512; // 50 is Qt's default: fast connects then wait for SYN retries
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
    auto *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    const auto peer = socket->peerAddress();
    const bool full = m_gates.size() - m_turnedAway.size() >= m_limits.maxConnections
                      || m_perAddress.value(peer) >= m_limits.maxConnectionsPerAddress || m_draining;
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
    m_draining = true;
    close();
    const auto gates = m_gates.values();
    for (const auto &gate : gates)
        gate->closeWhenIdle();
}

} // namespace oo
