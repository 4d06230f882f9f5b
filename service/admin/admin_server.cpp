#include "service/admin/admin_server.h"

#include <QTimer>

#include <algorithm>

namespace oo {

namespace {

constexpr qint64 kMaxBodyBytes = 256ll * 1024;
constexpr int kDelayForFailureMs = 100;
constexpr int kMostFailures = 30; // 3 s
constexpr qsizetype kMostAddresses = 10000;

GateLimits adminLimits()
{
    GateLimits limits;
    limits.maxBodyBytes = kMaxBodyBytes;
    limits.maxConnections = 128;
    limits.maxConnectionsPerAddress = 64;
    return limits;
}

QByteArray withoutPort(const QByteArray &host)
{
    const auto colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.left(colon) : host;
}

} // namespace

AdminServer::AdminServer(AdminLine &line, QList<QByteArray> hosts) : m_line(line), m_hosts(std::move(hosts)), m_server(adminLimits())
{
    m_server.setFallback([this](const GateRequest &request) { take(request); });
}

void AdminServer::refuse(const GateRequest &request, const ApiFailure &failure)
{
    auto response = errorResponse(failure.status, failure.code, failure.message);
    if (failure.status == 401)
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
    m_server.answer(request.exchange, response);
}

void AdminServer::take(const GateRequest &request)
{
    const auto &head = request.head;
    if (!m_hosts.contains(withoutPort(head.header("Host")).toLower()))
        return refuse(request, {403, "forbidden", "this host name is not one of ADMIN_HOSTS"});
    if (!head.header("Origin").isEmpty())
        return refuse(request, {403, "forbidden", "programs in browsers are not served"});
    const auto authorization = head.header("Authorization");
    if (!authorization.startsWith("Bearer "))
        return refuse(request, {401, "unauthorized", "send Authorization: Bearer with a token of `orchestratord token create`"});
    auto call = findEndpoint(head.method, head.path);
    if (!call)
        return refuse(request, call.error());
    call->exchange = request.exchange;
    call->query = head.query;
    call->body = request.body;
    call->token = authorization.mid(7).trimmed();
    m_peers.insert(request.exchange, request.peer);
    if (!m_line.offer(std::move(*call))) {
        m_peers.remove(request.exchange);
        refuse(request, {503, "unavailable", "too many calls wait"});
    }
}

void AdminServer::answer(quint64 exchange, const HttpResponse &response)
{
    const auto peer = m_peers.take(exchange);
    if (response.status != 401) {
        m_failures.remove(peer);
        return m_server.answer(exchange, response);
    }
    if (m_failures.size() >= kMostAddresses)
        m_failures.clear();
    auto &failures = m_failures[peer];
    failures = std::min(failures + 1, kMostFailures);
    QTimer::singleShot(failures * kDelayForFailureMs, this, [this, exchange, response] { m_server.answer(exchange, response); });
}

} // namespace oo
