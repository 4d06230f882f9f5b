#include "service/domain/shopify_mapper.h"

#include "service/domain/signature.h"
#include "tests/support/samples.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace oo;
using namespace oo::test;

namespace {

Result<MappedWebhook> mapOrder(const QByteArray &body, const QByteArray &topic = "orders/updated")
{
    return mapShopifyWebhook({topic, "shop.myshopify.com", "id-1", "2026-04-06T10:15:43.861204559Z"}, body);
}

QJsonObject payloadOf(const MappedWebhook &mapped)
{
    return QJsonDocument::fromJson(mapped.event.payload).object();
}

} // namespace

class ShopifyMapperTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samplesBecomeTheEventsTheirNamesSay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("refId"); // empty: none
        const QByteArray order = "863122809515850897";
        QTest::addRow("create") << QStringLiteral("orders-create") << QByteArray("ORDER_CREATED") << order;
        QTest::addRow("minimal create") << QStringLiteral("orders-create-minimal") << QByteArray("ORDER_CREATED") << QByteArray("298896603398186903");
        QTest::addRow("update, lower-case headers") << QStringLiteral("orders-updated-paid") << QByteArray("ORDER_UPDATED") << order;
        QTest::addRow("paid") << QStringLiteral("orders-paid") << QByteArray("ORDER_UPDATED") << order;
        QTest::addRow("cancelled") << QStringLiteral("orders-cancelled") << QByteArray("ORDER_UPDATED") << QByteArray("6418355047591");
        QTest::addRow("fulfilled") << QStringLiteral("orders-fulfilled") << QByteArray("ORDER_UPDATED") << order;
        QTest::addRow("edited, wrapped") << QStringLiteral("orders-edited") << QByteArray("orders/edited") << order;
        QTest::addRow("delete") << QStringLiteral("orders-delete") << QByteArray("orders/delete") << QByteArray("500924593328145661");
        QTest::addRow("fulfillment") << QStringLiteral("fulfillments-update") << QByteArray("fulfillments/update") << order;
        QTest::addRow("fulfillment event") << QStringLiteral("fulfillment_events-create") << QByteArray("fulfillment_events/create") << order;
        QTest::addRow("refund") << QStringLiteral("refunds-create") << QByteArray("refunds/create") << order;
        QTest::addRow("transaction") << QStringLiteral("order_transactions-create") << QByteArray("order_transactions/create") << order;
        QTest::addRow("uninstalled") << QStringLiteral("app-uninstalled") << QByteArray("app/uninstalled") << QByteArray();
        QTest::addRow("redact") << QStringLiteral("customers-redact") << QByteArray("customers/redact") << QByteArray();
        QTest::addRow("data request") << QStringLiteral("customers-data_request") << QByteArray("customers/data_request") << QByteArray();
        QTest::addRow("shop redact") << QStringLiteral("shop-redact") << QByteArray("shop/redact") << QByteArray();
    }

    void samplesBecomeTheEventsTheirNamesSay()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, refId);
        const auto sample = shopifySample(name);
        const auto mapped = mapShopifyWebhook(sample.shopifyHeaders(), sample.body);
        QVERIFY(mapped);
        QCOMPARE(mapped->event.type, type);
        QCOMPARE(mapped->event.refId.value_or(QByteArray()), refId);
        QCOMPARE(mapped->event.bodyDigest, sha256(sample.body));
        QVERIFY(mapped->event.deliveryId->startsWith("order-lab-example.myshopify.com:"));
        QVERIFY(QJsonDocument::fromJson(mapped->event.payload).isObject());
    }

    void anOrderKeepsItsExactValues()
    {
        const auto sample = shopifySample(QStringLiteral("orders-create"));
        const auto mapped = mapShopifyWebhook(sample.shopifyHeaders(), sample.body);
        QVERIFY(mapped);
        QVERIFY(mapped->event.payload.contains("\"latitude\":24.713551700000001"));
        QVERIFY(mapped->event.payload.contains("541570904534948745"));
        const auto payload = payloadOf(*mapped);
        QCOMPARE(payload.value(QLatin1StringView("refId")).toString(), QStringLiteral("863122809515850897"));
        QCOMPARE(payload.value(QLatin1StringView("totalPrice")).toString(), QStringLiteral("130.82"));
        QCOMPARE(payload.value(QLatin1StringView("name")).toString(), QStringLiteral("#4127"));
        QCOMPARE(mapped->event.paymentRank, std::optional(PaymentStatus::Pending));
        QCOMPARE(mapped->event.businessAt, parseInstant("2026-04-06T10:15:43Z"));
    }

    void financialStatusDecidesThePaymentRank_data()
    {
        QTest::addColumn<QByteArray>("status"); // JSON
        QTest::addColumn<QByteArray>("cancelledAt");
        QTest::addColumn<PaymentStatus>("rank");
        QTest::addColumn<bool>("unknown");
        for (const char *status : {"pending", "authorized", "partially_paid", "expired"})
            QTest::addRow("%s", status) << '"' + QByteArray(status) + '"' << QByteArray("null") << PaymentStatus::Pending << false;
        for (const char *status : {"paid", "partially_refunded"})
            QTest::addRow("%s", status) << '"' + QByteArray(status) + '"' << QByteArray("null") << PaymentStatus::Paid << false;
        for (const char *status : {"voided", "refunded", "cancelled"})
            QTest::addRow("%s", status) << '"' + QByteArray(status) + '"' << QByteArray("null") << PaymentStatus::Cancelled << false;
        QTest::addRow("cancelled_at beats paid") << QByteArray("\"paid\"") << QByteArray("\"2026-04-06T10:00:00Z\"") << PaymentStatus::Cancelled << false;
        QTest::addRow("unknown text") << QByteArray("\"bartered\"") << QByteArray("null") << PaymentStatus::Pending << true;
        QTest::addRow("null") << QByteArray("null") << QByteArray("null") << PaymentStatus::Pending << false;
    }

    void financialStatusDecidesThePaymentRank()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, cancelledAt);
        QFETCH(PaymentStatus, rank);
        QFETCH(bool, unknown);
        const auto mapped = mapOrder("{\"id\":1,\"financial_status\":" + status + ",\"cancelled_at\":" + cancelledAt + '}');
        QVERIFY(mapped);
        QCOMPARE(mapped->event.paymentRank, std::optional(rank));
        QCOMPARE(mapped->unknownFinancialStatus.has_value(), unknown);
    }

    void badInputIsRefusedWithAReason_data()
    {
        QTest::addColumn<QByteArray>("topic");
        QTest::addColumn<QByteArray>("body");
        const QByteArray topic = "orders/updated";
        QTest::addRow("no topic") << QByteArray() << QByteArray("{\"id\":1}");
        QTest::addRow("not JSON") << topic << QByteArray("id=1");
        QTest::addRow("array") << topic << QByteArray("[{\"id\":1}]");
        QTest::addRow("no id") << topic << QByteArray("{\"name\":\"#1\"}");
        QTest::addRow("text id") << topic << QByteArray("{\"id\":\"1\"}");
        QTest::addRow("fractional id") << topic << QByteArray("{\"id\":1.5}");
        QTest::addRow("id past 64 bits") << topic << QByteArray("{\"id\":99999999999999999999}");
        QTest::addRow("negative id") << topic << QByteArray("{\"id\":-1}");
        QTest::addRow("null id") << topic << QByteArray("{\"id\":null}");
    }

    void badInputIsRefusedWithAReason()
    {
        QFETCH(QByteArray, topic);
        QFETCH(QByteArray, body);
        const auto mapped = mapOrder(body, topic);
        QVERIFY(!mapped);
        QCOMPARE(mapped.error().code, ErrorCode::Invalid);
        QVERIFY(!mapped.error().message.isEmpty());
    }

    void aBodyWithOnlyAnIdIsAStub()
    {
        const auto mapped = mapOrder("{\"id\":820982911946154508}", "orders/create");
        QVERIFY(mapped);
        QVERIFY(!mapped->event.paymentRank);
        QVERIFY(payloadOf(*mapped).value(QLatin1StringView("stub")).toBool());
    }

    void unknownTopicsAreKeptUnderTheirOwnType()
    {
        const auto mapped = mapOrder("{\"id\":5,\"order_id\":7}", "orders/risk_assessment_changed");
        QVERIFY(mapped);
        QCOMPARE(mapped->event.type, QByteArray("orders/risk_assessment_changed"));
        QCOMPARE(mapped->event.refId, std::optional<QByteArray>("7"));
    }

    void theUnsignedTopicCannotMakeAnInternalEvent_data()
    {
        QTest::addColumn<QByteArray>("topic");
        for (const auto &row : EnumTable<EventType>::rows)
            QTest::addRow("%.*s", static_cast<int>(row.text.size()), row.text.data()) << QByteArray(row.text.data(), static_cast<qsizetype>(row.text.size()));
    }

    void theUnsignedTopicCannotMakeAnInternalEvent()
    {
        QFETCH(QByteArray, topic);
        const auto mapped = mapOrder("{\"id\":5,\"order_id\":7}", topic);
        QVERIFY(mapped);
        QVERIFY(!fromText<EventType>(mapped->event.type));
    }

    void textThatPostgresqlCannotHoldIsReplacedInThePayloadOnly()
    {
        const QByteArray body = R"({"id":1,"name":"a\u0000b","currency":"\ud800","note":"\u0000"})";
        const auto mapped = mapOrder(body);
        QVERIFY(mapped);
        QVERIFY(!mapped->event.payload.contains("\\u0000"));
        QCOMPARE(payloadOf(*mapped).value(QLatin1StringView("name")).toString(), QStringLiteral("a\uFFFDb"));
        QCOMPARE(mapped->event.bodyDigest, sha256(body));
    }
};

QTEST_APPLESS_MAIN(ShopifyMapperTest)
#include "shopify_mapper_test.moc"
