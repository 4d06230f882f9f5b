// The oracle and the service's fold were written apart: here they must agree, and the oracle must notice what is wrong.

#include "service/chaos/oracle.h"

#include "service/domain/courier_mapper.h"
#include "service/domain/effects.h"
#include "service/domain/shopify_mapper.h"

#include <QJsonDocument>
#include <QTest>

using namespace oo;

namespace {

StoredEvent storedFrom(const NewEvent &event, qint64 id)
{
    auto stored = asStored(event);
    stored.id = EventId(id);
    return stored;
}

QList<StoredEvent> eventsOf(const chaos::Traffic &traffic, int order)
{
    QList<StoredEvent> events;
    for (const auto &webhook : traffic.webhooks) {
        if (webhook.order != order)
            continue;
        const qint64 id = events.size() + 1;
        if (webhook.kind == chaos::Webhook::Kind::Courier)
            events.append(storedFrom(*mapCourierWebhook(webhook.deliveryId, webhook.body), id));
        else
            events.append(storedFrom(mapShopifyWebhook({webhook.topic, traffic.shopDomain, webhook.deliveryId, webhook.triggeredAt}, webhook.body)->event, id));
    }
    return events;
}

QList<const chaos::Webhook *> webhooksOf(const chaos::Traffic &traffic, int order)
{
    QList<const chaos::Webhook *> webhooks;
    for (const auto &webhook : traffic.webhooks) {
        if (webhook.order == order)
            webhooks.append(&webhook);
    }
    return webhooks;
}

QByteArray text(const QJsonObject &row, const char *column)
{
    return row.value(QLatin1StringView(column)).toString().toUtf8();
}

} // namespace

class OracleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameSeedMakesTheSameTraffic()
    {
        const auto a = chaos::makeTraffic({5, 20, 42, 0.1}), b = chaos::makeTraffic({5, 20, 42, 0.1}), c = chaos::makeTraffic({5, 20, 43, 0.1});
        QCOMPARE(a.sendOrder, b.sendOrder);
        for (qsizetype i = 0; i < a.webhooks.size(); ++i)
            QCOMPARE(a.webhooks[i].body, b.webhooks[i].body);
        QVERIFY(a.webhooks.first().body != c.webhooks.first().body);
    }

    void itAgreesWithTheFold()
    {
        const auto traffic = chaos::makeTraffic({300, 25, 7, 0});
        int bookable = 0;
        for (int order = 0; order < traffic.orders.size(); ++order) {
            const auto expectation = chaos::expect(traffic, order, webhooksOf(traffic, order));
            auto events = eventsOf(traffic, order);
            // The service is judged as if the order had been booked wherever the oracle says that it must be.
            if (expectation.booking == chaos::Booking::Once) {
                ++bookable;
                QVERIFY(isBookable(fold([&] {
                    QList<StoredEvent> shopify;
                    for (const auto &event : std::as_const(events)) {
                        if (event.type != EventType::CourierStatusUpdated)
                            shopify.append(event);
                    }
                    return shopify;
                }()), {true, "C", "0.00"}));
                const OrderId id(QUuid::createUuid());
                events.append(asStored(bookingAnswerEvent(id, "1", EventId(1), 1, {traffic.courier, traffic.orders[order].trackingNumber, {}, {}})));
                const auto state = fold(events).order;
                QCOMPARE(QByteArray(bytesOf(state.shipping)), text(expectation.rowIfBooked, "shipping_status"));
                const auto deliveredAt = expectation.rowIfBooked.value(QLatin1StringView("delivery_at"));
                QCOMPARE(state.deliveryAt ? state.deliveryAt->us : 0, deliveredAt.toInteger());
            }
            const auto state = fold(events).order;
            QCOMPARE(QByteArray(bytesOf(state.payment)), text(expectation.row, "payment_status"));
            QCOMPARE(state.placeholder, expectation.row.value(QLatin1StringView("placeholder")).toBool());
            QCOMPARE(state.totalPrice.value_or(QByteArray()), text(expectation.row, "total_price"));
            QCOMPARE(state.financialStatus.value_or(QByteArray()), text(expectation.row, "financial_status"));
            QCOMPARE(state.businessUpdatedAt->us, expectation.row.value(QLatin1StringView("business_updated_at")).toInteger());
            QCOMPARE(state.cancelledAt ? state.cancelledAt->us : 0, expectation.row.value(QLatin1StringView("cancelled_at")).toInteger());
            QCOMPARE(QJsonDocument::fromJson(state.customer.value_or("{}")).object(), expectation.row.value(QLatin1StringView("customer")).toObject());
        }
        QVERIFY(bookable > 100);
    }

    void itNoticesALostEvent()
    {
        const auto traffic = chaos::makeTraffic({1, 50, 3, 0});
        auto webhooks = webhooksOf(traffic, 0);
        const auto whole = chaos::expect(traffic, 0, webhooks);
        int noticed = 0;
        for (qsizetype i = 0; i < webhooks.size(); ++i) {
            auto fewer = webhooks;
            fewer.remove(i);
            noticed += chaos::expect(traffic, 0, fewer).row != whole.row;
        }
        QVERIFY(noticed > 0); // those that the state depends on; the others are found by their delivery ids
    }
};

QTEST_APPLESS_MAIN(OracleTest)
#include "oracle_test.moc"
