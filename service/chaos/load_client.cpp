#include "service/chaos/load_client.h"

#include <algorithm>
#include <chrono>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace oo {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTickMs = 20;
constexpr auto kReconnectPause = std::chrono::milliseconds(100);
constexpr auto kAnswerLimit = std::chrono::seconds(10);

struct AnswerFrame
{
    int status = 0;
    qsizetype total = 0; // head and body; 0: not known yet
    bool isLast = false; // the connection ends with it
};

AnswerFrame measureAnswer(const QByteArray &input)
{
    const auto end = input.indexOf("\r\n\r\n");
    if (end < 0)
        return {};
    const auto head = input.left(end).toLower();
    const auto at = head.indexOf("content-length:");
    const auto length = at < 0 ? 0 : head.mid(at + 15, head.indexOf('\r', at) < 0 ? -1 : head.indexOf('\r', at) - at - 15).trimmed().toLongLong();
    return {head.mid(9, 3).toInt(), end + 4 + static_cast<qsizetype>(length), head.contains("\r\nconnection: close")};
}

} // namespace

struct LoadClient::Connection
{
    int socket = -1;
    bool connected = false;
    std::optional<Request> request;
    qsizetype sent = 0;
    QByteArray input;
    Clock::time_point startedAt;
    Clock::time_point usableAt; // after a failure, a pause
};

LoadClient::LoadClient(const QByteArray &address, quint16 port, int connections)
    : m_address(address), m_port(port), m_epoll(epoll_create1(EPOLL_CLOEXEC)), m_connections(static_cast<size_t>(connections))
{
}

LoadClient::~LoadClient()
{
    for (auto &connection : m_connections) {
        if (connection.socket >= 0)
            ::close(connection.socket);
    }
    ::close(m_epoll);
}

void LoadClient::watch(Connection &connection, bool forWriting)
{
    epoll_event event{};
    event.events = forWriting ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &connection;
    if (epoll_ctl(m_epoll, EPOLL_CTL_MOD, connection.socket, &event) != 0)
        epoll_ctl(m_epoll, EPOLL_CTL_ADD, connection.socket, &event);
}

void LoadClient::connectSocket(Connection &connection)
{
    connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_port);
    inet_pton(AF_INET, m_address.constData(), &address.sin_addr);
    connection.connected = ::connect(connection.socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    watch(connection, true);
}

void LoadClient::fail(Connection &connection, const Done &done)
{
    if (connection.socket >= 0)
        ::close(connection.socket);
    const auto request = connection.request;
    connection = Connection{};
    connection.usableAt = Clock::now() + kReconnectPause;
    if (request)
        done(request->tag, LoadAnswer{});
}

// False: the connection is broken.
bool LoadClient::sendSome(Connection &connection)
{
    if (!connection.request)
        return true;
    const auto &bytes = *connection.request->bytes;
    while (connection.sent < bytes.size()) {
        const auto count = ::send(connection.socket, bytes.constData() + connection.sent,
                                  static_cast<size_t>(bytes.size() - connection.sent), MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN && errno != EINPROGRESS && errno != ENOTCONN)
                return false;
            watch(connection, true);
            return true;
        }
        connection.sent += count;
    }
    watch(connection, false);
    return true;
}

bool LoadClient::receive(Connection &connection, const Done &done)
{
    char buffer[65536];
    const auto count = ::recv(connection.socket, buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN))
        return false;
    if (count < 0)
        return true;
    connection.input.append(buffer, count);
    const auto answer = measureAnswer(connection.input);
    if (answer.total == 0 || connection.input.size() < answer.total || !connection.request)
        return true;
    const int tag = connection.request->tag;
    const auto latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.startedAt);
    if (answer.isLast) {
        ::close(connection.socket);
        connection = Connection{};
    } else {
        connection.input.clear();
        connection.sent = 0;
        connection.request.reset();
    }
    done(tag, LoadAnswer{answer.status, latency.count()});
    return true;
}

void LoadClient::run(const Next &next, const Done &done, const std::function<bool()> &more)
{
    std::vector<epoll_event> events(m_connections.size());
    for (;;) {
        bool busy = false;
        const auto now = Clock::now();
        for (auto &connection : m_connections) {
            if (connection.request && now - connection.startedAt > kAnswerLimit)
                fail(connection, done);
            if (!connection.request && now >= connection.usableAt) {
                connection.request = next();
                if (connection.request) {
                    connection.startedAt = now;
                    if (connection.socket < 0)
                        connectSocket(connection);
                    if (!sendSome(connection))
                        fail(connection, done);
                }
            }
            busy = busy || connection.request;
        }
        if (!busy && !more())
            return;
        const int count = epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), kTickMs);
        for (int i = 0; i < count; ++i) {
            auto &connection = *static_cast<Connection *>(events[static_cast<size_t>(i)].data.ptr);
            const auto flags = events[static_cast<size_t>(i)].events;
            bool alive = (flags & (EPOLLERR | EPOLLHUP)) == 0;
            if (alive && (flags & EPOLLIN) != 0)
                alive = receive(connection, done);
            if (alive && (flags & EPOLLOUT) != 0)
                alive = sendSome(connection);
            if (!alive)
                fail(connection, done);
        }
    }
}

} // namespace oo
