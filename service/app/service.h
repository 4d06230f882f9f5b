#pragma once
// The running service: HTTP in the main thread, everything else in ServiceThreads. Built, connected and stopped here.

#include "service/admin/admin_server.h"
#include "service/app/service_threads.h"
#include "service/http/standin_services.h"
#include "service/http/webhook_gateway.h"

#include <QObject>
#include <QTimer>

namespace oo {

class Service : public QObject
{
    Q_OBJECT

public:
    Service(const ServiceSettings &settings, const ServiceRoles &roles);
    ~Service() override;

    Status start(); // Unavailable: a port is taken
    void stop();    // stops accepting, finishes what runs, then stopped() follows; twice is fine
    quint16 publicPort() const { return m_public.port(); }
    quint16 adminPort() const { return m_admin ? m_admin->port() : quint16(0); } // 0: not its role

Q_SIGNALS:
    void stopped();

private:
    void finishWhenAnswered();
    void logCounters() const;
    void keepRefusal(const RequestHead &head, const QHostAddress &peer, qint64 bytes, int status, QByteArrayView code, QByteArrayView message);

    ServiceSettings m_settings;
    Counters m_counters;
    RefusalRing m_refusals;
    AdminLine m_adminLine;
    StreamLine m_streams;
    GatedHttpServer m_public;
    std::unique_ptr<AdminServer> m_admin;
    std::unique_ptr<StandinServices> m_standins;
    ServiceThreads m_threads;
    WebhookGateway m_gateway;
    std::unique_ptr<QThread> m_stopThread;
    QTimer m_stopTimer;
    QDeadlineTimer m_stopDeadline;
    bool m_stopping = false;
};

} // namespace oo
