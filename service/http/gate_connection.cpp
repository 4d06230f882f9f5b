#include "service/http/gate_connection.h"

#include "service/faults/fault_points.h"
#include "service/http/refusal_answer.h"

#include <QLoggingCategory>
#include <QTcpSocket>

#include <utility>

#include <sys/socket.h>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logConnection, "orders.http.connection")

constexpr qint64 kReadBuffer = 64ll * 1024;
constexpr qint64 kWriteBacklog = 64ll * 1024; // past it a peer that does not read is asked nothing more
constexpr int kRefusalMs = 2000;            // for the peer to take a refusal
constexpr int kEmptyLines = 4;              // that may stand before a request (RFC 9112 §2.2)

} // namespace

Gate::Gate(GateServer &server, QTcpSocket *socket)
    : m_server(server), m_socket(socket), m_facade(new GateSocket(socket->peerAddress(), socket->peerPort(), nullptr)),
      m_peer(socket->peerAddress())
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(kReadBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_facade->onWrite = [this](QByteArrayView bytes) { answerBytes(bytes); };
    connect(m_socket, &QTcpSocket::readyRead, this, &Gate::readSocket);
    connect(m_socket, &QTcpSocket::disconnected, this, &Gate::peerLeft);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Gate::bytesLeft);
}

Gate::~Gate()
{
    if (m_facade)
        m_facade->deleteLater();
}

void Gate::start()
{
    enter(State::Idle, m_server.idleMs());
    if (m_socket->bytesAvailable() > 0)
        readSocket();
}

void Gate::detach()
{
    if (m_state == State::Gone)
        return;
    m_state = State::Gone;
    m_input.clear();
    m_request.body.clear();
    m_chunked.reset();
    recount();
    m_server.m_exchanges.remove(m_request.exchange);
    m_socket->disconnect(this);
    m_socket->abort();
    if (m_facade) {
        m_facade->onWrite = nullptr;
        m_facade->leave();
    }
}

void Gate::enter(State state, int deadlineMs)
{
    m_state = state;
    m_deadline = QDeadlineTimer(deadlineMs, Qt::CoarseTimer);
}

void Gate::recount()
{
    const qint64 held = m_input.size() + m_request.body.size() + (m_chunked ? m_chunked->size() : 0);
    m_server.m_bufferedBytes += held - m_counted;
    m_counted = held;
}

void Gate::readSocket()
{
    if (m_state == State::Closing || m_state == State::Gone) {
        m_socket->skip(m_socket->bytesAvailable());
        return;
    }
    if (m_state == State::Answering || m_state == State::Writing)
        return; // stays in the socket's buffer, which holds the sender back
    m_input += m_socket->readAll();
    advance();
    recount();
    if (m_state == State::Body && m_counted > kReadBuffer && !m_server.mayBuffer(0))
        refuse({503, "too many large requests at once"});
}

void Gate::advance()
{
    if (m_advancing)
        return;
    m_advancing = true;
    bool again = true;
    while (again) {
        switch (m_state) {
        case State::Idle:
            again = !m_input.isEmpty();
            if (again)
                enter(State::Head, m_server.limits().headMs);
            break;
        case State::Head:
            again = takeHead();
            break;
        case State::Body:
            again = takeBody();
            break;
        default:
            again = false;
        }
    }
    m_advancing = false;
}

bool Gate::takeHead()
{
    const auto &limits = m_server.limits();
    for (; m_input.startsWith("\r\n"); ++m_emptyLines) {
        if (m_emptyLines == kEmptyLines) {
            refuse({400, "too many empty lines before a request"});
            return false;
        }
        m_input.remove(0, 2);
    }
    if (m_input.isEmpty()) {
        enter(State::Idle, m_server.idleMs());
        return false;
    }
    const auto end = m_input.indexOf("\r\n\r\n", std::max<qsizetype>(m_headSearched - 3, 0));
    const auto headSize = end < 0 ? m_input.size() : end + 4;
    if (headSize > limits.head.maxHeadBytes) {
        refuse({431, "the request head is too large"});
        return false;
    }
    if (end < 0) {
        m_headSearched = m_input.size();
        return false;
    }
    m_headSearched = 0;
    auto parsed = parseRequestHead(QByteArrayView(m_input).first(headSize), limits.head);
    if (!parsed.head) {
        refuse(parsed.refusal);
        return false;
    }
    if (parsed.head->contentLength > limits.maxBodyBytes) {
        refuse({413, "the body is larger than this service takes"}, &*parsed.head);
        return false;
    }
    if (!m_server.mayBuffer(parsed.head->contentLength)) {
        refuse({503, "too many large requests at once"}, &*parsed.head);
        return false;
    }
    m_input.remove(0, headSize);
    m_emptyLines = 0;
    m_request.exchange = ++m_server.m_lastExchange;
    m_request.head = std::move(*parsed.head);
    m_request.body.clear();
    m_request.peer = m_peer;
    m_extraHeaders.clear();
    m_closeAfterAnswer = !m_request.head.keepAlive || m_server.m_draining;
    m_chunked = m_request.head.body == RequestHead::Body::Chunked ? std::optional(ChunkedBody(limits.maxBodyBytes)) : std::nullopt;
    if (m_request.head.expectsContinue && m_request.head.body != RequestHead::Body::None && m_input.isEmpty())
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    enter(State::Body, limits.bodyMs);
    return true;
}

