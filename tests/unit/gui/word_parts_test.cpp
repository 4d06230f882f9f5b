#include "gui/client/word_parts.h"

#include <QTest>
#include <QUrl>

using namespace oo::gui;

class WordPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreAskedInPartsThatFit_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("parts");
        QTest::addRow("none: all that there is") << QStringList() << 1;
        QTest::addRow("one") << QStringList{QStringLiteral("8631")} << 1;
        QTest::addRow("as many as fit") << QStringList(200, QStringLiteral("8631")) << 1;
        QTest::addRow("one more") << QStringList(201, QStringLiteral("8631")) << 2;
        QTest::addRow("long ones") << QStringList(200, QString(60, QLatin1Char('7'))) << 3;
        QTest::addRow("of letters that are three bytes each") << QStringList(100, QString(20, QChar(0x20ac))) << 4;
        QTest::addRow("one that fits nowhere is left to the service to refuse") << QStringList{QString(9000, QLatin1Char('7')), QStringLiteral("8")} << 2;
    }

    void wordsAreAskedInPartsThatFit()
    {
        QFETCH(QStringList, words);
        QFETCH(int, parts);
        const auto found = partsOf(words);
        QCOMPARE(found.size(), parts);
        QStringList all;
        for (const auto &part : found) {
            QVERIFY(part.size() == 1 || QUrl::toPercentEncoding(part.join(QLatin1Char(' '))).size() <= 6000);
            all += part;
        }
        QCOMPARE(all, words); // in their order
    }
};

QTEST_APPLESS_MAIN(WordPartsTest)
#include "word_parts_test.moc"
