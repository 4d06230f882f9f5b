#include "gui/models/json_tree_model.h"
#include "gui/models/roles.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QTest>

using namespace oo::gui;

namespace {

// Every leaf and container on a line of its own: path, text.
void list(const JsonTreeModel &model, const QModelIndex &parent, QStringList &lines)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const auto index = model.index(row, 0, parent);
        lines << model.pathOf(index) + QLatin1Char('=') + index.siblingAtColumn(1).data().toString();
        list(model, index, lines);
    }
}

QString listed(const QByteArray &json)
{
    JsonTreeModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setJson(json);
    QStringList lines;
    list(model, {}, lines);
    return lines.join(QLatin1Char('|'));
}

} // namespace

class JsonTreeModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTextIsShownAsItWasSent_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("lines");
        const auto row = [](const char *name, const char *json, const char *lines) { QTest::addRow("%s", name) << QByteArray(json) << QString::fromUtf8(lines); };
        row("members", "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null}", "a=1|b=x|c=true|d=null");
        row("the order of members", "{\"z\":1,\"a\":2,\"m\":3}", "z=1|a=2|m=3");
        row("a member twice", "{\"a\":1,\"b\":2,\"a\":3}", "a=1|b=2|a=3");
        row("a price", "{\"price\":199.00}", "price=199.00");
        row("the largest number of 64 bits", "{\"id\":18446744073709551615}", "id=18446744073709551615");
        row("the smallest number of 64 bits", "{\"id\":-9223372036854775808}", "id=-9223372036854775808");
        row("more digits than a double holds", "[0.1000000000000000055511151231257827, 1e5, -0]", "0=0.1000000000000000055511151231257827|1=1e5|2=-0");
        row("paths", "{\"customer\":{\"address\":{\"city\":\"Ulm\"}},\"items\":[{\"sku\":\"A\"},{\"sku\":\"B\"}]}",
            "customer={ 1 }|customer.address={ 1 }|customer.address.city=Ulm|items=[ 2 ]|items.0={ 1 }|items.0.sku=A|items.1={ 1 }|items.1.sku=B");
        row("empty containers", "{\"a\":{},\"b\":[],\"c\":[[],{}]}", "a={ 0 }|b=[ 0 ]|c=[ 2 ]|c.0=[ 0 ]|c.1={ 0 }");
        row("an empty object", "{}", "");
        row("an empty list", "[]", "");
        row("an empty name", "{\"\":1}", "=1");
        row("an empty text", "{\"a\":\"\"}", "a=");
        row("a text that looks like JSON", "{\"a\":\"{\\\"b\\\":[1]}\"}", "a={\"b\":[1]}");
        row("escapes", "{\"a\\tb\":\"\\u00fc\\n\\\"\"}", "a\tb=ü\n\"");
        row("other scripts", "{\"name\":\"نورة 🎀\"}", "name=نورة 🎀");
        row("space around", " \n{ \"a\" : [ 1 , 2 ] }\t\n", "a=[ 2 ]|a.0=1|a.1=2");
        row("nothing", "", "");
        row("no JSON", "<html>", "");
        row("broken off", "{\"a\":1", "");
        row("two values", "{\"a\":1}{\"b\":2}", "");
        row("no UTF-8", "{\"a\":\"\xff\"}", "");
    }

    void aTextIsShownAsItWasSent()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, lines);
        QCOMPARE(listed(json), lines);
    }

    void anotherTextTakesThePlaceOfTheFirst()
    {
        JsonTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setJson("{\"a\":{\"b\":1}}");
        const QPersistentModelIndex inner(model.index(0, 0, model.index(0, 0, {})));
        QVERIFY(inner.isValid());
        model.setJson("[1]");
        QVERIFY(!inner.isValid());
        QCOMPARE(model.rowCount({}), 1);
        model.setJson("no JSON");
        QCOMPARE(model.rowCount({}), 0);
    }

    void containersAndNullAreMutedAndATextThatSaysNullIsNot()
    {
        JsonTreeModel model;
        model.setJson("[{}, null, \"null\", 1]");
        const auto tone = [&](int row) { return static_cast<Tone>(model.index(row, 1, {}).data(ToneRole).toInt()); };
        QCOMPARE(tone(0), Tone::Muted);
        QCOMPARE(tone(1), Tone::Muted);
        QCOMPARE(tone(2), Tone::Plain);
        QCOMPARE(tone(3), Tone::Plain);
    }

    void onlyTheFirstColumnHasChildren()
    {
        JsonTreeModel model;
        model.setJson("{\"a\":[1]}");
        QCOMPARE(model.rowCount(model.index(0, 0, {})), 1);
        QCOMPARE(model.rowCount(model.index(0, 1, {})), 0);
        QVERIFY(!model.index(0, 0, model.index(0, 1, {})).isValid());
        QCOMPARE(model.pathOf(model.index(0, 1, {})), QStringLiteral("a"));
    }

    void deepNestingIsShownDownToALimitAndKeptWholeThere()
    {
        const int depth = 300;
        const auto json = QByteArray("[").repeated(depth) + "199.00" + QByteArray("]").repeated(depth);
        JsonTreeModel model;
        model.setJson(json);
        QModelIndex index;
        int seen = 0;
        while (model.rowCount(index) > 0) {
            index = model.index(0, 0, index);
            ++seen;
        }
        QVERIFY(seen >= 32 && seen < depth);
        QVERIFY(index.siblingAtColumn(1).data().toString().contains(QStringLiteral("[199.00]")));
        QCOMPARE(QByteArray(indented(json)).replace(' ', "").replace('\n', ""), json);
    }

    void nestingBeyondReasonIsNoJson()
    {
        const auto json = QByteArray("[").repeated(100000) + QByteArray("]").repeated(100000);
        QCOMPARE(listed(json), QString());
        QCOMPARE(indented(json), json);
    }

    void aTextIsIndented_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("lines");
        const auto row = [](const char *name, const char *json, const char *lines) { QTest::addRow("%s", name) << QByteArray(json) << QByteArray(lines); };
        row("members", "{\"a\":1,\"b\":[1,2]}", "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ]\n}");
        row("numbers", "[199.00,18446744073709551615,1E+5]", "[\n  199.00,\n  18446744073709551615,\n  1E+5\n]");
        row("a member twice, out of order", "{\"b\":1,\"a\":2,\"b\":3}", "{\n  \"b\": 1,\n  \"a\": 2,\n  \"b\": 3\n}");
        row("empty containers", "{\"a\":{ },\"b\":[\n]}", "{\n  \"a\": {},\n  \"b\": []\n}");
        row("an empty container alone", " [ ] ", "[]");
        row("braces in a text", "{\"a\":\"}{][,:\"}", "{\n  \"a\": \"}{][,:\"\n}");
        row("a text that ends with a brace", "[\"{\"]", "[\n  \"{\"\n]");
        row("escaped quotes", "{\"a\":\"\\\"x\\\": {\\\\\",\"b\":1}", "{\n  \"a\": \"\\\"x\\\": {\\\\\",\n  \"b\": 1\n}");
        row("spaces in a text", "[\"a  b\",  1]", "[\n  \"a  b\",\n  1\n]");
        row("escapes stay escapes", "[\"\\u00fc\\/\"]", "[\n  \"\\u00fc\\/\"\n]");
        row("indented before", "{\n  \"a\": 1\n}", "{\n  \"a\": 1\n}");
        row("a value alone", "199.00", "199.00");
        row("no JSON", "{a: 1}", "{a: 1}");
        row("nothing", "", "");
    }

    void aTextIsIndented()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, lines);
        QCOMPARE(indented(json), lines);
        QCOMPARE(indented(lines), lines);
    }

    void aLongTextIsIndentedInTimeThatGrowsWithIt()
    {
        const auto json = '[' + QByteArray("{\"a\":[1]},").repeated(200000) + "0]";
        QElapsedTimer took;
        took.start();
        const auto lines = indented(json);
        QVERIFY2(took.elapsed() < 5000, qPrintable(QString::number(took.elapsed())));
        QCOMPARE(QJsonDocument::fromJson(lines), QJsonDocument::fromJson(json));
    }
};

QTEST_GUILESS_MAIN(JsonTreeModelTest)
#include "json_tree_model_test.moc"
