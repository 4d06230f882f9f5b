#pragma once
// Parses the head of an HTTP/1.x request strictly (RFC 9112): what two programs could read differently is refused, so that
// nothing can be smuggled past us or past a proxy in front of us.

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>
#include <utility>

namespace oo {

struct RequestHead
{
    enum class Body { None, Length, Chunked };

    QByteArray method;
    QByteArray path;  // without query, still percent-encoded, starts with /
    QByteArray query; // without ?
    QList<std::pair<QByteArray, QByteArray>> headers; // in order, names as sent, values trimmed
    Body body = Body::None;
    qint64 contentLength = 0;
    bool keepAlive = true;
    bool isVersion10 = false;
    bool expectsContinue = false;
    bool upgrade = false;

    // The value of a header that may stand once; names compare without case. Empty if absent.
    QByteArray header(QByteArrayView name) const;
};

// The request that opens a WebSocket, written anew with no more than that takes, and one header more.
QByteArray handshakeBytes(const RequestHead &head, const QByteArray &headerName, const QByteArray &headerValue);

struct HeadLimits
{
    qsizetype maxHeadBytes = 32ll * 1024;
    qsizetype maxTargetBytes = 8ll * 1024;
    int maxFields = 100;
};

struct HttpRefusal
{
    int status = 400; // 400, 405, 414, 417, 431, 501, 505
    const char *message = "";
};

// `head` is everything up to and with the empty line. Exactly one of the two comes back.
struct HeadResult
{
    std::optional<RequestHead> head;
    HttpRefusal refusal;
};
HeadResult parseRequestHead(QByteArrayView head, const HeadLimits &limits);

} // namespace oo
