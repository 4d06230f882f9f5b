#include "service/workers/ingest_line.h"

#include <QTest>

using namespace oo;

class IngestLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itTakesWhileOneWriterCanStore_data()
    {
        QTest::addColumn<int>("writers");
        QTest::addColumn<int>("away");
        QTest::addColumn<bool>("taken");
        QTest::addRow("one of one is there") << 1 << 0 << true;
        QTest::addRow("one of one is away") << 1 << 1 << false;
        QTest::addRow("one of two is away") << 2 << 1 << true;
        QTest::addRow("two of two are away") << 2 << 2 << false;
    }

    void itTakesWhileOneWriterCanStore()
    {
        QFETCH(int, writers);
        QFETCH(int, away);
        QFETCH(bool, taken);
        IngestLine line(10, 1000, writers);
        for (int i = 0; i < away; ++i)
            line.leave();
        QCOMPARE(line.offer({}), taken);
        if (away > 0)
            line.comeBack();
        QVERIFY(line.offer({}));
    }

    void whoLeavesLastTakesTheRequestsThatNobodyIsLeftFor()
    {
        IngestLine line(10, 1000, 2);
        for (quint64 exchange = 1; exchange <= 3; ++exchange)
            QVERIFY(line.offer({exchange, {}, {}, "body", {}}));
        QVERIFY(line.leave().empty());
        const auto stranded = line.leave();
        QCOMPARE(stranded.size(), size_t(3));
        QCOMPARE(stranded.front().exchange, quint64(1));
        line.comeBack();
        QVERIFY(line.offer({4, {}, {}, QByteArray(1000, 'x'), {}})); // their bytes count no more
        QCOMPARE(line.takeBatch().front().exchange, quint64(4));
    }

    void aWriterThatIsAwayHearsOfTheClose()
    {
        IngestLine line(10, 1000, 1);
        line.leave();
        QVERIFY(!line.waitForClose(0));
        line.close();
        QVERIFY(line.waitForClose(60000));
    }
};

QTEST_APPLESS_MAIN(IngestLineTest)
#include "ingest_line_test.moc"