bool Gate::takeBody()
{
    if (m_chunked) {
        switch (m_chunked->feed(m_input)) {
        case ChunkedBody::State::More:
            return false;
        case ChunkedBody::State::Malformed:
            refuse({400, "the chunked body is malformed"});
            return false;
        case ChunkedBody::State::TooLarge:
            refuse({413, "the body is larger than this service takes"});
            return false;
        case ChunkedBody::State::Done:
            m_request.body = m_chunked->takeBody();
            break;
        }
    } else {
        const auto length = m_request.head.body == RequestHead::Body::None ? 0 : m_request.head.contentLength;
        if (m_input.size() < length)
            return false;
        m_request.body = m_input.first(length);
        m_input.remove(0, length);
    }
    handOver();
    return false;
}

void Gate::handOver()
{
    enter(State::Answering, m_server.limits().answerMs);
    m_answer.clear();
    m_answerLeft = -1;
    m_server.m_exchanges.insert(m_request.exchange, this);
    m_request.sinceComplete.start();
    // The library gets what it needs to route and answer; headers and body stay here, under the exchange's number.
    const bool isHead = m_request.head.method == "HEAD";
    m_facade->offer((isHead ? QByteArray("GET") : m_request.head.method) + ' ' + m_request.head.path
                    + " HTTP/1.1\r\nHost: gate\r\n" + kExchangeHeader + ": " + QByteArray::number(m_request.exchange)
                    + "\r\nContent-Length: 0\r\n\r\n");
}

void Gate::answerBytes(QByteArrayView bytes)
{
    if (m_state != State::Answering)
        return;
    if (m_answerLeft < 0) {
        m_answer += bytes;
        if (!takeAnswerHead())
            return;
    } else {
        m_answerLeft -= bytes.size();
        if (m_request.head.method != "HEAD")
            m_answer += bytes;
    }
    if (m_answerLeft <= 0)
        finishAnswer();
}

bool Gate::takeAnswerHead()
{
    const auto end = m_answer.indexOf("\r\n\r\n");
    if (end < 0)
        return false;
    const auto head = m_answer.first(end + 2);
    const auto lengthAt = head.toLower().indexOf("\r\ncontent-length:");
    const auto lengthEnd = head.indexOf("\r\n", lengthAt + 2);
    const qint64 length = lengthAt < 0 ? 0 : head.mid(lengthAt + 17, lengthEnd - lengthAt - 17).trimmed().toLongLong();
    const auto body = m_answer.mid(end + 4);
    m_answerLeft = length - body.size();

    QByteArray out = head;
    for (const auto &[name, value] : std::as_const(m_extraHeaders))
        out += name + ": " + value + "\r\n";
    if (m_closeAfterAnswer)
        out += "Connection: close\r\n";
    else if (m_request.head.isVersion10)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (m_request.head.method != "HEAD")
        out += body;
    m_answer = std::move(out);
    return true;
}

void Gate::finishAnswer()
{
    m_server.m_exchanges.remove(m_request.exchange);
    m_request.body.clear();
    recount();
    const auto answer = std::exchange(m_answer, {});
    if (m_socket->state() == QAbstractSocket::ConnectedState) {
        passFaultPoint(FaultPoint::BeforeAnswer);
        m_socket->write(answer);
        m_socket->flush();
        passFaultPoint(FaultPoint::AfterAnswer);
    }
    if (m_socket->state() != QAbstractSocket::ConnectedState) { // the peer left, meanwhile or just now
        enter(State::Closing, 0);
        return;
    }
    if (m_closeAfterAnswer) {
        enter(State::Closing, m_server.limits().writeMs);
        closeWhenWritten();
        return;
    }
    enter(State::Writing, m_server.limits().writeMs);
    goOn();
}

