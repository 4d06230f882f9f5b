#include "service/domain/masking.h"

#include <QTest>

using namespace oo;

class MaskingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsListedIsShown_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QByteArray>("masked");
        const auto row = [](const char *name, const char *payload, const char *masked) { QTest::addRow("%s", name) << QByteArray(payload) << QByteArray(masked); };
        row("listed ones", R"json({"refId":"9007199254740993","test":false,"totalPrice":"1.50"})json", R"json({"refId":"9007199254740993","test":false,"totalPrice":"1.50"})json");
        row("numbers stay exact", R"json({"id":9007199254740993})json", R"json({"id":9007199254740993})json");
        row("a person", R"json({"customer":{"email":"a@b.c"},"shippingAddress":{"city":"X"}})json", R"json({"customer":"***","shippingAddress":"***"})json");
        row("what nobody listed", R"json({"note":"ring twice","phone":123})json", R"json({"note":"***","phone":"***"})json");
        row("a listed name that holds an object", R"json({"name":{"first":"Ann"},"source":["x"]})json", R"json({"name":"***","source":"***"})json");
        row("nothing stays nothing", R"json({"customer":null})json", R"json({"customer":null})json");
        row("a repeated name", R"json({"currency":"EUR","currency":"Ann"})json", R"json({"currency":"EUR","currency":"Ann"})json");
        row("escapes", "{\"name\":\"#1\\\"\\n\"}", "{\"name\":\"#1\\\"\\n\"}");
        row("a list", R"json(["Ann"])json", R"json("***")json");
        row("broken", R"json({"customer":)json", R"json("***")json");
        row("empty", "", R"json("***")json");
    }
    void onlyWhatIsListedIsShown()
    {
        QFETCH(QByteArray, payload);
        QFETCH(QByteArray, masked);
        QCOMPARE(maskedPayload(payload), masked);
    }

    void aPersonalFieldSaysOnlyThatItDiffers()
    {
        QCOMPARE(maskedDifferences({{"name", "#1", "#2"}, {"customer", "{\"email\":\"a@b.c\"}", "{}"}}), QByteArray("{\"name\":[\"#1\",\"#2\"],\"customer\":[\"***\",\"***\"]}"));
    }

    void headersOfPersonsAndSecretsAreMasked()
    {
        QCOMPARE(maskedHeaders(R"([["X-Shopify-Topic","orders/create"],["Authorization","Bearer x"],["X-Forwarded-For","10.0.0.1"]])"),
                 QByteArray(R"([["X-Shopify-Topic","orders/create"],["Authorization","***"],["X-Forwarded-For","***"]])"));
        QCOMPARE(maskedHeaders("nonsense"), QByteArray("[]"));
    }
};

QTEST_GUILESS_MAIN(MaskingTest)
#include "masking_test.moc"
