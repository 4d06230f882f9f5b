#include "service/queue/redis_connection.h"

#include <QTcpServer>
#include <QTest>

using namespace oo;

class RedisConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aServerThatHungIsLeftAloneForItsPause_data()
    {
        QTest::addColumn<int>("pauseMs");
        QTest::addColumn<int>("connections");
        QTest::addRow("no pause") << 0 << 2;
        QTest::addRow("ten minutes") << 600000 << 1;
    }

    void aServerThatHungIsLeftAloneForItsPause()
    {
        QFETCH(int, pauseMs);
        QFETCH(int, connections);
        QTcpServer silent; // takes connections and never answers
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        RedisSettings settings;
        settings.host = QStringLiteral("127.0.0.1");
        settings.port = silent.serverPort();
        settings.replyTimeoutMs = 1000;
        settings.pauseAfterHangMs = pauseMs;
        RedisConnection redis(settings);
        for (int asked = 0; asked < 2; ++asked)
            QCOMPARE(redis.run(RedisCommand{"PING"}).error().code, ErrorCode::Unavailable);
        int taken = 0;
        while (silent.waitForNewConnection(0)) {
            for (; silent.nextPendingConnection(); ++taken) { }
        }
        QCOMPARE(taken, connections);
    }
};

QTEST_GUILESS_MAIN(RedisConnectionTest)
#include "redis_connection_test.moc"
