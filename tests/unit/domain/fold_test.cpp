#include "service/domain/fold.h"
#include "tests/support/event_builder.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace oo;
using namespace oo::test;

Q_DECLARE_METATYPE(QList<oo::StoredEvent>)

namespace {

// Sets of events small enough to try every order of arrival.
struct SmallSet
{
    const char *name;
    QList<StoredEvent> events;
};

QList<SmallSet> smallSets()
{
    return {
        {"create, paid, cancelled in one second",
         {aCreate().at(10).payment("pending").total("1.00"), anUpdate().at(10).payment("paid").total("2.00"),
          anUpdate().at(10).cancelledAt("2026-04-06T10:00:00Z").total("3.00")}},
        {"updates without dates", {anUpdate().undated().payment("paid"), anUpdate().undated().total("5.00"), aCreate().at(1).total("4.00")}},
        {"ties down to the digest",
         {anUpdate().at(5).triggered(1).total("1.00").digest("a"), anUpdate().at(5).triggered(1).total("2.00").digest("b"), aCreate().at(5)}},
        {"courier out of order",
         {aCreate().at(1).payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Delivered).at(30),
          aCourierEvent(ShippingStatus::Shipped).at(20), aCourierEvent(ShippingStatus::Fulfilling).at(25)}},
        {"confirmation, request and refusal",
         {aCreate().payment("paid"), aBooking(), AnEvent(EventType::BookingConfirmed).shipment("UPS", "T-2", "7.50"),
          AnEvent(EventType::BookingRefused)}},
        {"adopted, then news",
         {AnEvent(EventType::OrderAdopted).undated().shipping(ShippingStatus::Shipped).shipment("DHL", "OLD"), anUpdate().at(9).payment("paid"),
          aCourierEvent(ShippingStatus::Delivered).at(40), aCreate().at(3)}},
        {"stubs and sparse updates",
         {aCreate().stub(), anUpdate().at(4).customer("{\"id\":1}"), anUpdate().at(6).total("9.99"), aCreate().stub(), aCreate().at(2).name("#1")}},
    };
}

QList<StoredEvent> inOrder(const QList<StoredEvent> &events, const QList<int> &order)
{
    QList<StoredEvent> arranged;
    for (const int place : order)
        arranged.append(events[place]);
    return arranged;
}

} // namespace

class FoldTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOrderOfArrivalFoldsToTheSameState_data()
    {
        QTest::addColumn<QList<StoredEvent>>("events");
        for (const auto &set : smallSets())
            QTest::addRow("%s", set.name) << set.events;
    }

    void everyOrderOfArrivalFoldsToTheSameState()
    {
        QFETCH(QList<StoredEvent>, events);
        QList<int> order(events.size());
        std::iota(order.begin(), order.end(), 0);
        const auto reference = fold(events);
        do {
            const auto folded = fold(inOrder(events, order));
            QVERIFY(folded.order == reference.order);
            QCOMPARE(folded.bookings.size(), reference.bookings.size());
        } while (std::next_permutation(order.begin(), order.end()));
    }

    void repeatsChangeNothing_data() { everyOrderOfArrivalFoldsToTheSameState_data(); }

    void repeatsChangeNothing() // the same body under another delivery id is an event of its own
    {
        QFETCH(QList<StoredEvent>, events);
        const auto reference = fold(events);
        for (const auto &event : std::as_const(events)) {
            auto twice = events;
            twice.prepend(event);
            QVERIFY(fold(twice).order == reference.order);
        }
    }

    void paymentOnlyRises()
    {
        const auto order = fold({aCreate().at(1).payment("paid"), anUpdate().at(9).payment("pending")}).order;
        QCOMPARE(order.payment, PaymentStatus::Paid);
        QCOMPARE(order.financialStatus, std::optional<QByteArray>("pending"));
        QCOMPARE(fold({anUpdate().at(1).cancelledAt("2026-04-06T10:00:00Z"), aCreate().at(9).payment("paid")}).order.payment, PaymentStatus::Cancelled);
    }

    void laterPartialUpdatesBlankNothing()
    {
        const auto order = fold({aCreate().at(1).customer("{\"id\":1}").total("1.00"), anUpdate().at(5).total("2.00")}).order;
        QCOMPARE(order.customer, std::optional<QByteArray>("{\"id\":1}"));
        QCOMPARE(order.totalPrice, std::optional<QByteArray>("2.00"));
    }

    void aLateCreateFillsThePlaceholder()
    {
        const QList<StoredEvent> before{anUpdate().at(5).total("2.00").payment("paid")};
        QVERIFY(fold(before).order.placeholder);
        auto after = before;
        after.append(aCreate().at(1).name("#1").total("1.00"));
        const auto order = fold(after).order;
        QVERIFY(!order.placeholder);
        QCOMPARE(order.totalPrice, std::optional<QByteArray>("2.00"));
        QCOMPARE(order.name, std::optional<QByteArray>("#1"));
    }

    void aStubDoesNotClearThePlaceholder()
    {
        QVERIFY(fold({aCreate().stub()}).order.placeholder);
    }

    void missingDatesComeBeforeAnyDate()
    {
        QCOMPARE(fold({anUpdate().undated().total("new"), aCreate().at(0).total("old")}).order.totalPrice, std::optional<QByteArray>("old"));
    }

    void shippingOnlyRisesAndKeepsTheDateOfDelivery()
    {
        const auto order = fold({aCreate().payment("paid"), aBooking(), aCourierEvent(ShippingStatus::Delivered).at(30),
                                 aCourierEvent(ShippingStatus::Shipped).at(40)}).order;
        QCOMPARE(order.shipping, ShippingStatus::Delivered);
        QCOMPARE(order.deliveryAt, std::optional(Instant{30000000}));
        QCOMPARE(order.shippingUpdatedAt, std::optional(Instant{30000000}));
    }

    void courierCannotBook_data()
    {
        QTest::addColumn<ShippingStatus>("status");
        QTest::addRow("pending") << ShippingStatus::Pending;
        QTest::addRow("fulfilling") << ShippingStatus::Fulfilling;
    }

    void courierCannotBook()
    {
        QFETCH(ShippingStatus, status);
        const auto folded = fold({aCreate(), aCourierEvent(status).at(5)});
        QCOMPARE(folded.order.shipping, ShippingStatus::Pending);
        QCOMPARE(folded.settled.last().outcome, Outcome::Superseded);
    }

    void confirmationBeatsRequestBeatsAdoption()
    {
        const StoredEvent adopted = AnEvent(EventType::OrderAdopted).undated().shipment("OLD", "O-1", "1.00");
        QCOMPARE(fold({adopted}).order.courier, std::optional<QByteArray>("OLD"));
        QCOMPARE(fold({aBooking(), adopted}).order.courier, std::optional<QByteArray>("DHL"));
        QCOMPARE(fold({AnEvent(EventType::BookingConfirmed).shipment("UPS", "T-2"), aBooking(), adopted}).order.courier,
                 std::optional<QByteArray>("UPS"));
    }

    void outcomesSayWhatEachEventDid()
    {
        const StoredEvent create = aCreate().at(1).total("1.00").payment("pending");
        const StoredEvent overruled = anUpdate().at(2).total("2.00").payment("pending");
        const StoredEvent latest = anUpdate().at(3).total("3.00").payment("paid");
        const StoredEvent known = StoredEvent(anUpdate().at(2).settled());
        const auto folded = fold({latest, overruled, create, known});
        QHash<EventId, EventOutcome> outcomes;
        for (const auto &outcome : folded.settled)
            outcomes.insert(outcome.id, outcome);
        QCOMPARE(outcomes.size(), 3);
        QCOMPARE(outcomes.value(create.id).detail, QByteArray("placeholder"));
        QCOMPARE(outcomes.value(overruled.id).outcome, Outcome::Superseded);
        QCOMPARE(outcomes.value(latest.id).outcome, Outcome::Applied);
        QVERIFY(outcomes.value(latest.id).detail.contains("paymentStatus"));
    }

    void aCourierEventBehindTheShipmentIsSuperseded()
    {
        const StoredEvent late = aCourierEvent(ShippingStatus::Shipped).at(10);
        const auto folded = fold({aCreate().payment("paid"), aBooking(), StoredEvent(aCourierEvent(ShippingStatus::Delivered).at(30).settled()), late});
        QCOMPARE(folded.settled.last().id, late.id);
        QCOMPARE(folded.settled.last().outcome, Outcome::Superseded);
    }
};

QTEST_APPLESS_MAIN(FoldTest)
#include "fold_test.moc"
