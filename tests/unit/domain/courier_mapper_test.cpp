#include "service/domain/courier_mapper.h"

#include "tests/support/samples.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

class CourierMapperTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samplesAreTaken_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("instant");
        QTest::addRow("pending") << QStringLiteral("01-pending") << QByteArray("2026-04-08T13:42:00.000Z");
        QTest::addRow("older by its offset") << QStringLiteral("03-fulfilling-late") << QByteArray("2026-04-08T17:10:00.000Z");
        QTest::addRow("unknown number, arabic courier") << QStringLiteral("06-unknown-tracking") << QByteArray("2026-04-09T06:00:00.000Z");
    }

    void samplesAreTaken()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, instant);
        const auto event = mapCourierWebhook({}, courierSample(name));
        QVERIFY(event);
        QCOMPARE(event->type, bytesOf(EventType::CourierStatusUpdated));
        QCOMPARE(toText(*event->businessAt), instant);
        QVERIFY(!event->deliveryId);
    }

    void badInputIsRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addRow("unknown status") << QByteArray(R"({"tracking_number":"T","status":"lost","courier":"C","timestamp":"2026-04-08T13:42:00Z"})");
        QTest::addRow("no tracking number") << QByteArray(R"({"status":"shipped","courier":"C","timestamp":"2026-04-08T13:42:00Z"})");
        QTest::addRow("blank tracking number") << QByteArray(R"({"tracking_number":" ","status":"shipped","courier":"C","timestamp":"2026-04-08T13:42:00Z"})");
        QTest::addRow("no timestamp") << QByteArray(R"({"tracking_number":"T","status":"shipped","courier":"C"})");
        QTest::addRow("timestamp without zone") << QByteArray(R"({"tracking_number":"T","status":"shipped","courier":"C","timestamp":"2026-04-08T13:42:00"})");
        QTest::addRow("no courier") << QByteArray(R"({"tracking_number":"T","status":"shipped","timestamp":"2026-04-08T13:42:00Z"})");
        QTest::addRow("number as number") << QByteArray(R"({"tracking_number":1,"status":"shipped","courier":"C","timestamp":"2026-04-08T13:42:00Z"})");
        QTest::addRow("not an object") << QByteArray("[]");
    }

    void badInputIsRefused()
    {
        QFETCH(QByteArray, body);
        const auto event = mapCourierWebhook({}, body);
        QVERIFY(!event);
        QCOMPARE(event.error().code, ErrorCode::Invalid);
    }
};

QTEST_APPLESS_MAIN(CourierMapperTest)
#include "courier_mapper_test.moc"
