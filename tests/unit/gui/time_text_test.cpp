#include "gui/models/time_text.h"

#include <QDateTime>
#include <QTest>

#include <ctime>

using namespace oo;
using namespace oo::gui;

namespace {

Instant at(const char *utc)
{
    const auto instant = parseInstant(utc);
    Q_ASSERT(instant);
    return *instant;
}

QByteArray textOf(const std::optional<Instant> &instant)
{
    return instant ? toText(*instant) : QByteArray();
}

} // namespace

class TimeTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() // a zone with changes of its own, which no answer may depend on
    {
        qputenv("TZ", "Europe/Berlin");
        tzset();
    }

    void aTimeIsShownInTheZone_data()
    {
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<QByteArray>("utc");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *name, const char *zone, const char *utc, const char *shown) {
            QTest::addRow("%s", name) << QByteArray(zone) << QByteArray(utc) << QString::fromLatin1(shown);
        };
        row("UTC", "UTC", "2026-04-06T10:15:43.861204Z", "2026-04-06 10:15:43.861");
        row("the first instant", "UTC", "1970-01-01T00:00:00Z", "1970-01-01 00:00:00.000");
        row("the last instant", "UTC", "9999-12-31T23:59:59.999Z", "9999-12-31 23:59:59.999");
        row("a leap day", "UTC", "2028-02-29T23:59:59.100Z", "2028-02-29 23:59:59.100");
        row("the last second of winter", "Europe/Berlin", "2026-03-29T00:59:59.999Z", "2026-03-29 01:59:59.999");
        row("the first second of summer", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29 03:00:00.000");
        row("the hour that comes twice, first", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25 02:30:00.000");
        row("the hour that comes twice, again", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25 02:30:00.000");
        row("a change of half an hour, before", "Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05 01:59:59.000");
        row("a change of half an hour, after", "Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05 01:30:00.000");
        row("three quarters ahead", "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45:00.000");
        row("the day before", "America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31 20:30:00.000");
        row("no zone is the system's", "", "2026-07-01T00:00:00Z", "2026-07-01 02:00:00.000");
        row("an unknown zone is the system's", "Middle/Earth", "2026-07-01T00:00:00Z", "2026-07-01 02:00:00.000");
    }

    void aTimeIsShownInTheZone()
    {
        QFETCH(QByteArray, zone);
        QFETCH(QByteArray, utc);
        QFETCH(QString, shown);
        const TimeText time(zone);
        QCOMPARE(time.full(at(utc)), shown);
        QCOMPARE(time.toSeconds(at(utc)), shown.left(19));
    }

    void theZoneIsNamed()
    {
        QCOMPARE(TimeText("Asia/Kathmandu").zoneName(), QStringLiteral("Asia/Kathmandu"));
        QCOMPARE(TimeText("Middle/Earth").zoneName(), QStringLiteral("Europe/Berlin"));
    }

    void everyQuarterOfAYearIsShownAsQtShowsIt_data()
    {
        QTest::addColumn<QByteArray>("zone");
        for (const char *zone : {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"})
            QTest::addRow("%s", zone) << QByteArray(zone);
    }

    void everyQuarterOfAYearIsShownAsQtShowsIt()
    {
        QFETCH(QByteArray, zone);
        const TimeText time(zone);
        const QTimeZone reference(zone);
        const qint64 begin = at("2026-01-01T00:00:00Z").us;
        for (qint64 quarter = 0; quarter < 366 * 96; ++quarter) {
            const Instant instant{begin + quarter * 900 * 1000000};
            const auto expected = QDateTime::fromMSecsSinceEpoch(instant.milliseconds(), reference).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
            if (time.toSeconds(instant) != expected)
                QCOMPARE(time.toSeconds(instant), expected);
        }
    }

    void aDurationIsToldInOneUnitOrTwo_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        const auto row = [](qint64 ms, const char *text) { QTest::addRow("%lld ms", static_cast<long long>(ms)) << ms << QString::fromLatin1(text); };
        row(0, "0.0 s");
        row(400, "0.4 s");
        row(9900, "9.9 s");
        row(9999, "10 s");
        row(10000, "10 s");
        row(59999, "59 s");
        row(60000, "1 min");
        row(184000, "3 min 4 s");
        row(3600000, "1 h");
        row(18120000, "5 h 2 min");
        row(18179999, "5 h 2 min");
        row(86400000, "1 d");
        row(273600000, "3 d 4 h");
        row(36500ll * 86400000, "36500 d");
        row(-300, "0.0 s");
        row(-7200000, "0.0 s");
    }

    void aDurationIsToldInOneUnitOrTwo()
    {
        QFETCH(qint64, ms);
        QFETCH(QString, text);
        QCOMPARE(TimeText::duration(ms), text);
    }

    void aTimeIsReadAsPeopleTypeIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<QByteArray>("utc");
        const auto row = [](const char *text, const char *zone, const char *utc) {
            QTest::addRow("%s in %s", text, zone) << QString::fromLatin1(text) << QByteArray(zone) << QByteArray(utc);
        };
        row("30s", "UTC", "2026-04-06T22:20:00.000Z");
        row("15m", "UTC", "2026-04-06T22:05:30.000Z");
        row("2h", "Europe/Berlin", "2026-04-06T20:20:30.000Z");
        row("3d", "UTC", "2026-04-03T22:20:30.000Z");
        row("0s", "UTC", "2026-04-06T22:20:30.000Z");
        row("999999d", "UTC", "1970-01-01T00:00:00.000Z");
        row("2026-04-06T10:15:43.861Z", "Europe/Berlin", "2026-04-06T10:15:43.861Z");
        row("2026-04-06T10:15:43+02:00", "UTC", "2026-04-06T08:15:43.000Z");
        row("2026-04-06T10:15+02:00", "UTC", "2026-04-06T08:15:00.000Z");
        row("2026-04-06T10:15Z", "Europe/Berlin", "2026-04-06T10:15:00.000Z");
        row("2026-04-06", "UTC", "2026-04-06T00:00:00.000Z");
        row("2026-04-06", "Europe/Berlin", "2026-04-05T22:00:00.000Z");
        row("2026-04-06T10:15", "Europe/Berlin", "2026-04-06T08:15:00.000Z");
        row("2026-04-06 10:15", "Europe/Berlin", "2026-04-06T08:15:00.000Z");
        row("2026-04-06 10:15:43.861", "Europe/Berlin", "2026-04-06T08:15:43.861Z");
        row("2026-01-06T10:15:30", "Europe/Berlin", "2026-01-06T09:15:30.000Z");
        row("10:15", "UTC", "2026-04-06T10:15:00.000Z");
        row("10:15:30", "UTC", "2026-04-06T10:15:30.000Z");
        row("00:05", "Europe/Berlin", "2026-04-06T22:05:00.000Z"); // there it is the 7th already
        row("10:15", "America/New_York", "2026-04-06T14:15:00.000Z");
        row("2026-03-29T02:30", "UTC", "2026-03-29T02:30:00.000Z"); // an hour that the system's zone skips
        row("2026-03-29T02:30", "America/New_York", "2026-03-29T06:30:00.000Z");
        row("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59:00.000Z");
        row("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z");
        row("2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"); // a day that begins at one o'clock
        row("1970-01-01", "Europe/Berlin", "1970-01-01T00:00:00.000Z");
    }

    void aTimeIsReadAsPeopleTypeIt()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, zone);
        QFETCH(QByteArray, utc);
        QCOMPARE(textOf(readTime(text, QTimeZone(zone), at("2026-04-06T22:20:30Z"))), utc);
    }

    void aTimeThatIsSkippedOrComesTwiceIsReadWithinTheHour_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("earliest");
        QTest::addColumn<QByteArray>("latest");
        QTest::addRow("skipped") << QStringLiteral("2026-03-29T02:30") << QByteArray("2026-03-29T00:30:00Z") << QByteArray("2026-03-29T01:30:00Z");
        QTest::addRow("twice") << QStringLiteral("2026-10-25T02:30") << QByteArray("2026-10-25T00:30:00Z") << QByteArray("2026-10-25T01:30:00Z");
    }

    void aTimeThatIsSkippedOrComesTwiceIsReadWithinTheHour()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, earliest);
        QFETCH(QByteArray, latest);
        const auto found = readTime(text, QTimeZone("Europe/Berlin"), at("2026-04-06T22:20:30Z"));
        QVERIFY(found);
        QVERIFY2(*found >= at(earliest) && *found <= at(latest), toText(*found).constData());
    }

    void whatIsShownIsReadAgain_data()
    {
        QTest::addColumn<QByteArray>("zone");
        for (const char *zone : {"UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"})
            QTest::addRow("%s", zone) << QByteArray(zone);
    }

    void whatIsShownIsReadAgain()
    {
        QFETCH(QByteArray, zone);
        const TimeText time(zone);
        for (qint64 i = 0; i < 500; ++i) { // past no change of a zone
            const Instant instant{at("2026-05-01T00:00:00Z").us + i * 7919999000};
            QCOMPARE(textOf(readTime(time.full(instant), time.zone(), {})), toText(instant));
        }
    }

    void rubbishIsNoTime_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", " ", "x", "m", "15", "-15m", "15 m", "15M", "1.5h", "15mm", "1234567m", "15m ", "10", "1015", "1:5", "10:", "25:00", "10:60",
                                 "10:15:61", "10:15 pm", "2026", "2026-04", "2026-13-01", "2026-02-29", "2026-4-6", "06.04.2026", "2026-04-06T", "2026-04-06 x",
                                 "2026-04-06T25:00", "2026-04-06T10", "2026-04-06T10:15:30+", "2026-04-06T10:15+2", "2026-04-06T10:15+99:00", "20260406", "1969-12-31",
                                 "0000-01-01", "12026-01-01", "+2026-01-01", "yesterday", "10:15Z10:15", "2026-04-06+02:00"})
            QTest::addRow("%s", text) << QString::fromLatin1(text);
        QTest::addRow("digits of another script") << QStringLiteral("١٥m");
        QTest::addRow("digits of another script in a date") << QStringLiteral("٢٠٢٦-٠٤-٠٦");
    }

    void rubbishIsNoTime()
    {
        QFETCH(QString, text);
        QCOMPARE(textOf(readTime(text, QTimeZone::utc(), at("2026-04-06T22:20:30Z"))), QByteArray());
    }
};

QTEST_APPLESS_MAIN(TimeTextTest)
#include "time_text_test.moc"
