// The stream over real sockets: what is told, to whom, from where on, and what becomes of readers that do not read.

#include "tests/integration/admin/desk_fixture.h"

#include "service/admin/admin_server.h"

#include <QMutex>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QThread>
#include <QWebSocket>

using namespace oo;
using namespace oo::test;

namespace {

QMutex logLock;
QStringList logged;

constexpr QLatin1StringView kKind{"kind"}, kBody{"body"}, kNext{"next"};

struct Listener
{
    Listener(quint16 port, const QByteArray &token, const QByteArray &after = {})
    {
        QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/admin/v1/stream%2")
                                         .arg(port).arg(after.isEmpty() ? QString() : QStringLiteral("?after=") + QString::fromUtf8(after))));
        request.setRawHeader("Authorization", "Bearer " + token);
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) {
            const auto frame = QJsonDocument::fromJson(text.toUtf8()).object();
            const auto body = frame[kBody].toObject();
            frames[frame[kKind].toString()].append(body);
            if (frame[kKind].toString() == QLatin1StringView("news"))
                position = body[kNext].toString().toUtf8();
        });
        QObject::connect(&socket, &QWebSocket::disconnected, &socket, [this] { closed = true; });
        socket.open(request);
    }

    QStringList eventIds() const
    {
        QStringList ids;
        for (const auto &news : frames[QStringLiteral("news")])
            ids << idsOf(news[QLatin1StringView("events")].toArray());
        return ids;
    }
    QHash<QString, QJsonObject> orders() const // the last version of each
    {
        QHash<QString, QJsonObject> latest;
        for (const auto &news : frames[QStringLiteral("news")]) {
            for (const auto &order : news[QLatin1StringView("orders")].toArray())
                latest.insert(order[QLatin1StringView("refId")].toString(), order.toObject());
        }
        return latest;
    }
    bool began() const { return !position.isEmpty(); }

    QMap<QString, QList<QJsonObject>> frames;
    QByteArray position;
    bool closed = false;
    QWebSocket socket;
};

constexpr int kClients = 3;

StreamLimits limitsFor(const QByteArray &test)
{
    StreamLimits limits;
    limits.clients = kClients;
    limits.slowMs = 500;
    limits.pingMs = 100;
    if (test == "aReaderThatGivesNoSignOfLifeIsLetGo")
        limits.silentMs = 1000;
    limits.closeMs = 30000;
    return limits;
}

} // namespace

