#include "service/workers/circuit.h"

#include <QTest>

using namespace oo;

class CircuitTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itOpensAfterFailuresWithoutAnAnswerBetween_data()
    {
        QTest::addColumn<QByteArray>("calls"); // a: answered, n: not
        QTest::addColumn<bool>("open");
        QTest::addRow("none") << QByteArray() << false;
        QTest::addRow("four failures") << QByteArray("nnnn") << false;
        QTest::addRow("five failures") << QByteArray("nnnnn") << true;
        QTest::addRow("an answer between") << QByteArray("nnnnannnn") << false;
        QTest::addRow("an answer after") << QByteArray("nnnnna") << false;
    }

    void itOpensAfterFailuresWithoutAnAnswerBetween()
    {
        QFETCH(QByteArray, calls);
        QFETCH(bool, open);
        Circuit circuit;
        for (const char call : calls)
            call == 'a' ? circuit.answered() : circuit.noAnswer(0);
        QCOMPARE(circuit.isOpen(0), open);
        QCOMPARE(circuit.isProbing(), open);
    }

    void callsThatLeftBeforeItOpenedDoNotLengthenThePause()
    {
        Circuit few, many;
        for (int i = 0; i < 5; ++i)
            few.noAnswer(0);
        for (int i = 0; i < 100; ++i)
            many.noAnswer(0);
        QCOMPARE(many.opensIn(0), few.opensIn(0));
    }

    void eachProbeInVainDoublesThePauseUpToALimit()
    {
        Circuit circuit;
        for (int i = 0; i < 5; ++i)
            circuit.noAnswer(0);
        qint64 now = 0, last = circuit.opensIn(0);
        for (int probe = 0; probe < 20; ++probe) {
            now += circuit.opensIn(now);
            QVERIFY(circuit.mayCall(now));
            circuit.noAnswer(now);
            QVERIFY(circuit.opensIn(now) == 2 * last || circuit.opensIn(now) == 30000);
            last = circuit.opensIn(now);
        }
        QCOMPARE(last, 30000);
    }
};

QTEST_APPLESS_MAIN(CircuitTest)
#include "circuit_test.moc"
