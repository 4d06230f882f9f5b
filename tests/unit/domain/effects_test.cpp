#include "service/domain/effects.h"
#include "tests/support/event_builder.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

Q_DECLARE_METATYPE(QList<oo::StoredEvent>)

namespace {

const OrderId kOrder(QUuid("00000000-0000-0000-0000-000000000001"));

QStringList keysOf(const QList<StoredEvent> &events, bool bookTestOrders = true)
{
    QStringList keys;
    for (const auto &effect : decideEffects(kOrder, "1", fold(events), {bookTestOrders, "DHL", "4.50"}))
        keys << QString::fromUtf8(effect.effectKey->left(effect.effectKey->indexOf(':'))) + QString::fromUtf8(effect.effectKey->mid(effect.effectKey->lastIndexOf(':')));
    return keys;
}

} // namespace

class EffectsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void effectsFollowFromTheState_data()
    {
        QTest::addColumn<QList<StoredEvent>>("events");
        QTest::addColumn<QStringList>("keys");
        using Events = QList<StoredEvent>;
        const QStringList book{QStringLiteral("book:1")}, cancel{QStringLiteral("cancel:1")}, none;
        QTest::addRow("paid and created") << Events{aCreate().payment("paid")} << book;
        QTest::addRow("not paid") << Events{aCreate().payment("authorized")} << none;
        QTest::addRow("placeholder") << Events{anUpdate().payment("paid")} << none;
        QTest::addRow("cancelled before booking") << Events{aCreate().payment("paid"), anUpdate().cancelledAt("2026-04-06T10:00:00Z")} << none;
        QTest::addRow("booked already") << Events{aCreate().payment("paid"), aBooking()} << none;
        QTest::addRow("cancelled after booking") << Events{aCreate().payment("paid"), aBooking(), anUpdate().payment("refunded")} << cancel;
        QTest::addRow("cancellation requested already")
            << Events{aCreate().payment("paid"), aBooking(), anUpdate().payment("refunded"), AnEvent(EventType::BookingCancelRequest)} << none;
        QTest::addRow("refused booking needs no cancellation")
            << Events{aCreate().payment("paid"), aBooking(), AnEvent(EventType::BookingRefused), anUpdate().payment("refunded")} << none;
        QTest::addRow("cancelled after delivery")
            << Events{aCreate().payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Delivered), anUpdate().payment("refunded"),
                      AnEvent(EventType::ShopNotification).notified(ShippingStatus::Delivered)}
            << none;
        QTest::addRow("shipped") << Events{aCreate().payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Shipped)}
                                 << QStringList{QStringLiteral("notify:shipped")};
        QTest::addRow("delivered at once: shipped is skipped")
            << Events{aCreate().payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Shipped).at(1), aCourierEvent(ShippingStatus::Delivered).at(2)}
            << QStringList{QStringLiteral("notify:delivered")};
        QTest::addRow("told already")
            << Events{aCreate().payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Shipped),
                      AnEvent(EventType::ShopNotification).notified(ShippingStatus::Shipped)}
            << none;
        QTest::addRow("adopted as shipped: nothing is told again")
            << Events{AnEvent(EventType::OrderAdopted).undated().shipping(ShippingStatus::Shipped), anUpdate().payment("paid")} << none;
    }

    void effectsFollowFromTheState()
    {
        QFETCH(QList<StoredEvent>, events);
        QFETCH(QStringList, keys);
        QCOMPARE(keysOf(events), keys);
    }

    void testOrdersAreBookedOnlyByPolicy()
    {
        const QList<StoredEvent> events{aCreate().payment("paid").testOrder()};
        QCOMPARE(keysOf(events, true).size(), 1);
        QCOMPARE(keysOf(events, false).size(), 0);
    }

    void theBookingHoldsWhatTheOrderTakes()
    {
        const auto effects = decideEffects(kOrder, "1", fold({aCreate().payment("paid")}), {true, "DHL", "4.50"});
        const auto stored = asStored(effects.first());
        QCOMPARE(stored.type, EventType::BookingCreateRequest);
        QCOMPARE(stored.facts.courier, std::optional<QByteArray>("DHL"));
        QCOMPARE(stored.facts.shippingFee, std::optional<QByteArray>("4.50"));
        QVERIFY(stored.facts.trackingNumber->startsWith("OO-"));
        QCOMPARE(effects.first().orderId, std::optional(kOrder));
    }
};

QTEST_APPLESS_MAIN(EffectsTest)
#include "effects_test.moc"
