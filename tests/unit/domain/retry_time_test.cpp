#include "service/domain/retry_time.h"

#include <QTest>

using namespace oo;

class RetryTimeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void delaysGrowAsTheTypeSays_data()
    {
        QTest::addColumn<BackoffType>("type");
        QTest::addColumn<int>("made");
        QTest::addColumn<qint64>("ms");
        QTest::addRow("fixed, 1") << BackoffType::Fixed << 1 << 5000ll;
        QTest::addRow("fixed, 7") << BackoffType::Fixed << 7 << 5000ll;
        QTest::addRow("exponential, 1") << BackoffType::Exponential << 1 << 5000ll;
        QTest::addRow("exponential, 2") << BackoffType::Exponential << 2 << 10000ll;
        QTest::addRow("exponential, 3") << BackoffType::Exponential << 3 << 20000ll;
        QTest::addRow("exponential, very many") << BackoffType::Exponential << 1000 << (5000ll << 20);
    }

    void delaysGrowAsTheTypeSays()
    {
        QFETCH(BackoffType, type);
        QFETCH(int, made);
        QFETCH(qint64, ms);
        QCOMPARE(retryDelayMs({3, type, 5000}, made), ms);
    }

    void attemptsAreCountedInAll()
    {
        const RetryPolicy policy{3, BackoffType::Fixed, 1};
        QVERIFY(mayRetry(policy, 2));
        QVERIFY(!mayRetry(policy, 3));
    }
};

QTEST_APPLESS_MAIN(RetryTimeTest)
#include "retry_time_test.moc"
