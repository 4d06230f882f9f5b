#include "service/http/gated_http_server.h"

#include "shared/core/json_text.h"

#include <QLoggingCategory>

#include <exception>

namespace oo {

namespace {
Q_LOGGING_CATEGORY(logServer, "orders.http.server")
}

HttpResponse errorResponse(int status, QByteArrayView code, QByteArrayView message)
{
    QByteArray inner;
    JsonObjectWriter error(inner);
    error.string("code", code);
    error.string("message", message);
    error.close();
    HttpResponse response{status, {}, "application/json", {}};
    JsonObjectWriter json(response.body);
    json.raw("error", inner);
    json.close();
    if (status == 503)
        response.headers.emplaceBack("Retry-After", "1");
    return response;
}

GatedHttpServer::GatedHttpServer(const GateLimits &limits) : m_gate(limits) {}

GatedHttpServer::~GatedHttpServer()
{
    m_pending.clear(); // before the connections that they point at
}

void GatedHttpServer::route(const QByteArray &method, const QByteArray &path, Handler handler)
{
    m_routes.push_back({method, path, std::move(handler)});
}

bool GatedHttpServer::listen(const QHostAddress &address, quint16 port, QString &error)
{
    if (m_gate.listen(address, port) && serve(&m_gate))
        return true;
    error = m_gate.errorString();
    return false;
}

void GatedHttpServer::onRequest(const QHttpServerRequest &request, QHttpServerResponder &&responder)
{
    const auto exchange = request.value(kExchangeHeader).toULongLong();
    m_pending.emplace(exchange, std::move(responder));
    const auto *gated = m_gate.request(exchange);
    if (!gated)
        return answer(exchange, errorResponse(400, "bad_request", "not a request of the gate"));
    const GateRequest copy = *gated; // shares its bytes; the handler may answer at once, which ends the original
    try {
        dispatch(copy);
    } catch (const std::exception &defect) { // out of a handler it would end the process (qt-platform-notes §1.2)
        qCCritical(logServer) << "a handler threw:" << defect.what() << "for" << copy.head.method << copy.head.path;
        answer(exchange, errorResponse(500, "internal_error", "the request could not be handled"));
    }
}

void GatedHttpServer::dispatch(const GateRequest &request)
{
    const auto &method = request.head.method == "HEAD" ? QByteArrayLiteral("GET") : request.head.method;
    QByteArray allowed;
    for (const auto &route : m_routes) {
        if (route.path != request.head.path)
            continue;
        if (route.method == method)
            return route.handler(request);
        allowed += (allowed.isEmpty() ? "" : ", ") + route.method;
    }
    if (allowed.isEmpty() && m_fallback)
        return m_fallback(request);
    if (allowed.isEmpty())
        return answer(request.exchange, errorResponse(404, "not_found", "there is nothing at this path"));
    auto response = errorResponse(405, "method_not_allowed", "this path does not take this method");
    response.headers.emplaceBack("Allow", allowed);
    answer(request.exchange, response);
}

void GatedHttpServer::answer(quint64 exchange, const HttpResponse &response)
{
    auto pending = m_pending.extract(exchange);
    if (pending.empty())
        return;
    for (const auto &[name, value] : response.headers)
        m_gate.addHeader(exchange, name, value);
    pending.mapped().write(response.body, response.mime, static_cast<QHttpServerResponder::StatusCode>(response.status));
}

QTcpSocket *GatedHttpServer::release(quint64 exchange, const QByteArray &headerName, const QByteArray &headerValue)
{
    m_pending.erase(exchange);
    return m_gate.release(exchange, headerName, headerValue);
}

} // namespace oo
