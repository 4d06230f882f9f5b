#include "shared/core/json_text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace oo;

class JsonTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyTextComesBackFromAParser_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("plain") << QByteArray("plain");
        QTest::addRow("quotes and backslashes") << QByteArray("a\"b\\c/");
        QTest::addRow("control characters") << QByteArray("\x01\x02\n\r\t\x1f", 6);
        QTest::addRow("unicode") << QByteArray("نورة 🎀 ü");
        QTest::addRow("empty") << QByteArray("");
    }

    void anyTextComesBackFromAParser()
    {
        QFETCH(QByteArray, text);
        QByteArray out;
        JsonObjectWriter json(out);
        json.string("key", text);
        json.close();
        const auto parsed = QJsonDocument::fromJson(out).object();
        QCOMPARE(parsed.value(QLatin1StringView("key")).toString().toUtf8(), text);
    }

    void writesEveryKindOfMember()
    {
        QByteArray out;
        JsonObjectWriter json(out);
        json.number("n", -5);
        json.boolean("b", true);
        json.raw("r", "[1,2.50]");
        json.raw("nothing", {});
        json.optionalString("o", std::nullopt);
        json.close();
        QCOMPARE(out, QByteArray(R"({"n":-5,"b":true,"r":[1,2.50],"nothing":null,"o":null})"));
    }
};

QTEST_APPLESS_MAIN(JsonTextTest)
#include "json_text_test.moc"