void Gate::goOn()
{
    if (m_state != State::Writing || m_socket->bytesToWrite() > kWriteBacklog)
        return;
    enter(State::Idle, m_server.idleMs());
    if (m_advanceQueued || (m_input.isEmpty() && m_socket->bytesAvailable() == 0))
        return;
    // Not from inside the library's own write: the next request waits for the event loop.
    m_advanceQueued = true;
    QMetaObject::invokeMethod(this, [this] {
        m_advanceQueued = false;
        readSocket();
    }, Qt::QueuedConnection);
}

void Gate::bytesLeft()
{
    goOn();
    closeWhenWritten();
}

void Gate::refuse(const HttpRefusal &refusal, const RequestHead *head)
{
    if (m_server.m_observer)
        m_server.m_observer(refusal, m_peer, m_state == State::Body ? &m_request.head : head);
    m_input.clear();
    m_request.body.clear();
    m_chunked.reset();
    recount();
    enter(State::Closing, kRefusalMs);
    m_socket->write(refusalAnswer(refusal));
    m_socket->flush();
    m_socket->skip(m_socket->bytesAvailable());
    closeWhenWritten();
}

void Gate::checkDeadline()
{
    if (m_state == State::Gone || !m_deadline.hasExpired())
        return;
    switch (m_state) {
    case State::Head:
    case State::Body:
        refuse({408, "the request did not arrive in time"});
        return;
    case State::Answering:
        qCWarning(logConnection) << "no answer in time for" << m_request.head.method << m_request.head.path << "exchange"
                                 << m_request.exchange;
        // The handler's late answer must find its facade: the gate stays until then, the connection does not.
        m_deadline = QDeadlineTimer(QDeadlineTimer::Forever);
        m_request.body.clear();
        recount();
        m_socket->write(refusalAnswer({503, "no answer in time"}));
        m_socket->disconnectFromHost();
        return;
    case State::Idle:
        if (hasUnread())
            return;
        [[fallthrough]];
    case State::Writing:
    case State::Closing:
    case State::Gone:
        m_socket->abort();
        m_server.forget(this);
        return;
    }
}

// Says that nothing more comes, and reads on without keeping it until the peer has closed too: closing with unread bytes
// would reset the connection before the peer has read the answer (RFC 9112 §9.6).
void Gate::closeWhenWritten()
{
    if (m_state == State::Closing && m_socket->bytesToWrite() == 0)
        ::shutdown(static_cast<int>(m_socket->socketDescriptor()), SHUT_WR);
}

void Gate::drop()
{
    m_socket->abort();
}

QTcpSocket *Gate::release(const QByteArray &headerName, const QByteArray &headerValue)
{
    const auto bytes = handshakeBytes(m_request.head, headerName, headerValue) + m_input;
    auto *socket = std::exchange(m_socket, new QTcpSocket(this)); // never connected: whatever this gate still does goes nowhere
    socket->disconnect(this);
    detach();
    m_server.forget(this);
    if (socket->state() != QAbstractSocket::ConnectedState) {
        delete socket;
        return nullptr;
    }
    socket->setParent(nullptr);
    for (auto byte = bytes.crbegin(); byte != bytes.crend(); ++byte)
        socket->ungetChar(*byte);
    return socket;
}

void Gate::expectTheLastRequest()
{
    m_closeAfterAnswer = true;
    if (m_state == State::Idle)
        enter(State::Idle, m_server.idleMs());
}

bool Gate::hasUnread() const
{
    char next = 0;
    return m_socket->bytesAvailable() > 0 || recv(static_cast<int>(m_socket->socketDescriptor()), &next, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool Gate::isBusy() const
{
    return m_state == State::Closing ? m_socket->bytesToWrite() > 0 : m_state != State::Gone;
}

void Gate::peerLeft()
{
    // With an answer under way the facade stays "connected": the handler's late answer finds a living object.
    if (m_state == State::Answering) {
        m_closeAfterAnswer = true;
        return;
    }
    m_input.clear(); // nothing more may be handed over
    enter(State::Closing, 0);
    m_server.forget(this);
}

} // namespace oo
