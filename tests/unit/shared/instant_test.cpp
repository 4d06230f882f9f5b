#include "shared/core/instant.h"

#include <QTest>

using namespace oo;

class InstantTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsIso8601_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("us"); // -1: not an instant
        QTest::addRow("zulu") << QByteArray("2026-04-06T10:15:43Z") << 1775470543000000ll;
        QTest::addRow("offset east") << QByteArray("2026-04-06T13:15:43+03:00") << 1775470543000000ll;
        QTest::addRow("offset west, no colon") << QByteArray("2026-04-06T05:15:43-0500") << 1775470543000000ll;
        QTest::addRow("space instead of T") << QByteArray("2026-04-06 10:15:43Z") << 1775470543000000ll;
        QTest::addRow("nanoseconds are cut") << QByteArray("2026-04-06T10:15:43.861204559Z") << 1775470543861204ll;
        QTest::addRow("one digit of fraction") << QByteArray("2026-04-06T10:15:43.5Z") << 1775470543500000ll;
        QTest::addRow("epoch") << QByteArray("1970-01-01T00:00:00Z") << 0ll;
        QTest::addRow("leap day") << QByteArray("2024-02-29T00:00:00Z") << 1709164800000000ll;
        QTest::addRow("no such day") << QByteArray("2023-02-29T00:00:00Z") << -1ll;
        QTest::addRow("no zone") << QByteArray("2026-04-06T10:15:43") << -1ll;
        QTest::addRow("no time") << QByteArray("2026-04-06") << -1ll;
        QTest::addRow("hour 25") << QByteArray("2026-04-06T25:00:00Z") << -1ll;
        QTest::addRow("text behind") << QByteArray("2026-04-06T10:15:43Zx") << -1ll;
        QTest::addRow("empty fraction") << QByteArray("2026-04-06T10:15:43.Z") << -1ll;
        QTest::addRow("before 1970") << QByteArray("1969-12-31T23:59:59Z") << -1ll;
        QTest::addRow("empty") << QByteArray() << -1ll;
    }

    void readsIso8601()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, us);
        const auto instant = parseInstant(text);
        QCOMPARE(instant ? instant->us : -1, us);
    }

    void writesWhatItReads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("milliseconds") << QByteArray("2026-04-06T10:15:43.861Z");
        QTest::addRow("microseconds") << QByteArray("2026-04-06T10:15:43.861204Z");
        QTest::addRow("whole seconds") << QByteArray("2026-12-31T23:59:59.000Z");
    }

    void writesWhatItReads()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(toText(*parseInstant(text)), text);
    }
};

QTEST_APPLESS_MAIN(InstantTest)
#include "instant_test.moc"
