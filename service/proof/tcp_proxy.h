#pragma once
// A small TCP proxy on 127.0.0.1 that can break the connections it carries; over several ports behind it, a balancer.

#include <QList>
#include <QObject>
#include <QString>
#include <QTcpServer>
#include <QThread>

#include <memory>

namespace oo::proof {

class ProxyListener;

class TcpProxy
{
public:
    struct Target
    {
        QString socket; // path of a Unix socket; empty: 127.0.0.1 and the port
        quint16 port = 0;
    };
    // Listens when it returns. Connections go to the targets in turn; one that does not take it is passed over.
    explicit TcpProxy(const QList<Target> &targets);
    ~TcpProxy();

    quint16 port() const { return m_port; } // 0: it could not listen

    // Any thread; carried out by the proxy's own when they return.
    void setTargets(const QList<Target> &targets);
    void resetAll();              // RST on both sides of every connection
    void setHole(bool swallows);  // takes connections and bytes, and passes nothing on until it ends
    void setDelay(int ms);        // of every byte, each way

private:
    QThread m_thread;
    ProxyListener *m_listener; // lives in m_thread
    quint16 m_port = 0;
};

} // namespace oo::proof
