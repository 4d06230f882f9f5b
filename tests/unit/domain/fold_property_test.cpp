// Random large sets of events: the fold of a set is one state; the effects, decided in any order of arrival, keep their promises.

#include "service/domain/effects.h"
#include "tests/support/event_builder.h"

#include <QTest>

#include <rapidcheck.h>

#include <algorithm>

using namespace oo;
using namespace oo::test;

namespace {

StoredEvent randomEvent(bool mayCancel)
{
    static constexpr const char *kStatuses[] = {"pending", "paid", "authorized", "partially_refunded", "bartered"};
    const int kind = *rc::gen::inRange(0, 10);
    const qint64 at = *rc::gen::inRange(0, 6);
    if (kind == 0)
        return aCreate().at(at).payment(kStatuses[*rc::gen::inRange(0, 5)]).total("1.00");
    if (kind == 1 && mayCancel)
        return anUpdate().at(at).cancelledAt("2026-04-06T10:00:00Z");
    if (kind == 2)
        return aCourierEvent(static_cast<ShippingStatus>(*rc::gen::inRange(0, 4))).at(at);
    if (kind == 3)
        return aCreate().stub();
    return anUpdate().at(at).triggered(*rc::gen::inRange(0, 3)).payment(kStatuses[*rc::gen::inRange(0, 5)])
        .total(*rc::gen::element("1.00", "2.00", "3.00"));
}

QList<StoredEvent> randomEvents(int most)
{
    const int count = *rc::gen::inRange(1, most);
    QList<StoredEvent> events;
    for (int i = 0; i < count; ++i)
        events.append(randomEvent(true));
    return events;
}

template <class T>
void shuffle(QList<T> &list)
{
    for (qsizetype i = list.size() - 1; i > 0; --i)
        list.swapItemsAt(i, *rc::gen::inRange<qsizetype>(0, i + 1));
}

const OrderId kOrder(QUuid("00000000-0000-0000-0000-000000000001"));
const EffectPolicy kPolicy{true, "DHL", "0.00"};

// Lets events arrive one by one, in batches of any size, deciding effects after each as the workers do.
struct Arrival
{
    QList<StoredEvent> stored;
    QList<NewEvent> effects;
    bool bookedAfterCancellation = false;

    void add(const QList<StoredEvent> &batch)
    {
        stored += batch;
        const auto folded = fold(stored);
        for (const auto &effect : decideEffects(kOrder, "1", folded, kPolicy)) {
            if (fromText<EventType>(effect.type) == EventType::BookingCreateRequest && folded.order.payment == PaymentStatus::Cancelled)
                bookedAfterCancellation = true;
            effects.append(effect);
            stored.append(asStored(effect));
        }
    }

    qsizetype count(EventType type) const
    {
        return std::count_if(effects.cbegin(), effects.cend(), [type](const NewEvent &e) { return fromText<EventType>(e.type) == type; });
    }
};

} // namespace

class FoldPropertyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFoldOfASetIsOneState()
    {
        QVERIFY(rc::check("any arrangement of any set folds to one state", [] {
            auto events = randomEvents(60);
            const auto reference = fold(events).order;
            shuffle(events);
            RC_ASSERT(fold(events).order == reference);
        }));
    }

    void effectsKeepTheirPromisesInAnyOrderOfArrival()
    {
        QVERIFY(rc::check("never two bookings, none after a cancellation, each cancelled booking cancelled", [] {
            auto events = randomEvents(30);
            shuffle(events);
            Arrival arrival;
            while (!events.isEmpty()) {
                const auto size = *rc::gen::inRange<qsizetype>(1, events.size() + 1);
                arrival.add(events.first(size));
                events.remove(0, size);
            }
            arrival.add({}); // what was decided last may call for more
            RC_ASSERT(arrival.count(EventType::BookingCreateRequest) <= 1);
            RC_ASSERT(arrival.count(EventType::BookingCancelRequest) <= arrival.count(EventType::BookingCreateRequest));
            RC_ASSERT(!arrival.bookedAfterCancellation);
            const auto order = fold(arrival.stored).order;
            if (order.payment == PaymentStatus::Cancelled && order.shipping != ShippingStatus::Delivered)
                RC_ASSERT(arrival.count(EventType::BookingCancelRequest) == arrival.count(EventType::BookingCreateRequest));
            if (order.payment == PaymentStatus::Paid && !order.placeholder && order.shipping >= ShippingStatus::Fulfilling)
                RC_ASSERT(arrival.count(EventType::ShopNotification) <= 2);
            QSet<QByteArray> keys;
            for (const auto &effect : arrival.effects) {
                RC_ASSERT(!keys.contains(*effect.effectKey));
                keys.insert(*effect.effectKey);
            }
        }));
    }
};

QTEST_APPLESS_MAIN(FoldPropertyTest)
#include "fold_property_test.moc"
