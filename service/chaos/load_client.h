#pragma once
// Sends prepared HTTP requests over a number of kept connections, as fast as answers come or at a given rate. For chaos runs and
// benchmarks: one thread, no event loop, little of its own cost.

#include <QByteArray>

#include <functional>
#include <optional>
#include <vector>

namespace oo {

struct LoadAnswer
{
    int status = 0; // 0: no answer; the connection failed
    qint64 latencyUs = 0;
};

class LoadClient
{
public:
    // `address` is an IPv4 address in text.
    LoadClient(const QByteArray &address, quint16 port, int connections);
    ~LoadClient();
    LoadClient(const LoadClient &) = delete;
    LoadClient &operator=(const LoadClient &) = delete;

    // What comes next: a number of the caller's and the request's bytes, which must stay until it is answered. nullopt:
    // nothing just now; the run ends when nothing is under way either, unless `more` says that something will come.
    struct Request
    {
        int tag = 0;
        const QByteArray *bytes = nullptr;
    };
    using Next = std::function<std::optional<Request>()>;
    using Done = std::function<void(int tag, const LoadAnswer &)>;
    void run(const Next &next, const Done &done, const std::function<bool()> &more = [] { return false; });

private:
    struct Connection;
    void connectSocket(Connection &connection);
    void fail(Connection &connection, const Done &done);
    bool sendSome(Connection &connection);
    bool receive(Connection &connection, const Done &done);
    void watch(Connection &connection, bool forWriting);

    QByteArray m_address;
    quint16 m_port;
    int m_epoll = -1;
    std::vector<Connection> m_connections;
};

} // namespace oo
