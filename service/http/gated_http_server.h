#pragma once
// HTTP for this program: routes behind the gate. Lives in the server's thread; nothing answers a request except through it.

#include "service/http/gate.h"
#include "service/http/qt_http_compat.h"

#include <functional>
#include <unordered_map>
#include <vector>

namespace oo {

struct HttpResponse
{
    int status = 200;
    QByteArray body;
    QByteArray mime = "application/json";
    QList<std::pair<QByteArray, QByteArray>> headers;
};

// {"error": {"code", "message"}} (design §7).
HttpResponse errorResponse(int status, QByteArrayView code, QByteArrayView message);

class GatedHttpServer : public HttpServerBase
{
public:
    // Must lead to exactly one answer() for the request's exchange, now or later.
    using Handler = std::function<void(const GateRequest &)>;

    explicit GatedHttpServer(const GateLimits &limits);
    ~GatedHttpServer() override;

    void route(const QByteArray &method, const QByteArray &path, Handler handler); // GET also serves HEAD
    void setFallback(Handler handler) { m_fallback = std::move(handler); } // takes what no route names
    bool listen(const QHostAddress &address, quint16 port, QString &error);
    quint16 port() const { return m_gate.serverPort(); }

    void answer(quint64 exchange, const HttpResponse &response);
    // In place of an answer; see GateServer::release().
    QTcpSocket *release(quint64 exchange, const QByteArray &headerName, const QByteArray &headerValue);
    GateServer &gate() { return m_gate; }
    size_t pendingAnswers() const { return m_pending.size(); }
    bool isDrained() const { return m_pending.empty() && m_gate.isDrained(); }

protected:
    void onRequest(const QHttpServerRequest &request, QHttpServerResponder &&responder) override;

private:
    struct Route
    {
        QByteArray method;
        QByteArray path;
        Handler handler;
    };
    void dispatch(const GateRequest &request);

    GateServer m_gate;
    std::vector<Route> m_routes;
    Handler m_fallback;
    std::unordered_map<quint64, QHttpServerResponder> m_pending;
};

} // namespace oo