class AdminStreamTest : public DeskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void cleanupTestCase() { stopServers(); }
    void init()
    {
        openDesk();
        m_line = std::make_unique<AdminLine>();
        m_streams = std::make_unique<StreamLine>();
        m_server = std::make_unique<AdminServer>(*m_line, *m_streams, QList<QByteArray>{"127.0.0.1"}, limitsFor(QTest::currentTestFunction()));
        QString error;
        QVERIFY2(m_server->listen(QHostAddress::LocalHost, 0, error), qPrintable(error));
        auto *server = m_server.get();
        m_threads.emplace_back(QThread::create([this, server] {
            AdminDesk(*m_context).run(*m_line, false, [server](quint64 exchange, const HttpResponse &response) {
                QMetaObject::invokeMethod(server, [=] { server->answer(exchange, response); }, Qt::QueuedConnection);
            });
        }));
        m_threads.emplace_back(QThread::create([this, server] {
            StreamFeed(*m_context, *m_streams, [server](const StreamDelivery &delivery) {
                QMetaObject::invokeMethod(server, [=] { server->deliver(delivery); }, Qt::QueuedConnection);
            }).run();
        }));
        for (const auto &thread : m_threads)
            thread->start();
    }
    void cleanup()
    {
        m_line->close();
        m_streams->close();
        for (const auto &thread : m_threads)
            thread->wait();
        m_threads.clear();
        m_server.reset();
        closeDesk();
    }

    void newEventsAndChangedOrdersAreToldWithoutPersons()
    {
        foldFull(); // before the stream begins
        Listener listener(m_server->port(), m_viewer);
        QTRY_VERIFY(listener.began());
        QVERIFY(listener.eventIds().isEmpty());
        const QByteArray update = json("{'id':77,'updated_at':'2026-04-07T10:00:00Z','financial_status':'paid','fulfillment_status':'partial'}");
        const auto stored = storeOrder(update, "d-78");
        QTRY_COMPARE(listener.eventIds(), QStringList{stored});
        process();
        QTRY_COMPARE(listener.orders().value(QStringLiteral("77"))[QLatin1StringView("fulfillmentStatus")].toString(), QStringLiteral("partial"));
        QCOMPARE(listener.orders().value(QStringLiteral("77"))[QLatin1StringView("customer")].toString(), QStringLiteral("***"));
        QTRY_VERIFY(listener.frames[QStringLiteral("queues")].size() > 1);
        QCOMPARE(listener.frames[QStringLiteral("queues")].last()[QLatin1StringView("items")].toArray().size(), 4);
        const auto health = listener.frames[QStringLiteral("health")].last();
        QCOMPARE(health[QLatin1StringView("postgres")], QJsonValue(true));
        QCOMPARE(health[QLatin1StringView("redis")], QJsonValue(true));
        QVERIFY(health[QLatin1StringView("heldBackBy")].isNull());
    }

    void afterAReconnectExactlyWhatWasMissedIsTold()
    {
        QStringList stored, told;
        QByteArray position;
        QHash<QString, QJsonObject> orders;
        for (int round = 0; round < 4; ++round) {
            Listener listener(m_server->port(), m_operator, position);
            QTRY_VERIFY(listener.began());
            for (int i = 0; i < 5; ++i)
                stored << storeOrder(json("{'id':") + QByteArray::number(100 + i) + '}', "a" + QByteArray::number(round * 10 + i));
            process();
            if (round % 2 == 0) // these are seen now, the others by whoever comes next
                QTRY_COMPARE(listener.eventIds().size(), round == 0 ? 5 : 10);
            position = listener.position;
            told << listener.eventIds();
            orders.insert(listener.orders());
        }
        Listener last(m_server->port(), m_operator, position);
        QTRY_COMPARE(told.size() + last.eventIds().size(), stored.size());
        QCOMPARE(told + last.eventIds(), stored);
        const auto isLatest = [&](const QByteArray &ref) {
            orders.insert(last.orders());
            return orders.value(QString::fromUtf8(ref))[QLatin1StringView("version")].toInt() == m_servers->number("SELECT version FROM orders WHERE ref_id = '" + ref + "'");
        };
        for (int i = 0; i < 5; ++i)
            QTRY_VERIFY(isLatest(QByteArray::number(100 + i)));
    }

    void whoHoldsTheTailBackIsTold()
    {
        Listener listener(m_server->port(), m_viewer);
        QTRY_VERIFY(listener.began());
        PgConnection slow(m_servers->settings().postgres);
        QVERIFY(slow.runScript("BEGIN"));
        QVERIFY(slow.query("SELECT pg_current_xact_id()"));
        const auto pid = slow.query("SELECT pg_backend_pid()::bigint")->int8(0, 0);
        const auto held = [&] {
            const auto health = listener.frames[QStringLiteral("health")];
            return health.isEmpty() ? QJsonObject() : health.last()[QLatin1StringView("heldBackBy")].toObject();
        };
        QTRY_COMPARE(held()[QLatin1StringView("pid")].toInteger(), pid);
        QVERIFY(held()[QLatin1StringView("ageMs")].toInteger() >= 2000);
    }

    void aSlowReaderIsBoundedAndToldHowToCatchUp()
    {
        constexpr int kEvents = 60000; // far more than the system's own buffers take
        m_servers->run("INSERT INTO event_store (source, type, ref_id, payload) SELECT 'shopify', 'ORDER_UPDATED', repeat('9', 100), '{}' FROM generate_series(1, "
                       + QByteArray::number(kEvents) + ")");
        QTcpSocket reader;
        reader.setReadBufferSize(1024);
        reader.connectToHost(QHostAddress::LocalHost, m_server->port());
        reader.write(handshake("?after=" + positionText("0.0")));
        logged.clear();
        const auto previous = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &text) {
            const QMutexLocker lock(&logLock);
            logged << text;
        });
        const bool isDropped = QTest::qWaitFor([&] {
            const QMutexLocker lock(&logLock);
            return logged.join(QLatin1Char('\n')).contains(QLatin1StringView("does not take what it is sent"));
        }, 30000);
        qInstallMessageHandler(previous);
        const auto holder = EventTail(m_servers->postgres()).heldBackBy();
        QVERIFY2(isDropped, qPrintable(QStringLiteral("state %1, %2 bytes came, held back by %3; log: %4")
                                           .arg(reader.state()).arg(reader.bytesAvailable())
                                           .arg(holder && *holder ? QString::fromUtf8((*holder)->application) : QStringLiteral("nobody"), logged.join(QLatin1Char('\n')))));
        const auto waiting = QRegularExpression(QStringLiteral("(\\d+) bytes wait")).match(logged.join(QLatin1Char(' '))).captured(1).toInt();
        QVERIFY2(waiting > 0 && waiting < 1000000, qPrintable(logged.join(QLatin1Char('\n'))));
        reader.setReadBufferSize(0); // now it reads on
        QByteArray got;
        QTRY_VERIFY((got += reader.readAll(), reader.state() == QAbstractSocket::UnconnectedState));
        const auto behind = got.lastIndexOf("{\"kind\":\"behind\"");
        QVERIFY(behind > 0);
        const auto position = QRegularExpression(QStringLiteral("after=([\\w-]+)")).match(QString::fromUtf8(got.mid(behind))).captured(1).toUtf8();
        const auto told = got.count("\"refId\":");
        QVERIFY(told > 0 && told < kEvents);
        Listener again(m_server->port(), m_viewer, position);
        QTRY_COMPARE_WITH_TIMEOUT(told + again.eventIds().size(), kEvents, 30000);
    }

    void aReaderThatGivesNoSignOfLifeIsLetGo()
    {
        Listener alive(m_server->port(), m_viewer); // answers pings
        QTcpSocket dead;
        dead.connectToHost(QHostAddress::LocalHost, m_server->port());
        dead.write(handshake({}));
        QTRY_COMPARE(dead.state(), QAbstractSocket::ConnectedState);
        QTRY_COMPARE(dead.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(dead.readAll().startsWith("HTTP/1.1 101"));
        QVERIFY(alive.began() && !alive.closed);
    }

    // What comes right behind the handshake is read by the library before anybody can look at the socket.
    void whoLeavesAtOnceIsForgotten()
    {
        const QByteArray maskedClose("\x88\x80\x01\x02\x03\x04", 6);
        for (int i = 0; i < 2 * kClients; ++i) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, m_server->port());
            socket.write(handshake({}) + maskedClose);
            QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
            QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        }
        Listener listener(m_server->port(), m_viewer); // there is room for it
        QTRY_VERIFY(listener.began());
    }

    void whenTheServiceStopsItSaysSo()
    {
        Listener listener(m_server->port(), m_viewer);
        QTRY_VERIFY(listener.began());
        m_server->stopAccepting();
        QTRY_VERIFY(listener.closed);
        QCOMPARE(int(listener.socket.closeCode()), int(QWebSocketProtocol::CloseCodeGoingAway));
    }

    void whoTalksIsClosed_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("code");
        QTest::addRow("a message") << QStringLiteral("{}") << int(QWebSocketProtocol::CloseCodeDatatypeNotSupported);
        QTest::addRow("a frame too large") << QString(5000, QLatin1Char('x')) << int(QWebSocketProtocol::CloseCodeTooMuchData);
    }
    void whoTalksIsClosed()
    {
        QFETCH(QString, message);
        QFETCH(int, code);
        Listener listener(m_server->port(), m_viewer);
        QTRY_VERIFY(listener.began());
        listener.socket.sendTextMessage(message);
        QTRY_VERIFY(listener.closed);
        QCOMPARE(int(listener.socket.closeCode()), code);
    }

    void aRevokedTokenEndsItsStream()
    {
        Listener eyes(m_server->port(), m_viewer), ops(m_server->port(), m_operator);
        QTRY_VERIFY(eyes.began() && ops.began());
        QVERIFY(AdminTokens(m_servers->postgres()).revoke("eyes").value());
        QTRY_VERIFY_WITH_TIMEOUT(eyes.closed, 15000);
        QCOMPARE(int(eyes.socket.closeCode()), kCloseRevoked);
        QVERIFY(!ops.closed);
    }

    void onlySoManyListenAtOnce()
    {
        std::vector<std::unique_ptr<Listener>> listeners;
        for (int i = 0; i < kClients; ++i)
            listeners.push_back(std::make_unique<Listener>(m_server->port(), m_viewer));
        QTRY_VERIFY(std::all_of(listeners.begin(), listeners.end(), [](const auto &listener) { return listener->began(); }));
        QVERIFY(answerTo(handshake({})).startsWith("HTTP/1.1 503"));
        listeners.pop_back();
        QTRY_VERIFY(answerTo(handshake({})).startsWith("HTTP/1.1 101"));
    }

    void aRefusedCallerIsNeverUpgraded_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        const QByteArray right = "Authorization: Bearer TOKEN", upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        QTest::addRow("no token") << "\r\n" + upgrade << QByteArray("401");
        QTest::addRow("a wrong token") << "Authorization: Bearer oot_a_b\r\n" + upgrade << QByteArray("401");
        QTest::addRow("a program in a browser") << right + "\r\nOrigin: http://evil.example\r\n" + upgrade << QByteArray("403");
        QTest::addRow("no upgrade") << right << QByteArray("426");
        QTest::addRow("an older version") << right + "\r\n" + QByteArray(upgrade).replace("13", "8") << QByteArray("426");
        QTest::addRow("no key") << right + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13" << QByteArray("400");
        QTest::addRow("a position of ours that is none") << right + "\r\n" + upgrade + "?after=xyz" << QByteArray("400");
        QTest::addRow("a position ahead of the database") << right + "\r\n" + upgrade + "?after=" + positionText("9999999999.1") << QByteArray("400");
        QTest::addRow("a filter that is none") << right + "\r\n" + upgrade + "?email=a" << QByteArray("400");
    }
    void aRefusedCallerIsNeverUpgraded()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, status);
        const auto query = request.indexOf('?');
        const auto headers = (query < 0 ? request : request.left(query)).replace("TOKEN", m_viewer).trimmed();
        const auto answer = answerTo("GET /admin/v1/stream" + (query < 0 ? QByteArray() : request.mid(query)) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n\r\n");
        QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
        QVERIFY(!answer.contains(" 101 "));
    }

private:
    QString storeOrder(const QByteArray &body, const QByteArray &deliveryId)
    {
        const auto mapped = mapShopifyWebhook({"orders/updated", "s.myshopify.com", deliveryId, {}}, body);
        return QString::number(m_servers->store(mapped->event, body).value());
    }
    QByteArray handshake(const QByteArray &query) const
    {
        return "GET /admin/v1/stream" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + m_viewer
               + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    // The first of the answer to these bytes.
    QByteArray answerTo(const QByteArray &request) const
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_server->port());
        socket.write(request);
        (void)QTest::qWaitFor([&] { return socket.bytesAvailable() > 0; });
        return socket.readAll();
    }

    std::unique_ptr<AdminLine> m_line;
    std::unique_ptr<StreamLine> m_streams;
    std::unique_ptr<AdminServer> m_server;
    std::vector<std::unique_ptr<QThread>> m_threads;
};

QTEST_GUILESS_MAIN(AdminStreamTest)
#include "admin_stream_test.moc"
