#include "service/http/request_head.h"

#include <charconv>

namespace oo {

namespace {

bool isTokenChar(char c)
{
    const bool letterOrDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letterOrDigit || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool isToken(QByteArrayView text)
{
    if (text.isEmpty())
        return false;
    for (const char c : text) {
        if (!isTokenChar(c))
            return false;
    }
    return true;
}

bool sameName(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

QByteArrayView trimmed(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

bool hasControlCharacter(QByteArrayView text)
{
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if ((u < 0x20 && u != '\t') || u == 0x7f)
            return true;
    }
    return false;
}

// Of "http://" or "https://", in any case; 0 if the target does not begin so.
qsizetype schemeSize(QByteArrayView target)
{
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (target.size() >= scheme.size() && sameName(target.first(scheme.size()), scheme))
            return scheme.size();
    }
    return 0;
}

// What RFC 3986 lets a host and port be made of.
bool isHost(QByteArrayView text)
{
    for (const char c : text) {
        const bool letterOrDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letterOrDigit && std::string_view("-._~!$&'()*+,;=%:[]").find(c) == std::string_view::npos)
            return false;
    }
    return true;
}

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

class HeadParser
{
public:
    HeadParser(QByteArrayView text, const HeadLimits &limits) : m_rest(text), m_limits(limits) {}

    HeadResult run()
    {
        if (!requestLine() || !fields() || !framing())
            return {std::nullopt, m_refusal};
        return {std::move(m_head), {}};
    }

private:
    bool refuse(int status, const char *message)
    {
        m_refusal = {status, message};
        return false;
    }

    // The next line without its CRLF. A bare LF or CR is never a line end.
    std::optional<QByteArrayView> line()
    {
        const auto end = m_rest.indexOf("\r\n");
        if (end < 0)
            return std::nullopt;
        const auto text = m_rest.first(end);
        m_rest = m_rest.sliced(end + 2);
        return text;
    }

    bool requestLine()
    {
        const auto text = line();
        if (!text)
            return refuse(400, "the request line does not end with CRLF");
        const auto firstSpace = text->indexOf(' ');
        const auto lastSpace = text->lastIndexOf(' ');
        if (firstSpace < 0 || lastSpace == firstSpace)
            return refuse(400, "the request line is not METHOD TARGET VERSION");
        return method(text->first(firstSpace)) && target(text->sliced(firstSpace + 1, lastSpace - firstSpace - 1))
               && version(text->sliced(lastSpace + 1));
    }

    bool method(QByteArrayView text)
    {
        if (!isToken(text))
            return refuse(400, "the method is not a token");
        for (const auto known : kMethods) {
            if (text == QByteArrayView(known.data(), static_cast<qsizetype>(known.size()))) {
                m_head.method = text.toByteArray();
                return true;
            }
        }
        return refuse(501, "this method is not known here");
    }

    bool target(QByteArrayView text)
    {
        if (text.size() > m_limits.maxTargetBytes)
            return refuse(414, "the request target is too long");
        for (const char c : text) {
            const auto u = static_cast<unsigned char>(c);
            if (u <= 0x20 || u >= 0x7f || c == '#')
                return refuse(400, "the request target has characters that are not allowed");
        }
        const auto scheme = schemeSize(text);
        const auto question = text.indexOf('?');
        auto path = question < 0 ? text : text.first(question);
        if (scheme > 0) { // absolute form: its path counts; a slash in its query does not begin one
            const auto slash = path.indexOf('/', scheme);
            if (path.size() == scheme || slash == scheme)
                return refuse(400, "the request target names no host");
            path = slash < 0 ? QByteArrayView("/") : path.sliced(slash);
        }
        if (!path.startsWith('/'))
            return refuse(400, "the request target does not start with a slash");
        m_head.path = path.toByteArray();
        if (question >= 0)
            m_head.query = text.sliced(question + 1).toByteArray();
        return true;
    }

    bool version(QByteArrayView text)
    {
        if (text == QByteArrayView("HTTP/1.1"))
            return true;
        m_head.keepAlive = false;
        m_head.isVersion10 = text == QByteArrayView("HTTP/1.0");
        if (m_head.isVersion10)
            return true;
        const auto isDigit = [&](qsizetype at) { return text[at] >= '0' && text[at] <= '9'; };
        const bool wellFormed = text.size() == 8 && text.startsWith("HTTP/") && isDigit(5) && text[6] == '.' && isDigit(7);
        return wellFormed ? refuse(505, "only HTTP/1.1 and 1.0 are spoken here") : refuse(400, "the version is malformed");
    }

