#include "service/proof/tcp_proxy.h"

#include "service/proof/proxy_listener.h"

namespace oo::proof {

TcpProxy::TcpProxy(const QList<Target> &targets) : m_listener(new ProxyListener(targets))
{
    m_listener->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("proxy"));
    m_thread.start();
    QMetaObject::invokeMethod(m_listener, [this] { m_port = m_listener->listen(); }, Qt::BlockingQueuedConnection);
}

TcpProxy::~TcpProxy()
{
    QMetaObject::invokeMethod(m_listener, [this] { delete m_listener; }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void TcpProxy::setTargets(const QList<Target> &targets)
{
    QMetaObject::invokeMethod(m_listener, [this, targets] { m_listener->setTargets(targets); }, Qt::BlockingQueuedConnection);
}

void TcpProxy::resetAll()
{
    QMetaObject::invokeMethod(m_listener, [this] { m_listener->resetAll(); }, Qt::BlockingQueuedConnection);
}

void TcpProxy::setHole(bool swallows)
{
    QMetaObject::invokeMethod(m_listener, [this, swallows] { m_listener->setHole(swallows); }, Qt::BlockingQueuedConnection);
}

void TcpProxy::setDelay(int ms)
{
    QMetaObject::invokeMethod(m_listener, [this, ms] { m_listener->setDelay(ms); }, Qt::BlockingQueuedConnection);
}

} // namespace oo::proof
