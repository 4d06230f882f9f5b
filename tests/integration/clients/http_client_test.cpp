#include "service/clients/http_client.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace oo;

namespace {

// Answers each request on a connection with the next of the given texts; an empty one closes without an answer.
class Peer : public QTcpServer
{
public:
    explicit Peer(QList<QByteArray> answers) : m_answers(std::move(answers))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            auto *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
        });
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1/x").arg(serverPort())); }

    QList<QByteArray> requests;

private:
    void read(QTcpSocket *socket)
    {
        m_input += socket->readAll();
        const auto head = m_input.indexOf("\r\n\r\n");
        const auto lengthAt = m_input.indexOf("Content-Length: ");
        const auto length = lengthAt < 0 ? 0 : m_input.mid(lengthAt + 16, m_input.indexOf("\r\n", lengthAt) - lengthAt - 16).toLongLong();
        if (head < 0 || m_input.size() < head + 4 + length)
            return;
        requests.append(std::exchange(m_input, {}));
        const auto answer = m_answers.isEmpty() ? QByteArray() : m_answers.takeFirst();
        if (answer == "silence")
            return;
        socket->write(answer);
        if (!answer.contains("Content-Length: 2\r\n"))
            socket->disconnectFromHost();
    }
    QList<QByteArray> m_answers;
    QByteArray m_input;
};

constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

} // namespace

class HttpClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerIsRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qint64>("retryAfterMs"); // -1: none
        QTest::addRow("a plain answer") << QByteArray(kOk) << 200 << QByteArray("{}") << qint64(-1);
        QTest::addRow("a refusal") << QByteArray("HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n[]") << 422 << QByteArray("[]") << qint64(-1);
        QTest::addRow("a redirect is not followed") << QByteArray("HTTP/1.1 302 There\r\nLocation: /y\r\nContent-Length: 2\r\n\r\n{}") << 302 << QByteArray("{}") << qint64(-1);
        QTest::addRow("come later, decimal seconds") << QByteArray("HTTP/1.1 429 Slow\r\nRetry-After: 1.5\r\nContent-Length: 2\r\n\r\n{}") << 429 << QByteArray("{}") << qint64(1500);
        QTest::addRow("come later, a date that has passed") << QByteArray("HTTP/1.1 503 Slow\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 2\r\n\r\n{}") << 503 << QByteArray("{}") << qint64(0);
        QTest::addRow("come later, no number") << QByteArray("HTTP/1.1 503 Slow\r\nRetry-After: nan\r\nContent-Length: 2\r\n\r\n{}") << 503 << QByteArray("{}") << qint64(-1);
        QTest::addRow("its body breaks off") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{") << 0 << QByteArray() << qint64(-1);
        QTest::addRow("no answer") << QByteArray() << 0 << QByteArray() << qint64(-1);
        QTest::addRow("no HTTP") << QByteArray("220 smtp.example\r\n") << 0 << QByteArray() << qint64(-1);
        QTest::addRow("a body beyond the limit is left out")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1100000\r\n\r\n" + QByteArray(1100000, 'x')) << 200 << QByteArray() << qint64(-1);
    }

    void anAnswerIsRead()
    {
        QFETCH(QByteArray, text);
        Peer peer({text});
        const auto answer = exchange({"POST", peer.url(), "{\"a\":1}", "book-1", 5000});
        QTEST(answer.status, "status");
        QTEST(answer.body, "body");
        QTEST(answer.retryAfterMs.value_or(-1), "retryAfterMs");
        QVERIFY(answer.mayHaveLeft);
        QCOMPARE(answer.status == 0, !answer.error.isEmpty());
        QCOMPARE(peer.requests.size(), 1);
        QVERIFY(peer.requests.front().startsWith("POST /x HTTP/1.1\r\n"));
        QVERIFY(peer.requests.front().contains("\r\nIdempotency-Key: book-1\r\n"));
        QVERIFY(peer.requests.front().endsWith("\r\n\r\n{\"a\":1}"));
    }

    // The second call goes out on the connection of the first, which the other side then closes: whether it acted is unknown.
    void aCallIsNeverSentTwiceUnasked()
    {
        Peer peer({kOk, {}, kOk});
        QCOMPARE(exchange({"POST", peer.url(), "1", "book-1", 5000}).status, 200);
        const auto second = exchange({"POST", peer.url(), "2", "book-2", 5000});
        QCOMPARE(second.status, 0);
        QVERIFY(second.mayHaveLeft);
        QCOMPARE(peer.requests.size(), 2);
    }

    void aPeerThatIsSilentRunsIntoTheTimeLimit()
    {
        Peer peer({"silence"});
        const auto answer = exchange({"GET", peer.url(), {}, {}, 200});
        QCOMPARE(answer.status, 0);
        QVERIFY(answer.mayHaveLeft);
    }

    void nothingLeavesTowardsAClosedPort()
    {
        QUrl nobody;
        {
            Peer peer({});
            nobody = peer.url();
        }
        const auto answer = exchange({"POST", nobody, "{}", "book-1", 5000});
        QCOMPARE(answer.status, 0);
        QVERIFY(!answer.mayHaveLeft);
        QVERIFY(!answer.error.isEmpty());
    }

    void aClientThatGoesAwayDropsItsCalls()
    {
        Peer peer({"silence"});
        bool called = false;
        {
            HttpClient client;
            client.send({"POST", peer.url(), "{}", {}, 60000}, [&called](const HttpAnswer &) { called = true; });
            QVERIFY(QTest::qWaitFor([&peer] { return !peer.requests.isEmpty(); }));
        }
        QVERIFY(!called);
    }

private:
    HttpAnswer exchange(const HttpCall &call)
    {
        std::optional<HttpAnswer> answer;
        m_client.send(call, [&answer](const HttpAnswer &given) { answer = given; });
        const bool came = QTest::qWaitFor([&answer] { return answer.has_value(); }, 10000);
        return came ? *answer : HttpAnswer{-1, false, {}, {}, QStringLiteral("never answered")};
    }

    HttpClient m_client;
};

QTEST_GUILESS_MAIN(HttpClientTest)
#include "http_client_test.moc"
