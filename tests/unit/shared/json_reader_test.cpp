#include "shared/core/json_reader.h"

#include <QTest>

using namespace oo;

class JsonReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsObjectsFromEverythingElse_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isObject");
        QTest::addRow("empty object") << QByteArray("{}") << true;
        QTest::addRow("white space around") << QByteArray(" \n{\"a\":1}\n") << true;
        QTest::addRow("array") << QByteArray("[1]") << false;
        QTest::addRow("text") << QByteArray("\"a\"") << false;
        QTest::addRow("nothing") << QByteArray() << false;
        QTest::addRow("broken inside an unused part") << QByteArray("{\"id\":1,\"x\":tru}") << false;
        QTest::addRow("trailing text") << QByteArray("{} x") << false;
        QTest::addRow("two objects") << QByteArray("{}{}") << false;
        QTest::addRow("invalid UTF-8") << QByteArray("{\"a\":\"\xff\"}") << false;
        QTest::addRow("raw NUL in a string") << QByteArray("{\"a\":\"\0\"}", 9) << false;
        QTest::addRow("2,000 levels") << QByteArray("{\"a\":") + QByteArray(2000, '[') + QByteArray(2000, ']') + "}" << false;
    }

    void tellsObjectsFromEverythingElse()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isObject);
        JsonReader reader;
        QCOMPARE(reader.isObject(text), isObject);
    }

    void numbersAndObjectsStayTheTextTheyWere()
    {
        JsonReader reader;
        QList<QByteArray> seen;
        QVERIFY(reader.forEachMember(R"({"id": 820982911946154508 ,"o": {"lat": 24.713551700000001} , "s":"a\/b\u0026"})",
                                     [&](const JsonMember &member) {
                                         seen << QByteArray(member.raw.data(), static_cast<qsizetype>(member.raw.size()));
                                         if (member.key == "id")
                                             QCOMPARE(member.integer(), std::optional<qint64>(820982911946154508));
                                     }));
        QCOMPARE(seen, (QList<QByteArray>{"820982911946154508", "{\"lat\": 24.713551700000001}", "a/b&"}));
    }

    void onlyWholeNumbersAreIntegers_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("isInteger");
        QTest::addRow("largest") << QByteArray("9223372036854775807") << true;
        QTest::addRow("past 64 bits") << QByteArray("9223372036854775808") << false;
        QTest::addRow("fraction") << QByteArray("1.0") << false;
        QTest::addRow("exponent") << QByteArray("1e3") << false;
        QTest::addRow("text") << QByteArray("\"1\"") << false;
    }

    void onlyWholeNumbersAreIntegers()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, isInteger);
        JsonReader reader;
        std::optional<qint64> value;
        QVERIFY(reader.forEachMember("{\"a\":" + json + '}', [&](const JsonMember &member) { value = member.integer(); }));
        QCOMPARE(value.has_value(), isInteger);
    }

    void escapesThatPostgresqlRefusesAreReplaced_data()
    {
        QTest::addColumn<QByteArray>("in");
        QTest::addColumn<QByteArray>("out");
        QTest::addRow("NUL") << QByteArray(R"("a\u0000b")") << QByteArray(R"("a\ufffdb")");
        QTest::addRow("lone high") << QByteArray(R"("\ud83c!")") << QByteArray(R"("\ufffd!")");
        QTest::addRow("lone low") << QByteArray(R"("\udf80")") << QByteArray(R"("\ufffd")");
        QTest::addRow("high, high, low") << QByteArray(R"("\ud83c\ud83c\udf80")") << QByteArray(R"("\ufffd\ud83c\udf80")");
        QTest::addRow("a pair stays") << QByteArray(R"("\uD83C\uDF80")") << QByteArray(R"("\uD83C\uDF80")");
        QTest::addRow("an escaped backslash is no escape") << QByteArray(R"("\\u0000")") << QByteArray(R"("\\u0000")");
        QTest::addRow("cut off") << QByteArray(R"("\u00)") << QByteArray(R"("\u00)");
        QTest::addRow("ends in a backslash") << QByteArray("\"\\") << QByteArray("\"\\");
    }

    void escapesThatPostgresqlRefusesAreReplaced()
    {
        QFETCH(QByteArray, in);
        QFETCH(QByteArray, out);
        QCOMPARE(replaceUnstorableEscapes(in), out);
    }
};

QTEST_APPLESS_MAIN(JsonReaderTest)
#include "json_reader_test.moc"
