// The console against a service that misbehaves: a socket on the loopback that answers as each test says.

#include "gui/client/admin_client.h"

#include <QCryptographicHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QtEndian>

using namespace oo;
using namespace oo::gui;

namespace {

constexpr char kStatus[] = "{\"instance\":\"i\",\"version\":\"1\",\"apiVersion\":1,\"environment\":\"test\",\"roles\":\"all\",\"startedAt\":\"2026-04-06T10:00:00Z\","
                           "\"now\":\"2026-04-06T10:00:00Z\",\"caller\":{\"name\":\"t\",\"role\":\"operator\"},\"counters\":null}";

struct Request
{
    QByteArray method, path, head, body;

    QByteArray header(const QByteArray &name) const
    {
        for (const auto &line : head.split('\n')) {
            if (line.toLower().startsWith(name + ':'))
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }
};

QByteArray http(int status, const QByteArray &body, const QByteArray &headers = {})
{
    return "HTTP/1.1 " + QByteArray::number(status) + " X\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray frame(quint8 code, const QByteArray &payload)
{
    QByteArray out(1, static_cast<char>(0x80 | code));
    if (payload.size() < 126)
        return out + static_cast<char>(payload.size()) + payload;
    QByteArray size(2, '\0');
    qToBigEndian(static_cast<quint16>(payload.size()), size.data());
    return out + char(126) + size + payload;
}

QByteArray news(const QByteArray &next)
{
    return frame(1, "{\"kind\":\"news\",\"body\":{\"events\":[],\"orders\":[],\"next\":\"" + next + "\",\"more\":false,\"heldBackBy\":null}}");
}

QByteArray closing(quint16 code)
{
    QByteArray payload(2, '\0');
    qToBigEndian(code, payload.data());
    return frame(8, payload);
}

class FakeService : public QTcpServer
{
public:
    std::function<void(const Request &, QTcpSocket *)> onRequest; // of streams: after the handshake
    bool takesStreams = true;
    QList<Request> requests;
    int ended = 0; // connections

    FakeService()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (auto *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, this, [this] { ++ended; });
            }
        });
    }

    Profile profile() const
    {
        Profile profile;
        profile.name = QStringLiteral("fake");
        profile.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort()));
        return profile;
    }

    QByteArrayList streams() const
    {
        QByteArrayList paths;
        for (const auto &request : requests) {
            if (request.path.contains("/stream"))
                paths << request.path;
        }
        return paths;
    }

private:
    void read(QTcpSocket *socket)
    {
        auto &had = m_read[socket];
        had += socket->readAll();
        const auto end = had.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        Request request;
        request.head = had.left(end);
        const auto bytes = request.header("content-length").toLongLong();
        if (had.size() < end + 4 + bytes)
            return;
        const auto words = had.left(had.indexOf("\r\n")).split(' ');
        request.method = words.value(0);
        request.path = words.value(1);
        request.body = had.mid(end + 4, bytes);
        had.clear();
        requests.append(request);
        if (request.path.contains("/stream") && takesStreams) {
            const auto key = request.header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
            socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                          + QCryptographicHash::hash(key, QCryptographicHash::Sha1).toBase64() + "\r\n\r\n");
        }
        if (onRequest)
            onRequest(request, socket);
    }

    QHash<QTcpSocket *, QByteArray> m_read;
};

} // namespace

class AdminClientFaultsTest : public QObject
{
    Q_OBJECT

    const ChangeReason m_why{QStringLiteral("a test"), "request-1"};
    std::optional<ApiAnswer<QByteArray>> m_answer;

    AdminHttp::Done taken()
    {
        m_answer.reset();
        return [this](const auto &answer) { m_answer = answer; };
    }

private Q_SLOTS:
    void whoHasGoneIsNotAnswered_data()
    {
        QTest::addColumn<bool>("change");
        QTest::addRow("a question") << false;
        QTest::addRow("a change") << true;
    }

    void whoHasGoneIsNotAnswered()
    {
        QFETCH(bool, change);
        FakeService service;
        AdminHttp http(service.profile(), "t");
        auto context = std::make_unique<QObject>();
        service.onRequest = [&](const Request &, QTcpSocket *) { context.reset(); };
        const ApiRequest request{change ? Endpoint::ReplayStart : Endpoint::Events};
        http.send(request, change ? std::optional(m_why) : std::nullopt, context.get(), taken());
        QTRY_COMPARE(service.ended, 1);
        QVERIFY(!m_answer);
        // Another question passes by one that would be sent again.
        service.onRequest = [&](const Request &, QTcpSocket *socket) { socket->write(::http(200, "{}")); };
        for (int i = 0; i < 20; ++i) {
            http.send({Endpoint::Events}, std::nullopt, this, taken());
            QTRY_VERIFY(m_answer);
        }
        QCOMPARE(service.requests.size(), 21);
    }

