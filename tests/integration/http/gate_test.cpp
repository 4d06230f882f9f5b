// The gate by raw sockets: what arrives at handlers, what is refused, what stays alive.

#include "service/http/gated_http_server.h"

#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <optional>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace oo;

namespace {

GateLimits shortLimits()
{
    GateLimits limits;
    limits.maxBodyBytes = 1000;
    limits.maxBufferedBytes = 200000;
    limits.maxConnectionsPerAddress = 20;
    limits.headMs = 600;
    limits.bodyMs = 600;
    limits.idleMs = 600;
    limits.answerMs = 600;
    limits.drainMs = 200;
    return limits;
}

} // namespace

class GateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<GatedHttpServer>(shortLimits());
        m_server->route("GET", "/now", [this](const GateRequest &r) { m_server->answer(r.exchange, {200, "now", "text/plain", {}}); });
        m_server->route("POST", "/echo", [this](const GateRequest &r) { m_server->answer(r.exchange, {200, r.body, "text/plain", {}}); });
        m_server->route("GET", "/big", [this](const GateRequest &r) {
            ++m_bigAnswers;
            m_server->answer(r.exchange, {200, QByteArray(1 << 20, 'b'), "text/plain", {}});
        });
        m_server->route("POST", "/late", [this](const GateRequest &r) { m_late.append(r.exchange); });
        m_server->route("GET", "/throws", [](const GateRequest &) { throw std::runtime_error("defect"); });
        QString error;
        QVERIFY2(m_server->listen(QHostAddress::LocalHost, 0, error), qPrintable(error));
        m_late.clear();
        m_bigAnswers = 0;
    }

    void cleanup() { m_server.reset(); }

    void everyInputHasItsStatus_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const QByteArray host = "Host: a\r\n";
        QTest::addRow("route") << "GET /now HTTP/1.1\r\n" + host + "\r\n" << 200;
        QTest::addRow("unknown path") << "GET /none HTTP/1.1\r\n" + host + "\r\n" << 404;
        QTest::addRow("wrong method") << "GET /echo HTTP/1.1\r\n" + host + "\r\n" << 405;
        QTest::addRow("a handler that throws") << "GET /throws HTTP/1.1\r\n" + host + "\r\n" << 500;
        QTest::addRow("announces too much") << "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 2000000000\r\n\r\n" << 413;
        QTest::addRow("chunks too much") << "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" << 413;
        QTest::addRow("broken chunks") << "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" << 400;
        QTest::addRow("endless head") << "GET /now HTTP/1.1\r\n" + host + "X: " + QByteArray(40000, 'x') << 431;
        QTest::addRow("smuggled length") << "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" << 400;
        QTest::addRow("garbage") << QByteArray("\x16\x03\x01\x02\r\n\r\n", 8) << 400;
        QTest::addRow("half a head") << QByteArray("GET /now HTTP/1.1\r\nHos") << 408;
        QTest::addRow("half a body") << "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\nabc" << 408;
        QTest::addRow("endless empty lines") << QByteArray("\r\n").repeated(50) << 400;
        QTest::addRow("a handler that does not answer") << "POST /late HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nab" << 503;
    }

    void everyInputHasItsStatus()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        auto socket = connected();
        socket->write(request);
        QTRY_VERIFY_WITH_TIMEOUT(statusOf(received(*socket)) != 0, 5000);
        QCOMPARE(statusOf(received(*socket)), status);
        for (const auto exchange : std::as_const(m_late)) // the late answer finds a living object
            m_server->answer(exchange, {200, "late", "text/plain", {}});
    }

    void bodiesArriveWhole_data()
    {
        QTest::addColumn<QByteArray>("framing");
        QTest::addColumn<QByteArray>("wire");
        QTest::addRow("length") << QByteArray("Content-Length: 5\r\n") << QByteArray("hello");
        QTest::addRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray("2\r\nhe\r\n3;x=1\r\nllo\r\n0\r\nT: 1\r\n\r\n");
        QTest::addRow("100-continue") << QByteArray("Expect: 100-continue\r\nContent-Length: 5\r\n") << QByteArray("hello");
    }

    void bodiesArriveWhole()
    {
        QFETCH(QByteArray, framing);
        QFETCH(QByteArray, wire);
        auto socket = connected();
        const QByteArray request = "POST /echo HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n" + wire;
        for (const char byte : request) { // one byte at a time
            socket->write(&byte, 1);
            socket->flush();
        }
        QTRY_VERIFY(received(*socket).endsWith("hello"));
    }

    void pipelinedAnswersComeInOrder()
    {
        auto socket = connected();
        socket->write("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend");
        QTRY_COMPARE(m_late.size(), 1);
        QVERIFY(received(*socket).isEmpty());
        m_server->answer(m_late.first(), {201, "first", "text/plain", {}});
        QTRY_VERIFY(received(*socket).endsWith("end"));
        const auto all = received(*socket);
        QVERIFY(all.indexOf("first") < all.indexOf("now") && all.indexOf("now") < all.indexOf("end"));
    }

    void headAnswersHaveNoBody()
    {
        auto socket = connected();
        socket->write("HEAD /now HTTP/1.1\r\nHost: a\r\n\r\nGET /now HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(received(*socket).count("HTTP/1.1 200"), 2);
        QTRY_VERIFY(received(*socket).endsWith("now"));
        QCOMPARE(received(*socket).count("now"), 1);
    }

    void connectionsCloseWhenAskedTo()
    {
        auto socket = connected();
        socket->write("GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QVERIFY(received(*socket).toLower().contains("connection: close"));
    }

    void aClientThatLeavesEarlyHarmsNobody_data()
    {
        QTest::addColumn<int>("before"); // requests pipelined before the late one
        for (int i = 0; i < 6; ++i)
            QTest::addRow("%d before", i) << i;
    }

    void aClientThatLeavesEarlyHarmsNobody()
    {
        QFETCH(int, before);
        for (int round = 0; round < 10; ++round) {
            auto socket = connected();
            socket->write(QByteArray("GET /now HTTP/1.1\r\nHost: a\r\n\r\n").repeated(before) + "POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            socket->flush();
            if (round % 2 == 0)
                socket->abort();
            else
                socket->disconnectFromHost();
        }
        QTRY_VERIFY(m_server->gate().openConnections() <= m_late.size()); // only those wait whose answer is due
        for (const auto exchange : std::as_const(m_late))
            m_server->answer(exchange, {200, "late", "text/plain", {}});
        QTRY_COMPARE(m_server->gate().openConnections(), 0);
        QCOMPARE(m_server->pendingAnswers(), 0u);
    }

    void aReaderThatDoesNotReadIsAskedNothingMore()
    {
        auto socket = connected();
        socket->setReadBufferSize(1);
        socket->write(QByteArray("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").repeated(100));
        QTRY_VERIFY(m_bigAnswers >= 1);
        auto other = connected(); // everybody else is served, and gives the first one's requests time to be read
        for (int i = 1; i <= 20; ++i) {
            other->write("GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
            QTRY_COMPARE(received(*other).count("now"), i);
        }
        QVERIFY2(m_bigAnswers < 10, qPrintable(QString::number(m_bigAnswers))); // what the system's own buffers took
    }

    void oneAddressGetsSoManyConnections()
    {
        std::vector<std::unique_ptr<QTcpSocket>> busy;
        for (int i = 0; i < 20; ++i) {
            busy.push_back(connected());
            busy.back()->write("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        }
        QTRY_COMPARE(m_late.size(), 20);
        auto more = connected();
        QTRY_COMPARE(statusOf(received(*more)), 503);
        busy.resize(5);
        for (const auto exchange : std::as_const(m_late))
            m_server->answer(exchange, {200, "done", "text/plain", {}});
        QTRY_VERIFY(m_server->gate().openConnections() <= 6);
        auto again = connected();
        again->write("GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(received(*again).endsWith("now"));
    }

    void theLongestIdleMakesRoom()
    {
        std::vector<std::unique_ptr<QTcpSocket>> idle;
        for (int i = 0; i < 20; ++i)
            idle.push_back(connected());
        QTRY_COMPARE(m_server->gate().openConnections(), 20);
        idle[0]->write("GET /now HTTP/1.1\r\nHost: a\r\n\r\n"); // idle for less long than the second one now
        QTRY_VERIFY(received(*idle[0]).endsWith("now"));
        auto newcomer = connected();
        newcomer->write("GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(received(*newcomer).endsWith("now"));
        QTRY_COMPARE(idle[1]->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(idle[0]->state(), QAbstractSocket::ConnectedState);
        QCOMPARE(m_server->gate().openConnections(), 20);
    }

    void idleConnectionsAreClosed()
    {
        auto socket = connected();
        QTRY_COMPARE_WITH_TIMEOUT(socket->state(), QAbstractSocket::UnconnectedState, 5000);
    }

    void stoppingAnswersWhatIsUnderWay()
    {
        auto busy = connected(), idle = connected();
        busy->write("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        QTRY_COMPARE(m_late.size(), 1);
        m_server->gate().stopAccepting();
        QTRY_COMPARE(idle->state(), QAbstractSocket::UnconnectedState);
        m_server->answer(m_late.first(), {200, "done", "text/plain", {}});
        QTRY_VERIFY(received(*busy).endsWith("done"));
        QTRY_COMPARE(busy->state(), QAbstractSocket::UnconnectedState);
    }

    void whoIsThereMayStillAskWhileItStops()
    {
        auto socket = connected();
        m_server->gate().stopAccepting();
        socket->write("GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(received(*socket).endsWith("now"));
        QVERIFY(received(*socket).contains("Connection: close"));
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QTRY_VERIFY(m_server->isDrained());
    }

    // Between the drain and the closing of the port; the port cannot be closed before the event loop is back.
    void atTheEndOfADrainNewcomersAreNeitherTakenNorRefused()
    {
        auto limits = shortLimits();
        limits.drainMs = 0;
        GatedHttpServer server(limits);
        QString error;
        QVERIFY2(server.listen(QHostAddress::LocalHost, 0, error), qPrintable(error));
        const auto port = server.port();
        server.gate().stopAccepting();
        QCoreApplication::processEvents();
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const auto address = onThisMachine(port);
        ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        pollfd told{socket, POLLOUT, 0};
        QCOMPARE(::poll(&told, 1, 100), 0);
        ::close(socket);
        QTRY_VERIFY(server.isDrained());
    }

    // Closing a listening socket would reset those that the system has connected and we have not accepted yet.
    void stoppingResetsNobodyWhoIsConnected()
    {
        std::atomic<int> unanswered{0}, answered{0};
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i)
            clients.emplace_back([&, port = m_server->port()] {
                while (const auto answer = askOnce(port))
                    (*answer ? answered : unanswered)++;
            });
        QTRY_VERIFY(answered > 200);
        m_server->gate().stopAccepting();
        QTRY_VERIFY_WITH_TIMEOUT(m_server->isDrained(), 10000);
        for (auto &client : clients)
            client.join();
        QCOMPARE(unanswered.load(), 0);
    }

private:
    static sockaddr_in onThisMachine(quint16 port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    // A connection and a request of its own: whether it was answered; nullopt: nobody is there.
    static std::optional<bool> askOnce(quint16 port)
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = onThisMachine(port);
        std::optional<bool> isAnswered;
        if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
            constexpr char request[] = "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            char answer[1024];
            isAnswered = ::send(socket, request, sizeof request - 1, MSG_NOSIGNAL) > 0 && ::recv(socket, answer, sizeof answer, 0) > 0;
        }
        ::close(socket);
        return isAnswered;
    }

    std::unique_ptr<QTcpSocket> connected()
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, m_server->port());
        if (!QTest::qWaitFor([&] { return socket->state() == QAbstractSocket::ConnectedState; }, 5000))
            qFatal("no connection");
        return socket;
    }

    static QByteArray received(QTcpSocket &socket) { return socket.peek(1 << 22); }

    static int statusOf(const QByteArray &answer)
    {
        return answer.contains("\r\n\r\n") && answer.startsWith("HTTP/1.1 ") ? answer.mid(9, 3).toInt() : 0;
    }

    std::unique_ptr<GatedHttpServer> m_server;
    QList<quint64> m_late;
    int m_bigAnswers = 0;
};

QTEST_GUILESS_MAIN(GateTest)
#include "gate_test.moc"
