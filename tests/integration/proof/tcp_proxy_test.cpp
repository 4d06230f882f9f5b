#include "service/proof/tcp_proxy.h"

#include <QElapsedTimer>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace oo::proof;

namespace {

// Answers what it gets.
class Echo : public QTcpServer
{
public:
    Echo()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            auto *socket = nextPendingConnection();
            ++taken;
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
        });
        listen(QHostAddress::LocalHost);
    }
    int taken = 0;
};

} // namespace

class TcpProxyTest : public QObject
{
    Q_OBJECT

    Echo m_echo;
    std::unique_ptr<TcpProxy> m_proxy;
    std::unique_ptr<QTcpSocket> m_socket;

    void connectNew()
    {
        m_socket = std::make_unique<QTcpSocket>();
        m_socket->connectToHost(QStringLiteral("127.0.0.1"), m_proxy->port());
        QTRY_COMPARE(m_socket->state(), QTcpSocket::ConnectedState);
    }
    QByteArray answerTo(const QByteArray &text)
    {
        m_socket->write(text);
        QByteArray got;
        (void)QTest::qWaitFor([&] { got += m_socket->readAll(); return got.size() >= text.size(); }, 5000);
        return got;
    }

private Q_SLOTS:
    void init()
    {
        m_proxy = std::make_unique<TcpProxy>(QList<TcpProxy::Target>{{{}, m_echo.serverPort()}});
        QVERIFY(m_proxy->port() > 0);
        connectNew();
    }
    void cleanup()
    {
        m_socket.reset();
        m_proxy.reset();
    }

    void bytesComeThroughBothWays()
    {
        QCOMPARE(answerTo("hello"), QByteArray("hello"));
        const QByteArray large(3000000, 'x');
        QCOMPARE(answerTo(large).size(), large.size());
    }

    void aUnixSocketIsATargetToo()
    {
        QTemporaryDir folder;
        QLocalServer server;
        QVERIFY(server.listen(folder.filePath(QStringLiteral("socket"))));
        connect(&server, &QLocalServer::newConnection, this, [&] {
            auto *socket = server.nextPendingConnection();
            connect(socket, &QLocalSocket::readyRead, socket, [socket] { socket->write(socket->readAll().toUpper()); });
        });
        m_proxy->setTargets({{server.fullServerName(), 0}});
        connectNew();
        QCOMPARE(answerTo("hello"), QByteArray("HELLO"));
    }

    void aTargetThatIsGoneIsPassedOver()
    {
        QTcpServer gone;
        QVERIFY(gone.listen(QHostAddress::LocalHost));
        const auto port = gone.serverPort();
        gone.close();
        m_proxy->setTargets({{{}, port}, {{}, m_echo.serverPort()}});
        for (int i = 0; i < 4; ++i) {
            connectNew();
            QCOMPARE(answerTo("hello"), QByteArray("hello"));
        }
    }

    void targetsTakeTurns()
    {
        Echo other;
        m_proxy->setTargets({{{}, m_echo.serverPort()}, {{}, other.serverPort()}});
        for (int i = 0; i < 6; ++i) {
            connectNew();
            QCOMPARE(answerTo("hello"), QByteArray("hello"));
        }
        QCOMPARE(other.taken, 3);
    }

    void resetEndsEveryConnection()
    {
        QCOMPARE(answerTo("hello"), QByteArray("hello"));
        m_proxy->resetAll();
        QTRY_COMPARE(m_socket->state(), QTcpSocket::UnconnectedState);
        connectNew();
        QCOMPARE(answerTo("again"), QByteArray("again"));
    }

    void aHoleSwallowsUntilItEnds()
    {
        QCOMPARE(answerTo("one"), QByteArray("one"));
        m_proxy->setHole(true);
        m_socket->write("two");
        QTcpSocket late; // is taken, and gets no answer either
        late.connectToHost(QStringLiteral("127.0.0.1"), m_proxy->port());
        late.write("late");
        QTRY_COMPARE(late.state(), QTcpSocket::ConnectedState);
        QVERIFY(!QTest::qWaitFor([&] { return m_socket->bytesAvailable() + late.bytesAvailable() > 0; }, 300));
        m_proxy->setHole(false);
        QTRY_COMPARE(m_socket->bytesAvailable(), 3);
        QTRY_COMPARE(late.bytesAvailable(), 4);
        QCOMPARE(m_socket->readAll() + late.readAll(), QByteArray("twolate"));
    }

    void bytesKeepTheirOrderWhileTheDelayChanges()
    {
        m_proxy->setDelay(200);
        QElapsedTimer clock;
        clock.start();
        m_socket->write("slow ");
        QVERIFY(m_socket->waitForBytesWritten(5000));
        QVERIFY(!QTest::qWaitFor([this] { return m_socket->bytesAvailable() > 0; }, 50)); // it has reached the proxy
        m_proxy->setDelay(0);
        m_socket->write("fast");
        QByteArray got;
        QTRY_VERIFY2(got.append(m_socket->readAll()).size() >= 9, got.constData());
        QCOMPARE(got, QByteArray("slow fast"));
        QVERIFY(clock.elapsed() >= 180);
    }

    void theEndOfOneSideIsTheEndOfTheOther()
    {
        QCOMPARE(answerTo("hello"), QByteArray("hello"));
        m_socket->disconnectFromHost();
        QTRY_VERIFY(m_echo.findChildren<QTcpSocket *>().isEmpty()
                    || std::all_of(m_echo.children().cbegin(), m_echo.children().cend(), [](QObject *child) {
                           auto *socket = qobject_cast<QTcpSocket *>(child);
                           return !socket || socket->state() == QTcpSocket::UnconnectedState;
                       }));
    }
};

QTEST_GUILESS_MAIN(TcpProxyTest)
#include "tcp_proxy_test.moc"
