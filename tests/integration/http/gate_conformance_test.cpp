// The gate against requests that two programs could read differently (RFC 9110, 9112): each row is a stream of bytes and the statuses it must get,
// in order, and none more. A good last request follows each stream; it is answered only where the connection may live on.

#include "service/http/gated_http_server.h"

#include <QTcpSocket>
#include <QTest>

using namespace oo;

Q_DECLARE_METATYPE(QList<int>)

namespace {

const QByteArray kLast = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const QByteArray kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

GateLimits limits()
{
    GateLimits limits;
    limits.maxBodyBytes = 1000;
    limits.headMs = limits.bodyMs = limits.answerMs = 500;
    limits.idleMs = 20000;
    return limits;
}

QByteArray post(const QByteArray &fields, const QByteArray &body = {})
{
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

QByteArray chunked(const QByteArray &wire)
{
    return post("Transfer-Encoding: chunked\r\n", wire);
}

QByteArray get(const QByteArray &target, const QByteArray &fields = "Host: a\r\n")
{
    return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}

// A row's name: what is odd about it, readable.
QByteArray shown(const QByteArray &bytes)
{
    QByteArray text;
    for (const char c : bytes.left(40))
        text += c > ' ' && c < 0x7f ? QByteArray(1, c) : "%" + QByteArray(1, c).toHex();
    return text;
}

void row(const char *family, const QByteArray &what, const QByteArray &stream, const QList<int> &statuses)
{
    QTest::addRow("%s %d: %s", family, static_cast<int>(stream.size()), shown(what).constData()) << stream << statuses;
}

QList<int> answered(QByteArray stream) // the statuses of a stream of answers; -1 for what is none
{
    QList<int> statuses;
    while (!stream.isEmpty()) {
        const auto end = stream.indexOf("\r\n\r\n");
        if (!stream.startsWith("HTTP/1.1 ") || end < 0)
            return statuses << -1;
        const auto status = stream.mid(9, 3).toInt();
        const auto head = stream.first(end + 2).toLower();
        const auto at = head.indexOf("\r\ncontent-length:");
        const auto length = at < 0 ? 0 : head.mid(at + 17, head.indexOf("\r\n", at + 2) - at - 17).trimmed().toLongLong();
        stream.remove(0, end + 4 + length);
        if (status != 100)
            statuses << status;
    }
    return statuses;
}

void lengthRows()
{
    for (const char *bad : {"", " ", "-1", "-0", "+5", "+0", "0x5", "5x", "x5", "5.0", "5e0", "5 5", "5,5", "5, 5", "5;5", "\"5\"", "0b1", "1_0", "9223372036854775808",
                            "18446744073709551615", "18446744073709551616", "99999999999999999999999", "\v5", "5\f", "NaN", "five", "٥"})
        row("length", bad, post(QByteArray("Content-Length: ") + bad + "\r\n", kSmuggled), {400});
    for (const char *huge : {"1001", "0001001", "5000000", "2147483648", "4294967296", "9223372036854775807"})
        row("huge length", huge, post(QByteArray("Content-Length: ") + huge + "\r\n", kSmuggled), {413});
    for (const char *good : {"5", "05", "0000000005", " 5", "\t5\t", "5   "})
        row("good length", good, post(QByteArray("Content-Length:") + good + "\r\n", "hello"), {200, 200});
    for (const char *name : {"Content-Length", "content-length", "CONTENT-LENGTH", "cOnTeNt-LeNgTh"}) {
        row("length by name", name, post(QByteArray(name) + ": 5\r\n", "hello"), {200, 200});
        for (const char *other : {"5", "6", "0", "", "x"})
            row("two lengths", QByteArray(name) + other, post("Content-Length: 5\r\n" + QByteArray(name) + ": " + other + "\r\n", "hello" + kSmuggled), {400});
    }
    for (const char *disguise : {"Content-Length : 5", " Content-Length: 5", "\tContent-Length: 5", "Content-Length\t: 5", "Content-Length\v: 5", "Content-Length", "Content Length: 5",
                                 "Content-Length:5\rX: y", "Content-Length:5\nX: y", "Content-Length;: 5", "Content-Length(c): 5", "\"Content-Length\": 5", "Content-Length\xa0: 5"})
        row("disguised length", disguise, post(QByteArray(disguise) + "\r\n", kSmuggled), {400});
    for (const char *cousin : {"Content_Length", "X-Content-Length", "Content-Length-X", "ContentLength"}) // fields of their own: no body
        row("cousin of length", cousin, post(QByteArray(cousin) + ": 5\r\n"), {200, 200});
}

void codingRows()
{
    const QByteArray wire = "0\r\n\r\n" + kSmuggled;
    for (const char *bad : {"", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked,", ",chunked", "xchunked", "chunkedx", "chunked;q=1", "\"chunked\"", "chunked chunked",
                            "x, chunked", "deflate", "compress", "trailers", "cow", "chunked, identity", "'chunked'", "c hunked", "chun\xc4\xb7" "ed"})
        row("coding", bad, post(QByteArray("Transfer-Encoding: ") + bad + "\r\n", wire), {501});
    for (const char *bad : {"\vchunked", "chunked\f", "chunked\x01", "\x7f" "chunked", "chunked\rX: y", "chunked\nX: y", "\nchunked"})
        row("coding", bad, post(QByteArray("Transfer-Encoding: ") + bad + "\r\n", wire), {400});
    for (const char *disguise : {"Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked", "Transfer-Encoding\n : chunked", "Transfer-Encoding:\r\n chunked", "Transfer-Encoding\r\n: chunked",
                                 "X: y\r\n Transfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked", "Transfer-Encoding", "Transfer Encoding: chunked", "Transfer-Encoding\x01: chunked"})
        for (const char *length : {"", "Content-Length: 5\r\n"})
            row("disguised coding", QByteArray(disguise) + length, post(length + QByteArray(disguise) + "\r\n", wire), {400});
    for (const char *good : {"chunked", "Chunked", "CHUNKED", "chunked  ", "\tchunked"})
        row("good coding", good, post(QByteArray("Transfer-Encoding:") + good + "\r\n", "5\r\nhello\r\n0\r\n\r\n"), {200, 200});
    for (const char *coding : {"chunked", "identity", "gzip", "xchunked", ""})
        for (const char *length : {"0", "5", "38", "x", ""}) {
            const auto l = QByteArray("Content-Length: ") + length + "\r\n", c = QByteArray("Transfer-Encoding: ") + coding + "\r\n";
            row("length, coding", QByteArray(length) + ' ' + coding, post(l + c, wire), {400});
            row("coding, length", QByteArray(coding) + ' ' + length, post(c + l, wire), {400});
        }
    for (const char *second : {"chunked", "identity", "gzip", "x", ""})
        row("two codings", second, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: " + QByteArray(second) + "\r\n", wire), {501});
    row("coding in 1.0", "1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + wire, {400});
}

void chunkRows()
{
    for (const char *size : {"", " ", " 5", "-5", "+5", "0x5", "0X5", "5h", "g", "5.", "5,5", "5 5", "\t5", "5\v", "ffffffffffffffff", "10000000000000005", "8000000000000000", "00000000000000005", "٥", "5\n", "5\r", "five"})
        row("chunk size", size, chunked(QByteArray(size) + "\r\nhello\r\n0\r\n\r\n"), {400});
    for (const char *size : {"3e9", "FFF", "7fffffff", "80000000", "ffffffff", "100000000", "fffffffffffffff"})
        row("huge chunk", size, chunked(QByteArray(size) + "\r\nhello\r\n0\r\n\r\n"), {413});
    for (const char *size : {"5", "05", "005", "000000000000005", "5;", "5;a", "5;a=b", "5;a=\"b\"", "5 ;a", "5\t", "5;\x80"})
        row("good chunk", size, chunked(QByteArray(size) + "\r\nhello\r\n0\r\n\r\n"), {200, 200});
    for (const char *data : {"hell\r\n", "hello!\r\n", "hello\n", "hello\r", "hello", "hello \r\n", "hello\n\r\n", "hello\r\r\n"})
        row("chunk data", data, chunked("5\r\n" + QByteArray(data) + "0\r\n\r\n"), {400});
    for (const char *extension : {";a\nb", ";\n", ";a\rb", "\n0", "\r0"})
        row("extension", extension, chunked("5" + QByteArray(extension) + "\r\nhello\r\n0\r\n\r\n"), {400});
    for (const char *trailer : {"X: y\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "nonsense\r\n"}) // read and dropped
        row("trailer", trailer, chunked("0\r\n" + QByteArray(trailer) + "\r\n"), {200, 200});
    for (const char *trailer : {"X: y\nZ: a\r\n", "X\rY: a\r\n"})
        row("bad trailer", trailer, chunked("0\r\n" + QByteArray(trailer) + "\r\n"), {400});
    row("last chunk", "many zeros", chunked("000\r\n\r\n"), {200, 200});
    row("endless", "size", chunked(QByteArray(2000, '1')), {400});
    row("endless", "extension", chunked("1;" + QByteArray(2000, 'x')), {400});
    row("endless", "extensions", chunked(QByteArray("1;" + QByteArray(900, 'x') + "\r\na\r\n").repeated(50)), {400});
    row("endless", "trailer", chunked("0\r\nX: " + QByteArray(2000, 'x')), {400});
    row("endless", "trailers", chunked("0\r\n" + QByteArray("X: yyyyyyyyyyyyyyyyy\r\n").repeated(1000)), {400});
    row("endless", "chunks", chunked(QByteArray("64\r\n" + QByteArray(100, 'x') + "\r\n").repeated(11)), {413});
}

void requestLineRows()
{
    for (const char *line : {" ", "GET", "GET ", "GET /now", "GET /now ", "GET  /now HTTP/1.1", "GET /now  HTTP/1.1", " GET /now HTTP/1.1", "GET /now HTTP/1.1 ", "GET\t/now\tHTTP/1.1", "GET /now\tHTTP/1.1", "GET /n ow HTTP/1.1",
                             "GET /now HTTP/1.1\r", "GET /now HTTP/1.1\nX: y", "G\x01T /now HTTP/1.1", "G(T /now HTTP/1.1", "G:T /now HTTP/1.1", "\"GET\" /now HTTP/1.1", "GET\v/now HTTP/1.1", "\xef\xbb\xbfGET\xa0/now HTTP/1.1", "/now GET"})
        row("line", line, QByteArray(line) + "\r\nHost: a\r\n\r\n", {400});
    for (const char *method : {"get", "Get", "GETT", "GE", "TRACE", "CONNECT", "PRI", "PROPFIND", "X", "M-SEARCH", "|", "GET1", "PURGE"})
        row("method", method, QByteArray(method) + " /now HTTP/1.1\r\nHost: a\r\n\r\n", {501});
    for (const char *method : {"PUT", "PATCH", "DELETE", "POST"})
        row("method", method, QByteArray(method) + " /now HTTP/1.1\r\nHost: a\r\n\r\n", {405, 200});
    for (const char *version : {"HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9"})
        row("version", version, QByteArray("GET /now ") + version + "\r\nHost: a\r\n\r\n", {505});
    for (const char *version : {"HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/11", "HTTP/1.10", "HTTP/01.1", "http/1.1", "Http/1.1", "HTTP1.1", "HTTP 1.1", "HTTP/1,1", "HTTP/a.b", "HTTP/1.x", "HTTP/-1.1", "HTTPS/1.1", "ICY/1.1", "1.1", "HTTP/1.1x"})
        row("version", version, QByteArray("GET /now ") + version + "\r\nHost: a\r\n\r\n", {400});
    for (const char *target : {"now", "*", "a:80", "?x", "#", "/now#x", "\\now", "/n\x7fw", "/n\x80w", "/\xc3\xa4", "ftp://a/now", "http:/now", "http:now", "http://", "http:///now", "https:///", "http://?/now", "file:///now", "./now", ";/now"})
        row("target", target, get(target), {400});
    for (const char *target : {"http://a/now", "http://b:1/now", "HTTP://a/now", "hTTps://a/now", "/now?x", "/now?", "/now?x=http://b/", "/now??", "/now?%zz", "/now?\"<>"})
        row("good target", target, get(target), {200, 200});
    for (const char *target : {"http://a", "http://a?/now", "http://a?x=/now", "/", "/Now", "/now/", "/nowx", "/none?/now", "/now%00", "/%2fnow", "/x%2f..%2fnow", "/now;x", "//now", "//a/now", "///now", "/./now", "/x/../now", "/%zz", "/%", "/now%", "/%6eow", "/n%6Fw"}) // paths are compared as they came
        row("elsewhere", target, get(target), {404, 200});
    row("long target", "just fits", get("/now?" + QByteArray(8192 - 5, 'x')), {200, 200});
    row("long target", "one more", get("/now?" + QByteArray(8193 - 5, 'x')), {414});
    row("empty lines", "four", QByteArray("\r\n").repeated(4) + get("/now"), {200, 200});
    row("empty lines", "five", QByteArray("\r\n").repeated(5) + get("/now"), {400});
    row("empty lines", "bare", "\n" + get("/now"), {400});
    row("garbage", "TLS", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), {400});
    row("garbage", "NULs", QByteArray(64, '\0') + "\r\n\r\n", {400});
    row("garbage", "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {501});
}

void fieldRows()
{
    for (const char *host : {"", "Host: a\r\nHost: a\r\n", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost:\r\n", "Host: u@a\r\n", "Host: a/b\r\n", "Host: a b\r\n", "Host: a\\b\r\n", "Host: a?b\r\n", "Host: a#b\r\n", "Host: \"a\"\r\n", "Host: a\tb\r\n", "Host: <a>\r\n", "Host: a\xc3\xa4\r\n", "Host a\r\n", "Host : a\r\n", " Host: a\r\n"})
        row("host", host, get("/now", host), {400});
    for (const char *host : {"a", "a:80", "[::1]", "[::1]:80", "127.0.0.1", "", "a-b.c_d", "%61"})
        row("good host", host, get("/now", "Host: " + QByteArray(host) + "\r\n"), {200, 200});
    for (int c = 0; c < 256; ++c) { // one odd byte in a name, one in a value
        const char byte = static_cast<char>(c);
        const QByteArray one(1, byte);
        const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        const bool letterOrDigit = c < 0x80 && isalnum(c);
        const bool token = letterOrDigit || (c != 0 && QByteArray("!#$%&'*+-.^_`|~").contains(byte));
        if (!token && c != ':')
            row("name byte", one, get("/now", "Host: a\r\nX" + one + "Y: v\r\n"), {400});
        row("value byte", one, get("/now", "Host: a\r\nX: v" + one + "w\r\n"), control ? QList<int>{400} : QList<int>{200, 200});
    }
    for (const char *line : {"nonsense", ":", ": v", " X: v", "\tX: v", "X: v\r\n folded", "X: v\r\n\tfolded", "X\r\n : v", "X: v\nY: w", "X: v\rY: w", "X: v\n", "X: v\r", "\n", "\r"})
        row("field line", line, get("/now", "Host: a\r\n" + QByteArray(line) + "\r\n"), {400});
    row("folded first", "fold", get("/now", " \r\nHost: a\r\n"), {400});
    row("bare ends", "LF only", QByteArray("GET /now HTTP/1.1\nHost: a\n\n"), {400});
    row("fields", "100", get("/now", "Host: a\r\n" + QByteArray("X: y\r\n").repeated(99)), {200, 200});
    row("fields", "101", get("/now", "Host: a\r\n" + QByteArray("X: y\r\n").repeated(100)), {431});
    const qsizetype around = get("/now", "Host: a\r\nX: \r\n").size();
    row("head", "just fits", get("/now", "Host: a\r\nX: " + QByteArray(32 * 1024 - around, 'x') + "\r\n"), {200, 200});
    row("head", "one more", get("/now", "Host: a\r\nX: " + QByteArray(32 * 1024 + 1 - around, 'x') + "\r\n"), {431});
    row("head", "endless value", "GET /now HTTP/1.1\r\nX: " + QByteArray(200000, 'x'), {431});
    row("head", "endless fields", "GET /now HTTP/1.1\r\n" + QByteArray("X: y\r\n").repeated(20000), {431});
    row("head", "endless line", QByteArray(200000, 'G'), {431});
    for (const char *bad : {"", "100", "100-continue, x", "continue", "x=y", "200-ok"})
        row("expect", bad, post(QByteArray("Expect: ") + bad + "\r\nContent-Length: 5\r\n", "hello"), {417});
    for (const char *good : {"100-continue", "100-Continue", "100-CONTINUE "})
        row("good expect", good, post(QByteArray("Expect: ") + good + "\r\nContent-Length: 5\r\n", "hello"), {200, 200});
    row("expect", "too large", post("Expect: 100-continue\r\nContent-Length: 5000\r\n"), {413});
    for (const char *close : {"close", "Close", "keep-alive, close", "close, x", " close ,", ",close"})
        row("connection", close, get("/now", QByteArray("Host: a\r\nConnection: ") + close + "\r\n"), {200});
}

void pipelineRows()
{
    const auto good = get("/now");
    for (int before = 0; before < 6; ++before) {
        const QByteArray several = good.repeated(before);
        QList<int> statuses(before, 200);
        const auto then = [&](int status) { return QList<int>(statuses) << status; };
        const auto name = QByteArray::number(before);
        row("pipeline, then bad line", name, several + "nonsense\r\n\r\n" + kSmuggled, then(400));
        row("pipeline, then both framings", name, several + post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kSmuggled), then(400));
        row("pipeline, then too large", name, several + post("Content-Length: 4000\r\n", kSmuggled), then(413));
        row("pipeline, then bad chunk", name, several + chunked("x\r\n" + kSmuggled), then(400));
        row("pipeline, then close", name, several + get("/now", "Host: a\r\nConnection: close\r\n") + kSmuggled, then(200));
        row("pipeline, then 1.0", name, several + "GET /now HTTP/1.0\r\n\r\n" + kSmuggled, then(200));
        row("pipeline, a request as a body", name, several + post("Content-Length: " + QByteArray::number(kSmuggled.size()) + "\r\n", kSmuggled), then(200) << 200);
        row("pipeline, a request as a chunk", name, several + chunked(QByteArray::number(kSmuggled.size(), 16) + "\r\n" + kSmuggled + "\r\n0\r\n\r\n"), then(200) << 200);
        row("pipeline, GET with a body", name, several + "GET /now HTTP/1.1\r\nHost: a\r\nContent-Length: " + QByteArray::number(kSmuggled.size()) + "\r\n\r\n" + kSmuggled, then(200) << 200);
    }
}

} // namespace

class GateConformanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<GatedHttpServer>(limits());
        const auto say = [this](const char *method, const char *path, int &count) {
            m_server->route(method, path, [this, &count](const GateRequest &r) {
                ++count;
                m_server->answer(r.exchange, {200, r.body, "text/plain", {}});
            });
        };
        say("GET", "/now", m_good);
        say("POST", "/echo", m_good);
        say("GET", "/last", m_last);
        say("GET", "/smuggled", m_smuggled);
        QString error;
        QVERIFY2(m_server->listen(QHostAddress::LocalHost, 0, error), qPrintable(error));
    }

    void cleanupTestCase() { m_server.reset(); }

    void everyStreamGetsItsAnswersAndNoMore_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<int>>("statuses");
        lengthRows();
        codingRows();
        chunkRows();
        requestLineRows();
        fieldRows();
        pipelineRows();
    }

    void everyStreamGetsItsAnswersAndNoMore()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QList<int>, statuses);
        m_good = m_last = m_smuggled = 0;
        auto socket = connected();
        socket->write(stream + kLast);
        QTRY_COMPARE_WITH_TIMEOUT(socket->state(), QAbstractSocket::UnconnectedState, 20000);
        const auto all = socket->readAll();
        QVERIFY2(answered(all) == statuses, all.left(2000).constData());
        QCOMPARE(m_smuggled, 0);
        QCOMPARE(m_good + m_last, static_cast<int>(statuses.count(200)));
        QTRY_COMPARE(m_server->gate().openConnections(), 0);
    }

    void whatDoesNotArriveIsTimedOut_data()
    {
        QTest::addColumn<QByteArray>("stream");
        for (const QByteArray &part : {QByteArray("G"), QByteArray("GET /now HTTP/1.1"), QByteArray("GET /now HTTP/1.1\r\nHost: a\r\n"), QByteArray("GET /now HTTP/1.1\r\nHost: a\r\n\r"), QByteArray("\r"),
                                       post("Content-Length: 5\r\n", "hell"), post("Content-Length: 999\r\n", kSmuggled), chunked("5"), chunked("5\r\nhell"), chunked("5\r\nhello"), chunked("5\r\nhello\r\n0\r\n"), chunked("0\r\nX: y\r\n")})
            QTest::addRow("%d: %s", static_cast<int>(part.size()), shown(part.right(12)).constData()) << part;
    }

    void whatDoesNotArriveIsTimedOut()
    {
        QFETCH(QByteArray, stream);
        m_good = m_smuggled = 0;
        auto socket = connected();
        socket->write(stream);
        QTRY_COMPARE_WITH_TIMEOUT(socket->state(), QAbstractSocket::UnconnectedState, 20000);
        QCOMPARE(answered(socket->readAll()), QList<int>{408});
        QCOMPARE(m_good + m_smuggled, 0);
    }

    void leavingAtAnyByteHarmsNobody_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<bool>("reset");
        for (const bool reset : {false, true}) {
            QTest::addRow("length %d", reset) << post("Content-Length: 5\r\n", "hello") << reset;
            QTest::addRow("chunked %d", reset) << chunked("5;x\r\nhello\r\n0\r\nX: y\r\n\r\n") << reset;
            QTest::addRow("expect %d", reset) << post("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello") << reset;
        }
    }

    void leavingAtAnyByteHarmsNobody()
    {
        QFETCH(QByteArray, stream);
        QFETCH(bool, reset);
        for (qsizetype stage = 0; stage <= stream.size(); ++stage) {
            auto socket = connected();
            socket->write(stream.first(stage));
            socket->flush();
            reset ? socket->abort() : socket->disconnectFromHost();
        }
        QTRY_COMPARE(m_server->gate().openConnections(), 0);
        QCOMPARE(m_server->pendingAnswers(), 0u);
        auto other = connected();
        other->write(kLast);
        QTRY_COMPARE(other->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(answered(other->readAll()), QList<int>{200});
    }

private:
    std::unique_ptr<QTcpSocket> connected()
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, m_server->port());
        if (!QTest::qWaitFor([&] { return socket->state() == QAbstractSocket::ConnectedState; }, 20000))
            qFatal("no connection");
        return socket;
    }

    std::unique_ptr<GatedHttpServer> m_server;
    int m_good = 0, m_last = 0, m_smuggled = 0;
};

QTEST_GUILESS_MAIN(GateConformanceTest)
#include "gate_conformance_test.moc"
