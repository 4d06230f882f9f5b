#include "service/domain/effects.h"
#include "tests/support/event_builder.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

Q_DECLARE_METATYPE(QList<oo::StoredEvent>)
Q_DECLARE_METATYPE(std::optional<oo::BookAgainRefusal>)

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
        QTest::addRow("booked again: the last booking is cancelled, not the refused one")
            << Events{aCreate().payment("paid"), aBooking(), AnEvent(EventType::BookingRefused), aBooking().generation(2), anUpdate().payment("refunded")}
            << QStringList{QStringLiteral("cancel:2")};
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

    void onlyARecordedRefusalOpensTheNextGeneration_data()
    {
        QTest::addColumn<QList<StoredEvent>>("events");
        QTest::addColumn<std::optional<BookAgainRefusal>>("refusal");
        using Why = BookAgainRefusal;
        const QList<StoredEvent> refused{aCreate().payment("paid"), aBooking(), AnEvent(EventType::BookingRefused)};
        const auto row = [](const char *name, const QList<StoredEvent> &events, std::optional<Why> refusal) { QTest::addRow("%s", name) << events << refusal; };
        row("refused", refused, {});
        row("refused, and its address mended since", refused + QList<StoredEvent>{anUpdate().payment("paid")}, {});
        row("refused twice", refused + QList<StoredEvent>{aBooking().generation(2), AnEvent(EventType::BookingRefused).generation(2)}, {});
        row("only updates came", {anUpdate().payment("paid"), aBooking(), AnEvent(EventType::BookingRefused)}, Why::WaitsForCreate);
        row("cancelled", refused + QList<StoredEvent>{anUpdate().cancelledAt("2026-04-06T10:00:00Z")}, Why::Cancelled);
        row("not paid", {aCreate().payment("authorized"), aBooking(), AnEvent(EventType::BookingRefused)}, Why::NotPaid);
        row("a test order", refused + QList<StoredEvent>{anUpdate().testOrder()}, Why::TestOrder);
        row("never booked", {aCreate().payment("paid")}, Why::NeverBooked);
        row("shipped", refused + QList<StoredEvent>{aCourierEvent(ShippingStatus::Shipped)}, Why::Shipped);
        row("delivered", refused + QList<StoredEvent>{aCourierEvent(ShippingStatus::Delivered)}, Why::Shipped);
        row("its cancellation is decided", refused + QList<StoredEvent>{AnEvent(EventType::BookingCancelRequest)}, Why::CancelRequested);
        row("waits for its answer, or unknown", {aCreate().payment("paid"), aBooking()}, Why::NotRefused);
        row("confirmed", {aCreate().payment("paid"), aBooking(), AnEvent(EventType::BookingConfirmed)}, Why::NotRefused);
        row("booked twice by an older program, refused and confirmed", refused + QList<StoredEvent>{AnEvent(EventType::BookingConfirmed)}, Why::NotRefused);
        row("booked again already", refused + QList<StoredEvent>{aBooking().generation(2)}, Why::NotRefused);
    }
    void onlyARecordedRefusalOpensTheNextGeneration()
    {
        QFETCH(QList<StoredEvent>, events);
        QFETCH(std::optional<BookAgainRefusal>, refusal);
        const auto folded = fold(events);
        const auto decided = decideBookAgain(kOrder, "1", folded, {false, "DHL", "4.50"});
        QCOMPARE(decided ? std::nullopt : std::optional(decided.error()), refusal);
        if (decided) {
            const auto generation = folded.bookings.last().generation + 1;
            QCOMPARE(asStored(*decided).facts.generation, std::optional(generation));
            QCOMPARE(*decided->effectKey, "book:" + toText(kOrder) + ':' + QByteArray::number(generation));
        }
    }
};

QTEST_APPLESS_MAIN(EffectsTest)
#include "effects_test.moc"
