#pragma once
// The admin port: checks Host, Origin and the presence of a token in the gate's thread, and hands the rest to the desks.

#include "service/admin/admin_stream.h"
#include "service/http/gated_http_server.h"

#include <QHash>

namespace oo {

class AdminServer : public QObject
{
    Q_OBJECT

public:
    // `hosts`: what a request's Host may name, without port. Against programs in browsers (DNS rebinding).
    AdminServer(AdminLine &line, StreamLine &streams, QList<QByteArray> hosts, const StreamLimits &limits = {});

    bool listen(const QHostAddress &address, quint16 port, QString &error) { return m_server.listen(address, port, error); }
    quint16 port() const { return m_server.port(); }
    void stopAccepting();
    bool isDrained() const { return m_server.isDrained(); }

    // In the server's thread. A refused token waits, the longer the more its address has tried.
    void answer(quint64 exchange, const HttpResponse &response);

    void deliver(const StreamDelivery &delivery) { m_stream.deliver(delivery); }

private:
    struct Caller
    {
        QHostAddress peer;
        QByteArray token;
    };
    void take(const GateRequest &request);
    void refuse(const GateRequest &request, const ApiFailure &failure);

    AdminLine &m_line;
    QList<QByteArray> m_hosts;
    GatedHttpServer m_server;
    AdminStream m_stream;
    QHash<quint64, Caller> m_callers;     // of exchanges at the desks
    QHash<QHostAddress, int> m_failures;  // tokens refused since the address last had a right one
};

} // namespace oo
