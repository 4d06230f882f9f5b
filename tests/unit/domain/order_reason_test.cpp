#include "service/domain/order_reason.h"

#include <QTest>

#include <algorithm>

using namespace oo;

namespace {

OrderSituation paid()
{
    OrderSituation order;
    order.payment = PaymentStatus::Paid;
    return order;
}

EffectProgress effect(std::optional<CallState> call, bool settled = false)
{
    EffectProgress progress;
    progress.event = EventId(7);
    progress.call = call;
    progress.settled = settled;
    progress.attempt = 2;
    return progress;
}

OrderSituation booked(const EffectProgress &booking)
{
    auto order = paid();
    order.shipping = ShippingStatus::Fulfilling;
    order.booking = booking;
    return order;
}

EffectProgress parked(EffectProgress progress, ParkReason reason)
{
    progress.parked = reason;
    return progress;
}

OrderSituation cancelled(OrderSituation order, std::optional<EffectProgress> cancellation = {})
{
    order.payment = PaymentStatus::Cancelled;
    order.cancellation = cancellation;
    return order;
}

struct Row
{
    const char *name;
    OrderSituation order;
    OrderReason reason;
};

QList<Row> rows()
{
    QList<Row> all;
    const auto with = [&](const char *name, OrderSituation order, OrderReason reason) { all.append({name, std::move(order), reason}); };
    auto order = paid();
    order.shipping = ShippingStatus::Delivered;
    with("delivered", order, OrderReason::Delivered);
    with("delivered, then cancelled", cancelled(order), OrderReason::Delivered);
    order = paid();
    order.parkedEvent = {EventId(3), ParkReason::Poison};
    with("an event is parked", order, OrderReason::EventParked);
    order = paid();
    order.openEvents = 2;
    with("events wait", order, OrderReason::EventsWaiting);
    with("cancelled, never booked", cancelled(paid()), OrderReason::CancelledUnbooked);
    with("cancelled, the courier had refused", cancelled(booked(effect(CallState::Refused))), OrderReason::CancelledUnbooked);
    auto superseded = effect({}, true);
    superseded.outcome = Outcome::Superseded;
    with("cancelled before anybody was called", cancelled(booked(superseded)), OrderReason::CancelledUnbooked);
    with("cancelled, the booking is unknown", cancelled(booked(effect(CallState::Unknown))), OrderReason::CancellationWaits);
    with("cancelled, the courier is still to be told", cancelled(booked(effect(CallState::Accepted, true)), effect({})), OrderReason::CancellationWaits);
    with("telling the courier is parked", cancelled(booked(effect(CallState::Accepted, true)), parked(effect({}), ParkReason::AttemptsExhausted)), OrderReason::CancellationParked);
    with("cancelled and told", cancelled(booked(effect(CallState::Accepted, true)), effect(CallState::Accepted, true)), OrderReason::CancelledAfterBooking);
    order = paid();
    order.shipping = ShippingStatus::Fulfilling;
    with("cancelled, booked before we took over", cancelled(order), OrderReason::BookedElsewhere);
    with("booked before we took over", order, OrderReason::BookedElsewhere);
    order.shipping = ShippingStatus::Shipped;
    with("shipped", order, OrderReason::Shipped);
    with("decided, nobody called", booked(effect({})), OrderReason::BookingWaits);
    auto leased = effect(CallState::Intent);
    leased.leased = true;
    with("being asked", booked(leased), OrderReason::BookingInFlight);
    with("an expired intent", booked(effect(CallState::Intent)), OrderReason::BookingUnknown);
    with("unknown", booked(effect(CallState::Unknown)), OrderReason::BookingUnknown);
    with("refused", booked(parked(effect(CallState::Refused), ParkReason::Refused)), OrderReason::BookingRefused);
    with("parked after its attempts", booked(parked(effect(CallState::Unknown), ParkReason::AttemptsExhausted)), OrderReason::BookingParked);
    with("accepted", booked(effect(CallState::Accepted, true)), OrderReason::Booked);
    with("processed by a Node worker", booked(effect({}, true)), OrderReason::BookedElsewhere);
    order = paid();
    order.placeholder = true;
    with("only updates", order, OrderReason::WaitsForCreate);
    with("not paid", OrderSituation{}, OrderReason::PaymentPending);
    order = paid();
    order.test = true;
    order.bookTestOrders = false;
    with("a test order", order, OrderReason::TestOrder);
    order.bookTestOrders = true;
    with("a test order where they are booked", order, OrderReason::ReadyToBook);
    with("bookable", paid(), OrderReason::ReadyToBook);
    return all;
}

} // namespace

Q_DECLARE_METATYPE(oo::OrderSituation)
Q_DECLARE_METATYPE(oo::OrderReason)

class OrderReasonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOrderHasItsReason_data()
    {
        QTest::addColumn<OrderSituation>("order");
        QTest::addColumn<OrderReason>("reason");
        for (const auto &row : rows())
            QTest::addRow("%s", row.name) << row.order << row.reason;
    }
    void everyOrderHasItsReason()
    {
        QFETCH(OrderSituation, order);
        QFETCH(OrderReason, reason);
        QCOMPARE(bytesOf(explain(order).reason), bytesOf(reason));
    }

    void everyReasonHasARow()
    {
        const auto all = rows();
        for (const auto &known : EnumTable<OrderReason>::rows)
            QVERIFY2(std::any_of(all.begin(), all.end(), [&](const Row &row) { return row.reason == known.value; }), bytesOf(known.value).constData());
    }

    void parametersNameTheEventAndTheAnswer()
    {
        auto booking = parked(effect(CallState::Refused), ParkReason::Refused);
        booking.answer = "422 no such street";
        const auto explanation = explain(booked(booking));
        QCOMPARE(explanation.parameters, (QList<std::pair<QByteArray, QByteArray>>{{"event", "7"}, {"answer", "422 no such street"}}));
    }
};

QTEST_GUILESS_MAIN(OrderReasonTest)
#include "order_reason_test.moc"
