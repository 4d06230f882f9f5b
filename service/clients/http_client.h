#pragma once
// Outgoing HTTP, asynchronous, in one thread with an event loop.

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QUrl>

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
    QByteArray body;           // at most 64 KiB of it
    std::optional<qint64> retryAfterMs;
    QString error;             // for people, if there was no answer
};

class HttpClient
{
public:
    HttpClient();
    // `done` is called exactly once, later, in this thread.
    void send(const HttpCall &call, std::function<void(const HttpAnswer &)> done);

private:
    QNetworkAccessManager m_network;
};

} // namespace oo
