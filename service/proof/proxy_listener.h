#pragma once
// The inside of TcpProxy, in its thread.

#include "service/proof/tcp_proxy.h"

#include <QElapsedTimer>
#include <QPointer>

class QIODevice;
class QTcpSocket;

namespace oo::proof {

// One connection: what one side sends goes to the other, now, later, or not.
class ProxyPair : public QObject
{
    Q_OBJECT

public:
    ProxyPair(QTcpSocket *client, QIODevice *server, const bool &hole, const int &delayMs, QObject *parent);
    void pass(); // what was held back by a hole, the end of a side among it
    void reset();

private:
    void carry(QIODevice *from, QIODevice *to);
    qint64 waitMs(); // of what comes now: never before what came earlier
    void end();

    QTcpSocket *m_client;
    QIODevice *m_server; // a TCP or a local socket
    const bool &m_hole;
    const int &m_delayMs;
    QElapsedTimer m_clock;
    qint64 m_lastDueMs = 0;
    bool m_isEnding = false;
};

class ProxyListener : public QObject
{
    Q_OBJECT

public:
    explicit ProxyListener(const QList<TcpProxy::Target> &targets) : m_targets(targets) {}

    quint16 listen();
    void setTargets(const QList<TcpProxy::Target> &targets) { m_targets = targets; }
    void resetAll();
    void setHole(bool swallows);
    void setDelay(int ms) { m_delayMs = ms; }

private:
    void take(QTcpSocket *client);
    QIODevice *connectToNext();

    QList<TcpProxy::Target> m_targets;
    qsizetype m_next = 0;
    bool m_hole = false;
    int m_delayMs = 0;
    QTcpServer *m_server = nullptr;
    QList<QPointer<ProxyPair>> m_pairs;
};

} // namespace oo::proof
