#pragma once
// Outgoing HTTP, asynchronous, in one thread with an event loop.

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QThread>
#include <QUrl>

#include <array>
#include <functional>
#include <optional>

namespace oo {

struct HttpCall
{
    QByteArray method = "POST"; // GET or POST
    QUrl url;
    QByteArray body;           // JSON
    QByteArray idempotencyKey; // header Idempotency-Key; empty: none
    int timeoutMs = 5000;      // for the whole exchange
};

struct HttpAnswer
{
    int status = 0;            // 0: no answer
    bool mayHaveLeft = true;   // false: certainly nothing reached the other side
    QByteArray body;           // empty if it was larger than 1 MiB
    std::optional<qint64> retryAfterMs;
    QString error;             // for people, if there was no answer
};

// Lives in its owner's thread, which may be busy with other things for milliseconds: the network runs in a thread inside, with
// several access managers, as each keeps to six connections a host.
class HttpClient
{
public:
    HttpClient();
    ~HttpClient(); // calls under way are dropped; their `done` is not called any more
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    // More calls at once would wait inside, with their time running.
    static constexpr int maxCalls() { return static_cast<int>(kManagers * kConnectionsOfManager); }

    // `done` is called exactly once, later, in the owner's thread, which needs an event loop.
    void send(const HttpCall &call, std::function<void(const HttpAnswer &)> done);

private:
    static constexpr size_t kManagers = 8;
    static constexpr size_t kConnectionsOfManager = 6; // Qt's own limit for one host
    QThread m_thread;
    QObject m_owner; // in the owner's thread: answers are posted to it
    std::array<QNetworkAccessManager *, kManagers> m_managers{}; // in m_thread
    std::array<int, kManagers> m_active{}; // calls under way; in the owner's thread
};

} // namespace oo
