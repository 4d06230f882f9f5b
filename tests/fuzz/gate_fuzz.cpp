// A stream of requests as the gate reads it: the first byte says how it is cut into pieces, which must change nothing; what is accepted means the
// same when it is written anew.

#include "service/http/chunked_body.h"
#include "service/http/request_head.h"
#include "tests/fuzz/fuzzed.h"

#include <QList>

using namespace oo;

namespace {

constexpr qint64 kMaxBody = 4096;
const HeadLimits kLimits{2048, 512, 20};

struct Read
{
    QList<std::pair<RequestHead, QByteArray>> requests;
    int refusal = 0; // the status that ended the stream

    bool operator==(const Read &other) const
    {
        if (refusal != other.refusal || requests.size() != other.requests.size())
            return false;
        for (qsizetype i = 0; i < requests.size(); ++i) {
            const auto &a = requests[i], &b = other.requests[i];
            if (a.second != b.second || a.first.path != b.first.path || a.first.query != b.first.query || a.first.headers != b.first.headers)
                return false;
        }
        return true;
    }
};

// The gate's own order of steps (Gate::takeHead, Gate::takeBody), without its sockets and deadlines.
class StreamReader
{
public:
    void feed(QByteArrayView piece)
    {
        m_input += piece;
        while (m_read.refusal == 0 && (m_head ? takeBody() : takeHead()))
            ;
    }
    const Read &read() const { return m_read; }

private:
    bool refuse(int status)
    {
        m_read.refusal = status;
        return false;
    }

    bool takeHead()
    {
        const auto end = m_input.indexOf("\r\n\r\n");
        const auto size = end < 0 ? m_input.size() : end + 4;
        if (size > kLimits.maxHeadBytes)
            return refuse(431);
        if (end < 0)
            return false;
        auto result = parseRequestHead(QByteArrayView(m_input).first(size), kLimits);
        fuzz::must(result.head || (result.refusal.status >= 400 && result.refusal.status < 600), "a head is read or refused");
        if (!result.head)
            return refuse(result.refusal.status);
        if (result.head->contentLength > kMaxBody)
            return refuse(413);
        m_input.remove(0, size);
        m_head = std::move(*result.head);
        m_chunked = ChunkedBody(kMaxBody);
        return true;
    }

    bool takeBody()
    {
        if (m_head->body == RequestHead::Body::Chunked)
            return takeChunks();
        if (m_input.size() < m_head->contentLength)
            return false;
        const auto body = m_input.first(m_head->contentLength);
        m_input.remove(0, body.size());
        return finish(body);
    }

    bool takeChunks()
    {
        const auto state = m_chunked.feed(m_input);
        fuzz::must(m_chunked.size() <= kMaxBody, "a body is no larger than allowed");
        if (state == ChunkedBody::State::Done)
            return finish(m_chunked.takeBody());
        return state == ChunkedBody::State::More ? false : refuse(state == ChunkedBody::State::TooLarge ? 413 : 400);
    }

    bool finish(const QByteArray &body)
    {
        m_read.requests.append({std::move(*m_head), body});
        m_head.reset();
        return true;
    }

    QByteArray m_input;
    std::optional<RequestHead> m_head;
    ChunkedBody m_chunked{kMaxBody};
    Read m_read;
};

QByteArray written(const RequestHead &head, const QByteArray &body)
{
    auto bytes = head.method + ' ' + head.path + (head.query.isEmpty() ? "" : "?" + head.query) + (head.isVersion10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (const auto &[name, value] : head.headers)
        bytes += name + ": " + value + "\r\n";
    bytes += "\r\n";
    if (head.body != RequestHead::Body::Chunked)
        return bytes + body;
    return bytes + (body.isEmpty() ? QByteArray() : QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n") + "0\r\n\r\n";
}

void checkAccepted(const RequestHead &head, const QByteArray &body)
{
    fuzz::must(head.path.startsWith('/') && !head.path.contains(' ') && !head.path.contains('?'), "a path is one");
    fuzz::must(head.body != RequestHead::Body::Length || body.size() == head.contentLength, "a body has its length");
    for (const auto &[name, value] : head.headers)
        fuzz::must(!name.isEmpty() && !value.contains('\r') && !value.contains('\n') && !value.contains('\0'), "a field is one line");
    const auto anew = written(head, body);
    const auto end = anew.indexOf("\r\n\r\n") + 4;
    const auto again = parseRequestHead(QByteArrayView(anew).first(end), {kLimits.maxHeadBytes * 2, kLimits.maxTargetBytes, kLimits.maxFields}).head;
    fuzz::must(again && again->path == head.path && again->query == head.query && again->headers == head.headers && again->keepAlive == head.keepAlive
                   && again->body == head.body && again->contentLength == head.contentLength,
               "what is accepted means the same when written anew");
    QByteArray rest = anew.sliced(end);
    ChunkedBody chunks(kMaxBody);
    if (head.body == RequestHead::Body::Chunked)
        fuzz::must(chunks.feed(rest) == ChunkedBody::State::Done && rest.isEmpty() && chunks.takeBody() == body, "chunks written anew are the same body");
}

} // namespace

void oo::fuzz::check(const QByteArray &input)
{
    if (input.isEmpty())
        return;
    const auto stream = QByteArrayView(input).sliced(1);
    StreamReader whole, pieces;
    whole.feed(stream);
    quint32 cut = static_cast<unsigned char>(input[0]); // a sequence of its own for each first byte
    for (qsizetype at = 0; at < stream.size();) {
        cut = cut * 1664525u + 1013904223u;
        const auto size = std::min<qsizetype>(input[0] == 0 ? 1 : 1 + (cut >> 16) % 64, stream.size() - at);
        pieces.feed(stream.sliced(at, size));
        at += size;
    }
    must(whole.read() == pieces.read(), "a stream means the same however it is cut");
    for (const auto &[head, body] : whole.read().requests)
        checkAccepted(head, body);
}
