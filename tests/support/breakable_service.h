#pragma once
// The program as its users run it, between servers that can be killed and connections that can be cut: PostgreSQL, Redis and the
// courier are each behind a proxy; several services share them, behind a balancer. Ended with the object.

#include "service/backends/embedded_backends.h"
#include "service/proof/service_slot.h"
#include "service/proof/tcp_proxy.h"
#include "tests/support/service_process.h"

#include <QTemporaryDir>

namespace oo::test {

class BreakableService
{
public:
    // One that does not get ready fails the test program. `more`: settings beside those of every test.
    explicit BreakableService(int services = 1, const QMap<QString, QString> &more = {});
    ~BreakableService();

    proof::TcpProxy &postgresProxy() { return m_postgresProxy; }
    proof::TcpProxy &redisProxy() { return m_redisProxy; }
    proof::TcpProxy &courierProxy() { return m_courierProxy; }
    void setCourierReachable(bool reachable); // else every connection to it is reset
    EmbeddedBackends &backends() { return m_backends; }
    void killServer(qint64 pid, int signal); // and waits for its end

    HttpReply send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {}, const HttpHeaders &headers = {}) const
    {
        return ServiceProcess::exchange(port(), method, path, body, headers);
    }
    quint16 port() const { return m_slots.front()->port(); }
    quint16 balancedPort() const { return m_balancer.port(); }
    proof::ServiceSlot &slot(int number = 0) { return *m_slots[static_cast<size_t>(number)]; }
    qint64 memoryKb() const; // resident, of the service
    QByteArray text(const QByteArray &sql); // past the proxy; "none" for no row

private:
    QTemporaryDir m_folder;
    EmbeddedBackends m_backends;
    proof::TcpProxy m_postgresProxy, m_redisProxy, m_courierProxy, m_balancer;
    std::unique_ptr<PgConnection> m_postgres;
    std::vector<std::unique_ptr<proof::ServiceSlot>> m_slots;
};

} // namespace oo::test