    bool fields()
    {
        for (;;) {
            const auto text = line();
            if (!text)
                return refuse(400, "a header line does not end with CRLF");
            if (text->isEmpty())
                return m_rest.isEmpty() || refuse(400, "the head goes on after its empty line");
            if (m_head.headers.size() >= m_limits.maxFields)
                return refuse(431, "too many header fields");
            const auto colon = text->indexOf(':');
            if (colon < 0 || !isToken(text->first(colon)))
                return refuse(400, "a header line is not NAME: VALUE");
            const auto value = trimmed(text->sliced(colon + 1));
            if (hasControlCharacter(value))
                return refuse(400, "a header value has control characters");
            m_head.headers.append({text->first(colon).toByteArray(), value.toByteArray()});
        }
    }

    QList<QByteArrayView> valuesOf(QByteArrayView name) const
    {
        QList<QByteArrayView> values;
        for (const auto &[key, value] : m_head.headers) {
            if (sameName(key, name))
                values.append(value);
        }
        return values;
    }

    bool framing()
    {
        const auto hosts = valuesOf("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !m_head.isVersion10))
            return refuse(400, "there must be exactly one Host");
        if (!hosts.isEmpty() && !isHost(hosts.first()))
            return refuse(400, "the Host is malformed");
        return connection() && expectation() && bodyLength();
    }

    bool connection()
    {
        bool close = false;
        for (const auto &value : valuesOf("Connection")) {
            for (const auto &part : value.toByteArray().split(',')) {
                const auto option = part.trimmed().toLower();
                close = close || option == "close";
                m_head.keepAlive = m_head.keepAlive || (option == "keep-alive" && m_head.isVersion10);
                m_head.upgrade = m_head.upgrade || option == "upgrade";
            }
        }
        m_head.keepAlive = m_head.keepAlive && !close;
        return true;
    }

    bool expectation()
    {
        for (const auto &value : valuesOf("Expect")) {
            if (!sameName(value, "100-continue"))
                return refuse(417, "only the expectation 100-continue is known here");
            m_head.expectsContinue = !m_head.isVersion10;
        }
        return true;
    }

    bool bodyLength()
    {
        const auto lengths = valuesOf("Content-Length");
        const auto codings = valuesOf("Transfer-Encoding");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty())
                return refuse(400, "Content-Length beside Transfer-Encoding");
            if (m_head.isVersion10)
                return refuse(400, "Transfer-Encoding in HTTP/1.0");
            if (codings.size() != 1 || !sameName(codings.first(), "chunked"))
                return refuse(501, "only the transfer coding chunked is known here");
            m_head.body = RequestHead::Body::Chunked;
            return true;
        }
        if (lengths.isEmpty())
            return true;
        if (lengths.size() != 1)
            return refuse(400, "more than one Content-Length");
        const auto text = lengths.first();
        for (const char c : text) {
            if (c < '0' || c > '9')
                return refuse(400, "the Content-Length is not a number");
        }
        const auto [stop, error] = std::from_chars(text.begin(), text.end(), m_head.contentLength);
        if (text.isEmpty() || error != std::errc() || stop != text.end())
            return refuse(400, "the Content-Length is not a number");
        m_head.body = m_head.contentLength > 0 ? RequestHead::Body::Length : RequestHead::Body::None;
        return true;
    }

    QByteArrayView m_rest;
    const HeadLimits &m_limits;
    RequestHead m_head;
    HttpRefusal m_refusal;
};

} // namespace

QByteArray RequestHead::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers) {
        if (sameName(key, name))
            return value;
    }
    return {};
}

HeadResult parseRequestHead(QByteArrayView head, const HeadLimits &limits)
{
    return HeadParser(head, limits).run();
}

QByteArray handshakeBytes(const RequestHead &head, const QByteArray &headerName, const QByteArray &headerValue)
{
    auto bytes = "GET " + head.path + " HTTP/1.1\r\n";
    for (const char *name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
        bytes += name + (": " + head.header(name)) + "\r\n";
    return bytes + headerName + ": " + headerValue + "\r\n\r\n";
}

} // namespace oo
