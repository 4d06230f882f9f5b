#include "service/http/chunked_body.h"

#include <QTest>

using namespace oo;

Q_DECLARE_METATYPE(oo::ChunkedBody::State)

class ChunkedBodyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bodiesAreDecoded_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<ChunkedBody::State>("state");
        QTest::addColumn<QByteArray>("body");
        using S = ChunkedBody::State;
        QTest::addRow("two chunks") << QByteArray("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") << S::Done << QByteArray("abcde");
        QTest::addRow("extension and trailer") << QByteArray("3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n") << S::Done << QByteArray("abc");
        QTest::addRow("upper-case hex") << QByteArray("A\r\n0123456789\r\n0\r\n\r\n") << S::Done << QByteArray("0123456789");
        QTest::addRow("empty") << QByteArray("0\r\n\r\n") << S::Done << QByteArray();
        QTest::addRow("not yet whole") << QByteArray("3\r\nab") << S::More << QByteArray("ab");
        QTest::addRow("negative") << QByteArray("-1\r\n") << S::Malformed << QByteArray();
        QTest::addRow("0x prefix") << QByteArray("0x3\r\nabc\r\n") << S::Malformed << QByteArray();
        QTest::addRow("overflow") << QByteArray("ffffffffffffffff\r\n") << S::Malformed << QByteArray();
        QTest::addRow("no size") << QByteArray("\r\nabc") << S::Malformed << QByteArray();
        QTest::addRow("data longer than said") << QByteArray("3\r\nabcd\r\n") << S::Malformed << QByteArray("abc");
        QTest::addRow("bare LF") << QByteArray("3\nabc\r\n") << S::Malformed << QByteArray();
        QTest::addRow("larger than allowed") << QByteArray("401\r\n") << S::TooLarge << QByteArray();
        QTest::addRow("endless size line") << QByteArray(2000, '1') << S::Malformed << QByteArray();
    }

    void bodiesAreDecoded()
    {
        QFETCH(QByteArray, wire);
        QFETCH(ChunkedBody::State, state);
        QFETCH(QByteArray, body);
        ChunkedBody decoder(1024);
        QCOMPARE(decoder.feed(wire), state);
        QCOMPARE(decoder.takeBody(), body);
    }

    void everySplitOfTheBytesDecodesAlike()
    {
        const QByteArray wire = "3;e=1\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\nGET";
        for (qsizetype cut = 0; cut < wire.size(); ++cut) {
            ChunkedBody decoder(1024);
            QByteArray input = wire.left(cut);
            auto state = decoder.feed(input);
            input += wire.mid(cut);
            if (state == ChunkedBody::State::More)
                state = decoder.feed(input);
            QVERIFY(state == ChunkedBody::State::Done);
            QCOMPARE(decoder.takeBody(), QByteArray("abcde"));
            QCOMPARE(input, QByteArray("GET"));
        }
    }

    void theLongestLineMayBeCutBetweenItsCrAndLf()
    {
        const QByteArray line = "1;" + QByteArray(1022, 'x') + '\r';
        ChunkedBody decoder(1024);
        QByteArray input = line;
        QVERIFY(decoder.feed(input) == ChunkedBody::State::More);
        input += "\na\r\n0\r\n\r\n";
        QVERIFY(decoder.feed(input) == ChunkedBody::State::Done);
        QCOMPARE(decoder.takeBody(), QByteArray("a"));
    }

    void extensionsWithoutABodyAreAnAttack()
    {
        ChunkedBody decoder(1 << 20);
        QByteArray wire;
        for (int i = 0; i < 100; ++i)
            wire += "1;" + QByteArray(900, 'x') + "\r\na\r\n";
        QVERIFY(decoder.feed(wire) == ChunkedBody::State::Malformed);
    }
};

QTEST_APPLESS_MAIN(ChunkedBodyTest)
#include "chunked_body_test.moc"
