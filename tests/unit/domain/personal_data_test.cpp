#include "service/domain/personal_data.h"

#include "service/domain/shopify_mapper.h"
#include "tests/support/samples.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

bool speaksOf(const Subjects &subjects, SubjectKind kind, const char *value)
{
    return subjects.all.contains(Subject{kind, value});
}

} // namespace

class PersonalDataTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOrderSpeaksOfItsCustomerInEveryWay()
    {
        const auto sample = shopifySample(QStringLiteral("orders-create"));
        const auto subjects = mapShopifyWebhook(sample.shopifyHeaders(), sample.body)->event.subjects;
        QCOMPARE(subjects.shopDomain, QByteArray("order-lab-example.myshopify.com"));
        QVERIFY(speaksOf(subjects, SubjectKind::Order, "863122809515850897"));
        QVERIFY(speaksOf(subjects, SubjectKind::Customer, "541570904534948745"));
        QVERIFY(speaksOf(subjects, SubjectKind::Email, "noura.alqahtani@example.com"));
        QVERIFY(speaksOf(subjects, SubjectKind::Phone, "15550100142"));
        QVERIFY(speaksOf(subjects, SubjectKind::Shop, "order-lab-example.myshopify.com"));
        QCOMPARE(*subjects.orderCreatedAt, *parseInstant("2026-04-06T13:15:42+03:00"));
    }

    void whatIsComparedIsWrittenInOneWay_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("other");
        QTest::addRow("e-mail, case and blanks") << int(SubjectKind::Email) << QByteArray(" Noura@Example.COM ") << QByteArray("noura@example.com");
        QTest::addRow("phone") << int(SubjectKind::Phone) << QByteArray("+1 (555) 010-0142") << QByteArray("15550100142");
        QTest::addRow("id") << int(SubjectKind::Customer) << QByteArray("541570904534948745 ") << QByteArray("541570904534948745");
    }

    void whatIsComparedIsWrittenInOneWay()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, one);
        QFETCH(QByteArray, other);
        const auto subject = subjectOf(static_cast<SubjectKind>(kind), one);
        QCOMPARE(subject.value, other);
        QCOMPARE(subjectHash("key", "shop", subject), subjectHash("key", "shop", {static_cast<SubjectKind>(kind), other}));
    }

    void aHashIsOfOneShopOneKindAndOneKey()
    {
        const Subject id{SubjectKind::Customer, "1"};
        const auto hash = subjectHash("key", "shop", id);
        QCOMPARE(hash.size(), 32);
        QVERIFY(hash != subjectHash("key", "another", id));
        QVERIFY(hash != subjectHash("another", "shop", id));
        QVERIFY(hash != subjectHash("key", "shop", {SubjectKind::Order, "1"}));
    }

    void aRequestIsReadFromItsBody()
    {
        const auto request = readRedaction("customers/redact", shopifySample(QStringLiteral("customers-redact")).body);
        QVERIFY(request && !request->isWholeShop);
        QCOMPARE(request->shopDomain, QByteArray("order-lab-example.myshopify.com"));
        QCOMPARE(request->values(SubjectKind::Order), (QList<QByteArray>{"863122809515850897", "787538429207036111"}));
        QCOMPARE(request->values(SubjectKind::Customer), QList<QByteArray>{"541570904534948745"});
        const auto shop = readRedaction("shop/redact", shopifySample(QStringLiteral("shop-redact")).body);
        QVERIFY(shop && shop->isWholeShop);
        QCOMPARE(shop->values(SubjectKind::Shop), QList<QByteArray>{"order-lab-example.myshopify.com"});
    }

    // A person's right does not wait for us to learn a field; nor does a shop's, which is known by having none.
    void aFieldThatShopifyAddsLaterStopsNoRequestOfACustomer()
    {
        auto body = shopifySample(QStringLiteral("customers-redact")).body;
        body.insert(body.indexOf('{') + 1, R"("customer_gid":"gid:\/\/shopify\/Customer\/1","requested":{"at":"2026-04-09"},)");
        const auto request = readRedaction("customers/redact", body);
        QVERIFY(request);
        QCOMPARE(request->values(SubjectKind::Customer), QList<QByteArray>{"541570904534948745"});
        QVERIFY(!readRedaction("shop/redact", R"({"shop_id":1,"shop_domain":"s","more":1})"));
    }

    void noOtherSignedBodyCanBeMadeToErase_data()
    {
        QTest::addColumn<QByteArray>("topic");
        QTest::addColumn<QString>("sample");
        for (const auto &name : sampleNames()) {
            if (name != QStringLiteral("customers-redact"))
                QTest::addRow("%s as customers/redact", qPrintable(name)) << QByteArray("customers/redact") << name;
            if (name != QStringLiteral("shop-redact"))
                QTest::addRow("%s as shop/redact", qPrintable(name)) << QByteArray("shop/redact") << name;
        }
    }

    void noOtherSignedBodyCanBeMadeToErase()
    {
        QFETCH(QByteArray, topic);
        QFETCH(QString, sample);
        QVERIFY(!readRedaction(topic, shopifySample(sample).body));
    }

    void aRequestThatIsNotWholeIsRefused_data()
    {
        QTest::addColumn<QByteArray>("topic");
        QTest::addColumn<QByteArray>("body");
        QTest::addRow("no shop") << QByteArray("customers/redact") << QByteArray(R"({"customer":{"id":1},"orders_to_redact":[]})");
        QTest::addRow("no list of orders") << QByteArray("customers/redact") << QByteArray(R"({"shop_domain":"s","customer":{"id":1}})");
        QTest::addRow("not JSON") << QByteArray("customers/redact") << QByteArray("hello");
        QTest::addRow("another topic") << QByteArray("orders/create") << QByteArray(R"({"shop_domain":"s","customer":{"id":1},"orders_to_redact":[]})");
    }

    void aRequestThatIsNotWholeIsRefused()
    {
        QFETCH(QByteArray, topic);
        QFETCH(QByteArray, body);
        QVERIFY(!readRedaction(topic, body));
    }
};

QTEST_APPLESS_MAIN(PersonalDataTest)
#include "personal_data_test.moc"
