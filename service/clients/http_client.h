#pragma once
// Outgoing HTTP/1.1, asynchronous, by libcurl in one thread.

#include <QByteArray>
#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>
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

class HttpTransfers;

// Lives in its owner's thread, which may be busy with other things for milliseconds: the network runs in a thread inside.
class HttpClient
{
public:
    using Done = std::function<void(const HttpAnswer &)>;

    HttpClient();
    ~HttpClient(); // calls under way are dropped; their `done` is not called any more
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    // Calls, and connections, to one host at once. More would wait inside, with their time running.
    static constexpr int maxCalls() { return 128; }

    // `done` is called exactly once, later, in the owner's thread, which needs an event loop. A call is sent at most once:
    // whether to send again is for the call ledger to decide.
    void send(const HttpCall &call, Done done);

private:
    QObject m_owner; // in the owner's thread: answers are posted to it
    std::unique_ptr<HttpTransfers> m_transfers;
};

} // namespace oo