    void aQuestionOfTheAnsweredMayFollowAtOnce()
    {
        FakeService service;
        AdminHttp http(service.profile(), "t");
        service.onRequest = [&](const Request &, QTcpSocket *socket) { socket->write(::http(200, "{}")); };
        auto context = std::make_unique<QObject>();
        http.send({Endpoint::Events}, std::nullopt, context.get(), [&](const auto &) {
            context.reset();
            http.send({Endpoint::Orders}, std::nullopt, this, taken());
        });
        QTRY_VERIFY(m_answer);
    }

    void anAnswerThatBreaksOffIsNone()
    {
        FakeService service;
        AdminHttp http(service.profile(), "t");
        service.onRequest = [&](const Request &, QTcpSocket *socket) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"items\":[]");
            socket->disconnectFromHost();
        };
        http.send({Endpoint::Events}, std::nullopt, this, taken());
        QTRY_VERIFY(m_answer);
        QVERIFY(!*m_answer);
        QCOMPARE(m_answer->error().kind, ApiError::Kind::Unreachable);
    }

    void aChangeWhoseAnswerBreaksOffIsSentAgainUnderItsId()
    {
        FakeService service;
        AdminHttp http(service.profile(), "t");
        service.onRequest = [&](const Request &, QTcpSocket *socket) {
            if (service.requests.size() > 1)
                return void(socket->write(::http(200, "{\"done\":1}")));
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"do");
            socket->disconnectFromHost();
        };
        http.send({Endpoint::ReplayStart}, m_why, this, taken());
        QTRY_VERIFY(m_answer);
        QVERIFY(*m_answer);
        QCOMPARE(**m_answer, "{\"done\":1}");
        QCOMPARE(service.requests.size(), 2);
        QVERIFY(service.requests[0].body.contains("request-1"));
        QCOMPARE(service.requests[0].body, service.requests[1].body);
    }

    void whatAnAnswerComesTo_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<ApiError::Kind>("kind");
        using Kind = ApiError::Kind;
        const QByteArray error = "{\"error\":{\"code\":\"c\",\"message\":\"m\"}}";
        QTest::addRow("a proxy without its service") << http(502, "<html>") << Kind::Unreachable;
        QTest::addRow("a proxy that waited in vain") << http(504, "") << Kind::Unreachable;
        QTest::addRow("the service without a server") << http(503, error) << Kind::Unavailable;
        QTest::addRow("another page") << http(404, "<html>") << Kind::NotOurs;
        QTest::addRow("a wrong request") << http(400, error) << Kind::Refused;
        QTest::addRow("not found") << http(404, error) << Kind::Refused;
        QTest::addRow("a wrong token") << http(401, error, "WWW-Authenticate: Bearer\r\n") << Kind::WrongToken;
        QTest::addRow("a role") << http(403, error) << Kind::Forbidden;
        QTest::addRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << Kind::Unreachable; // Qt tells it as a closed connection
    }

    void whatAnAnswerComesTo()
    {
        QFETCH(QByteArray, answer);
        QFETCH(ApiError::Kind, kind);
        FakeService service;
        AdminHttp http(service.profile(), "t");
        service.onRequest = [&](const Request &, QTcpSocket *socket) { socket->write(answer); };
        http.send({Endpoint::Events}, std::nullopt, this, taken());
        QTRY_VERIFY(m_answer);
        QVERIFY(!*m_answer);
        QVERIFY2(m_answer->error().kind == kind, qPrintable(m_answer->error().message));
    }

    void aTokenStaysWhereItWasGivenFor()
    {
        FakeService other, service;
        AdminHttp http(service.profile(), " secret\r\n");
        service.onRequest = [&](const Request &, QTcpSocket *socket) {
            socket->write(::http(302, "", "Location: " + other.profile().url.toEncoded() + "/admin/v1/events\r\n"));
        };
        http.send({Endpoint::Events}, std::nullopt, this, taken());
        QTRY_VERIFY(m_answer);
        QCOMPARE(m_answer->error().kind, ApiError::Kind::NotOurs);
        QCOMPARE(service.requests.first().header("authorization"), "Bearer secret");
        QVERIFY(other.requests.isEmpty());
    }

    void whatIsShownIsReadAgainWhenAStreamBeginsAnewButNotWhenItGoesOn()
    {
        FakeService service;
        int step = 0;
        service.onRequest = [&](const Request &request, QTcpSocket *socket) {
            if (!request.path.contains("/stream"))
                return void(socket->write(http(200, kStatus)));
            switch (++step) {
            case 1: socket->write(news("p1") + closing(1001)); break;   // begins here, and is lost
            case 2: socket->write(news("p2") + closing(4409)); break;   // goes on, and is of another database since
            case 3: socket->write(news("q1") + closing(1001)); break;   // begins anew, and is lost
            default: socket->write(news("q2"));                         // goes on
            }
        };
        AdminClient client(service.profile(), "t");
        QByteArrayList told;
        connect(&client, &AdminClient::gapOpened, this, [&] { told << "gap"; });
        connect(&client, &AdminClient::newsArrived, this, [&](const TailNews &tail) { told << tail.next; });
        client.start();
        QTRY_COMPARE_WITH_TIMEOUT(told.join(' '), "gap p1 p2 gap q1 q2", 20000);
        QCOMPARE(service.streams().join(' '), "/admin/v1/stream /admin/v1/stream?after=p1 /admin/v1/stream /admin/v1/stream?after=q1");
    }

    void aRevokedTokenIsNotTriedAgain()
    {
        FakeService service;
        service.onRequest = [&](const Request &request, QTcpSocket *socket) { socket->write(request.path.contains("/stream") ? news("p1") + closing(4401) : http(200, kStatus)); };
        AdminClient client(service.profile(), "t");
        client.start();
        QTRY_COMPARE(client.state(), LinkState::Refused);
        QCOMPARE(client.error()->kind, ApiError::Kind::WrongToken);
    }

    void whatEndsAConnection_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("wasLive");
        QTest::addColumn<LinkState>("state");
        const QByteArray error = "{\"error\":{\"code\":\"c\",\"message\":\"m\"}}";
        QTest::addRow("an error of the service") << http(500, error) << false << LinkState::Waiting;
        QTest::addRow("an error page") << http(500, "<html>") << false << LinkState::Waiting;
        QTest::addRow("something else listens there") << http(404, "<html>") << false << LinkState::Refused;
        QTest::addRow("a wrong token") << http(401, error) << false << LinkState::Refused;
        QTest::addRow("a proxy's page while the service is put in place") << http(404, "<html>") << true << LinkState::Waiting;
        QTest::addRow("a host name that is not allowed for a while") << http(403, error) << true << LinkState::Waiting;
        QTest::addRow("a token that was revoked meanwhile") << http(401, error) << true << LinkState::Refused;
    }

    void whatEndsAConnection()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, wasLive);
        QFETCH(LinkState, state);
        FakeService service;
        bool isWell = wasLive;
        service.onRequest = [&](const Request &request, QTcpSocket *socket) {
            if (request.path.contains("/stream"))
                socket->write(news("p1") + closing(1001));
            else
                socket->write(std::exchange(isWell, false) ? http(200, kStatus) : answer);
        };
        AdminClient client(service.profile(), "t");
        client.start();
        QTRY_VERIFY(client.error() && client.error()->status != 0);
        QTRY_COMPARE(client.state(), state);
        isWell = true; // and whoever does not want to wait tries now
        client.start();
        QTRY_COMPARE(service.streams().size(), wasLive ? 2 : 1);
    }

    void aStreamThatIsNotTakenIsTriedAgain()
    {
        FakeService service;
        service.takesStreams = false;
        service.onRequest = [&](const Request &request, QTcpSocket *socket) { socket->write(request.path.contains("/stream") ? http(503, "{}") : http(200, kStatus)); };
        AdminClient client(service.profile(), "t");
        client.start();
        QTRY_COMPARE(client.state(), LinkState::Waiting);
        QTRY_VERIFY_WITH_TIMEOUT(service.streams().size() >= 2, 20000);
    }

    void startingAgainTriesAtOnceAndOnlyOnce()
    {
        FakeService service;
        service.onRequest = [&](const Request &request, QTcpSocket *socket) { socket->write(request.path.contains("/stream") ? news("p1") : http(200, kStatus)); };
        AdminClient client(service.profile(), "t");
        client.start();
        client.start();
        QTRY_COMPARE(client.state(), LinkState::Live);
        client.start();
        QCOMPARE(client.state(), LinkState::Live);
        QCOMPARE(service.streams().size(), 1);
        QCOMPARE(service.requests.size(), 2);
    }

    void aClientThatGoesLeavesNothingBehind()
    {
        FakeService service;
        auto client = std::make_unique<AdminClient>(service.profile(), "t");
        service.onRequest = [&](const Request &request, QTcpSocket *socket) {
            if (request.path.contains("/stream"))
                return;
            socket->write(http(200, kStatus));
        };
        client->start();
        client->probe(this, [](const auto &) {});
        QTRY_COMPARE(service.streams().size(), 1);
        client->probe(this, [](const auto &) { QFAIL("answered after its client's end"); });
        client.reset();
        QTRY_VERIFY(service.ended >= 2);
    }
};

QTEST_GUILESS_MAIN(AdminClientFaultsTest)
#include "admin_client_faults_test.moc"
