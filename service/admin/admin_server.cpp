#include "service/admin/admin_server.h"

#include <QTimer>

#include <algorithm>

namespace oo {

namespace {

constexpr qint64 kMaxBodyBytes = 256ll * 1024;
constexpr int kDelayForFailureMs = 100;
constexpr int kMostFailures = 30; // 3 s
constexpr qsizetype kMostAddresses = 10000;
const ApiFailure kNoMoreStreams{503, "unavailable", "too many streams are open, or the service stops"};

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

// What is wrong with a request to open a WebSocket (RFC 6455 §4.2.1); the library would only hang up.
std::optional<ApiFailure> handshakeProblem(const RequestHead &head)
{
    if (!head.upgrade || head.header("Upgrade").toLower() != "websocket" || head.header("Sec-WebSocket-Version") != "13")
        return ApiFailure{426, "upgrade_required", "this is a WebSocket, version 13"};
    const auto key = QByteArray::fromBase64Encoding(head.header("Sec-WebSocket-Key"), QByteArray::AbortOnBase64DecodingErrors);
    if (!key || key.decoded.size() != 16)
        return ApiFailure{400, "bad_request", "Sec-WebSocket-Key is not 16 bytes in base64"};
    return std::nullopt;
}

} // namespace

AdminServer::AdminServer(AdminLine &line, StreamLine &streams, QList<QByteArray> hosts, const StreamLimits &limits)
    : m_line(line), m_hosts(std::move(hosts)), m_server(adminLimits()), m_stream(streams, limits)
{
    m_server.setFallback([this](const GateRequest &request) { take(request); });
}

void AdminServer::stopAccepting()
{
    m_server.gate().stopAccepting();
    m_stream.closeAll();
}

void AdminServer::refuse(const GateRequest &request, const ApiFailure &failure)
{
    auto response = errorResponse(failure.status, failure.code, failure.message);
    if (failure.status == 401)
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
    if (failure.status == 426) {
        response.headers.emplaceBack("Upgrade", "websocket");
        response.headers.emplaceBack("Sec-WebSocket-Version", "13");
    }
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
    if (call->endpoint->endpoint == Endpoint::Stream) {
        if (const auto wrong = handshakeProblem(head))
            return refuse(request, *wrong);
        if (!m_stream.isOpen())
            return refuse(request, kNoMoreStreams);
    }
    m_callers.insert(request.exchange, {request.peer, call->token});
    if (!m_line.offer(std::move(*call))) {
        m_callers.remove(request.exchange);
        refuse(request, {503, "unavailable", "too many calls wait"});
    }
}

void AdminServer::answer(quint64 exchange, const HttpResponse &response)
{
    const auto caller = m_callers.take(exchange);
    if (response.status != 401)
        m_failures.remove(caller.peer);
    if (response.status == kSwitchingProtocols && !m_stream.isOpen()) // others came first
        return m_server.answer(exchange, errorResponse(kNoMoreStreams.status, kNoMoreStreams.code, kNoMoreStreams.message));
    if (response.status == kSwitchingProtocols) {
        if (auto *socket = m_server.release(exchange, AdminStream::clientHeader, QByteArray::number(exchange)))
            m_stream.adopt(socket, {exchange, caller.token, TailPosition::fromText(response.body).value()});
        return;
    }
    if (response.status != 401)
        return m_server.answer(exchange, response);
    if (m_failures.size() >= kMostAddresses)
        m_failures.clear();
    auto &failures = m_failures[caller.peer];
    failures = std::min(failures + 1, kMostFailures);
    QTimer::singleShot(failures * kDelayForFailureMs, this, [this, exchange, response] { m_server.answer(exchange, response); });
}

} // namespace oo
