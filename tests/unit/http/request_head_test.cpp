#include "service/http/request_head.h"

#include <QTest>

using namespace oo;

class RequestHeadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void malformedHeadsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        const QByteArray host = "Host: a\r\n";
        const auto post = [&](const QByteArray &fields) { return "POST / HTTP/1.1\r\n" + host + fields + "\r\n"; };
        QTest::addRow("length and chunked") << post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::addRow("two lengths") << post("Content-Length: 5\r\nContent-Length: 6\r\n") << 400;
        QTest::addRow("the same length twice") << post("Content-Length: 5\r\nContent-Length: 5\r\n") << 400;
        for (const char *length : {"-5", "+5", "abc", "0x5", "5, 5", "9223372036854775808", "18446744073709551616", "", "5 5"})
            QTest::addRow("length %s", length) << post(QByteArray("Content-Length: ") + length + "\r\n") << 400;
        for (const char *coding : {"gzip", "xchunked", "chunked, chunked", "gzip, chunked", "identity"})
            QTest::addRow("coding %s", coding) << post(QByteArray("Transfer-Encoding: ") + coding + "\r\n") << 501;
        QTest::addRow("chunked in 1.0") << QByteArray("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") << 400;
        QTest::addRow("space before the colon") << post("Content-Length : 5\r\n") << 400;
        QTest::addRow("no colon") << post("nonsense\r\n") << 400;
        QTest::addRow("folded line") << post("X-A: b\r\n c\r\n") << 400;
        QTest::addRow("control character in a value") << post(QByteArray("X-A: b\x01\r\n")) << 400;
        QTest::addRow("NUL in a value") << post(QByteArray("X-A: b\0c\r\n", 10)) << 400;
        QTest::addRow("bare LF") << post("X-A: b\nX-B: c\r\n") << 400;
        QTest::addRow("odd name") << post("X@A: b\r\n") << 400;
        QTest::addRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
        QTest::addRow("two Hosts") << post("Host: b\r\n") << 400;
        QTest::addRow("user in Host") << QByteArray("GET / HTTP/1.1\r\nHost: u:p@a\r\n\r\n") << 400;
        for (const char *bad : {"a\\b", "a?b", "a#b", "a\tb", "<a>", "a\"b", "\xc3\xa4"})
            QTest::addRow("Host %s", bad) << QByteArray("GET / HTTP/1.1\r\nHost: ") + bad + "\r\n\r\n" << 400;
        for (const char *target : {"http://", "http:///admin", "https://?/admin", "ftp://a/", "http:a"})
            QTest::addRow("target %s", target) << QByteArray("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n" << 400;
        QTest::addRow("HTTP/a.b") << QByteArray("GET / HTTP/a.b\r\nHost: a\r\n\r\n") << 400;
        QTest::addRow("HTTP/9.9") << QByteArray("GET / HTTP/9.9\r\nHost: a\r\n\r\n") << 505;
        QTest::addRow("HTTP/2.0") << QByteArray("GET / HTTP/2.0\r\nHost: a\r\n\r\n") << 505;
        QTest::addRow("HTTPxyzq") << QByteArray("GET / HTTPxyzq\r\nHost: a\r\n\r\n") << 400;
        QTest::addRow("lower-case method") << QByteArray("get / HTTP/1.1\r\nHost: a\r\n\r\n") << 501;
        QTest::addRow("TRACE") << QByteArray("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") << 501;
        QTest::addRow("no target") << QByteArray("GET HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
        QTest::addRow("authority form") << QByteArray("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
        QTest::addRow("byte above ASCII in the target") << QByteArray("GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
        QTest::addRow("long target") << "GET /" + QByteArray(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n" << 414;
        QTest::addRow("unknown expectation") << post("Expect: miracles\r\n") << 417;
        QByteArray many;
        for (int i = 0; i < 101; ++i)
            many += "X-" + QByteArray::number(i) + ": v\r\n";
        QTest::addRow("101 fields") << post(many) << 431;
    }

    void malformedHeadsAreRefused()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        const auto result = parseRequestHead(head, {});
        QVERIFY(!result.head);
        QCOMPARE(result.refusal.status, status);
    }

    void aGoodHeadIsReadWhole()
    {
        const auto result = parseRequestHead("POST /webhooks/shopify?x=1&y HTTP/1.1\r\nhost: a\r\nX-A:  b c \r\nContent-Length: 12\r\n\r\n", {});
        QVERIFY(result.head);
        QCOMPARE(result.head->path, QByteArray("/webhooks/shopify"));
        QCOMPARE(result.head->query, QByteArray("x=1&y"));
        QCOMPARE(result.head->header("x-a"), QByteArray("b c"));
        QCOMPARE(result.head->contentLength, 12);
        QVERIFY(result.head->keepAlive);
    }

    void connectionsStayOpenAsTheVersionSays_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<bool>("keepAlive");
        QTest::addRow("1.1") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << true;
        QTest::addRow("1.1 close") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n") << false;
        QTest::addRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
        QTest::addRow("1.0 keep-alive") << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << true;
        QTest::addRow("1.0 both: close wins") << QByteArray("GET / HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n") << false;
    }

    void connectionsStayOpenAsTheVersionSays()
    {
        QFETCH(QByteArray, head);
        QFETCH(bool, keepAlive);
        QCOMPARE(parseRequestHead(head, {}).head->keepAlive, keepAlive);
    }

    void absoluteTargetsLeaveTheirHostBehind()
    {
        QCOMPARE(parseRequestHead("GET http://evil/admin?q HTTP/1.1\r\nHost: a\r\n\r\n", {}).head->path, QByteArray("/admin"));
        QCOMPARE(parseRequestHead("GET http://evil HTTP/1.1\r\nHost: a\r\n\r\n", {}).head->path, QByteArray("/"));
        QCOMPARE(parseRequestHead("GET HTTP://evil/admin HTTP/1.1\r\nHost: a\r\n\r\n", {}).head->path, QByteArray("/admin"));
    }

    void aSlashInTheQueryBeginsNoPath()
    {
        const auto result = parseRequestHead("GET http://evil?next=/admin HTTP/1.1\r\nHost: a\r\n\r\n", {});
        QCOMPARE(result.head->path, QByteArray("/"));
        QCOMPARE(result.head->query, QByteArray("next=/admin"));
    }
};

QTEST_APPLESS_MAIN(RequestHeadTest)
#include "request_head_test.moc"
