#include "service/domain/fold.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace oo {

namespace {

constexpr bool isInbound(EventType type)
{
    return type == EventType::OrderCreated || type == EventType::OrderUpdated
           || type == EventType::CourierStatusUpdated;
}

// Folds events that are already sorted; remembers which event each value came from.
class Folder
{
public:
    explicit Folder(const QList<StoredEvent> &events) : m_events(events), m_wrote(static_cast<size_t>(events.size())) {}

    Fold run()
    {
        for (const auto &event : m_events) {
            if (event.type == EventType::OrderAdopted)
                startFromAdopted(event.facts);
        }
        for (m_at = 0; m_at < m_events.size(); ++m_at)
            take(m_events[m_at]);
        takeBookings();
        settle();
        return std::move(m_fold);
    }

private:
    static constexpr qsizetype kNobody = -1;

    struct Writer
    {
        const char *field;
        qsizetype event = kNobody;
    };

    void startFromAdopted(const EventFacts &facts)
    {
        auto &order = m_fold.order;
        takeOrderFields(facts);
        order.placeholder = facts.placeholder.value_or(true);
        order.payment = m_fold.adoptedPayment = facts.paymentStatus.value_or(PaymentStatus::Pending);
        order.shipping = m_fold.adoptedShipping = facts.shippingStatus.value_or(ShippingStatus::Pending);
        order.businessUpdatedAt = facts.businessUpdatedAt;
        order.shippingUpdatedAt = facts.shippingUpdatedAt;
        order.deliveryAt = facts.deliveryAt;
        order.courier = facts.courier;
        order.trackingNumber = facts.trackingNumber;
        order.shippingFee = facts.shippingFee;
    }

    void take(const StoredEvent &event)
    {
        switch (event.type) {
        case EventType::OrderCreated:
        case EventType::OrderUpdated:
            takeOrderEvent(event);
            break;
        case EventType::CourierStatusUpdated:
            takeCourierEvent(event);
            break;
        case EventType::ShopNotification:
            if (event.facts.notifiedStatus)
                m_fold.notified.insert(static_cast<int>(*event.facts.notifiedStatus));
            break;
        case EventType::BookingCreateRequest:
            bookingOf(event);
            break;
        case EventType::BookingCancelRequest:
            bookingOf(event).cancelRequested = true;
            break;
        case EventType::BookingConfirmed:
            bookingOf(event).confirmed = true;
            break;
        case EventType::BookingRefused:
            bookingOf(event).refused = true;
            break;
        case EventType::OrderAdopted:
            break;
        }
    }

    template <class T>
    void set(std::optional<T> &field, const std::optional<T> &value, Writer &writer)
    {
        if (!value)
            return;
        field = value;
        writer.event = m_at;
    }

    void takeOrderFields(const EventFacts &facts)
    {
        auto &order = m_fold.order;
        set(order.name, facts.name, m_name);
        set(order.shopDomain, facts.shopDomain, m_shopDomain);
        set(order.financialStatus, facts.financialStatus, m_financialStatus);
        set(order.fulfillmentStatus, facts.fulfillmentStatus, m_fulfillmentStatus);
        set(order.customer, facts.customer, m_customer);
        set(order.shippingAddress, facts.shippingAddress, m_shippingAddress);
        set(order.totalPrice, facts.totalPrice, m_totalPrice);
        set(order.currency, facts.currency, m_currency);
        set(order.cancelledAt, facts.cancelledAt ? parseInstant(*facts.cancelledAt) : std::nullopt, m_cancelledAt);
        if (facts.test)
            m_fold.test = *facts.test;
    }

    void takeOrderEvent(const StoredEvent &event)
    {
        auto &order = m_fold.order;
        takeOrderFields(event.facts);
        if (event.paymentRank && *event.paymentRank > order.payment) {
            order.payment = *event.paymentRank;
            m_payment.event = m_at;
        }
        if (event.type == EventType::OrderCreated && !event.facts.stub && order.placeholder) {
            order.placeholder = false;
            m_placeholder.event = m_at;
        }
        if (event.businessAt && (!order.businessUpdatedAt || *event.businessAt > *order.businessUpdatedAt)) {
            order.businessUpdatedAt = event.businessAt;
            m_businessUpdatedAt.event = m_at;
        }
    }

    void takeCourierEvent(const StoredEvent &event)
    {
        auto &order = m_fold.order;
        const auto status = event.facts.shippingStatus.value_or(ShippingStatus::Pending);
        if (status <= ShippingStatus::Fulfilling || status <= order.shipping)
            return;
        order.shipping = status;
        m_wrote[static_cast<size_t>(m_at)] = true;
        if (event.businessAt && (!order.shippingUpdatedAt || *event.businessAt > *order.shippingUpdatedAt))
            order.shippingUpdatedAt = event.businessAt;
        if (status == ShippingStatus::Delivered)
            order.deliveryAt = event.businessAt;
    }

    BookingRecord &bookingOf(const StoredEvent &event)
    {
        const qint64 generation = event.facts.generation.value_or(1);
        auto &all = m_fold.bookings;
        const auto place = std::count_if(all.cbegin(), all.cend(), [&](const auto &b) { return b.generation < generation; });
        if (place == all.size() || all[place].generation != generation)
            all.insert(place, BookingRecord{generation});
        return all[place];
    }

    // By type, never by date: what the courier confirmed beats what we asked for beats what was adopted.
    void takeBookings()
    {
        if (m_fold.bookings.isEmpty())
            return;
        auto &order = m_fold.order;
        order.shipping = std::max(order.shipping, ShippingStatus::Fulfilling);
        for (const auto type : {EventType::BookingCreateRequest, EventType::BookingConfirmed}) {
            for (const auto &booking : std::as_const(m_fold.bookings)) {
                for (const auto &event : m_events) {
                    if (event.type == type && event.facts.generation.value_or(1) == booking.generation)
                        takeShipment(event.facts);
                }
            }
        }
    }

    void takeShipment(const EventFacts &facts)
    {
        auto &order = m_fold.order;
        if (facts.courier)
            order.courier = facts.courier;
        if (facts.trackingNumber)
            order.trackingNumber = facts.trackingNumber;
        if (facts.shippingFee)
            order.shippingFee = facts.shippingFee;
    }

    void settle()
    {
        const auto settledShipping = shippingBeforeThisRun();
        for (qsizetype i = 0; i < m_events.size(); ++i) {
            const auto &event = m_events[i];
            if (event.settled || !isInbound(event.type))
                continue;
            m_fold.settled.append(event.type == EventType::CourierStatusUpdated
                                      ? courierOutcome(event, m_wrote[static_cast<size_t>(i)], settledShipping)
                                      : orderOutcome(event, i));
        }
    }

    ShippingStatus shippingBeforeThisRun() const
    {
        auto status = m_fold.adoptedShipping;
        for (const auto &event : m_events) {
            if (event.settled && event.type == EventType::CourierStatusUpdated)
                status = std::max(status, event.facts.shippingStatus.value_or(ShippingStatus::Pending));
        }
        return status;
    }

    static EventOutcome courierOutcome(const StoredEvent &event, bool raised, ShippingStatus before)
    {
        const auto status = event.facts.shippingStatus.value_or(ShippingStatus::Pending);
        if (raised && status > before)
            return {event.id, Outcome::Applied, QByteArray("shippingStatus")};
        if (status <= ShippingStatus::Fulfilling)
            return {event.id, Outcome::Superseded, QByteArray("booking decides this status, not the courier")};
        return {event.id, Outcome::Superseded, QByteArray("the shipment was already that far")};
    }

    EventOutcome orderOutcome(const StoredEvent &event, qsizetype index) const
    {
        QByteArray fields;
        for (const Writer *writer : {&m_placeholder, &m_payment, &m_financialStatus, &m_fulfillmentStatus, &m_cancelledAt,
                                     &m_name, &m_customer, &m_shippingAddress, &m_totalPrice, &m_currency,
                                     &m_businessUpdatedAt, &m_shopDomain}) {
            if (writer->event != index)
                continue;
            if (!fields.isEmpty())
                fields += ',';
            fields += writer->field;
        }
        if (!fields.isEmpty())
            return {event.id, Outcome::Applied, fields};
        if (event.facts.stub)
            return {event.id, Outcome::Superseded, QByteArray("a stub: it holds nothing but an id")};
        return {event.id, Outcome::Superseded, QByteArray("newer events overrule everything it says")};
    }

    const QList<StoredEvent> &m_events;
    std::vector<bool> m_wrote;
    qsizetype m_at = kNobody;
    Fold m_fold;
    Writer m_placeholder{"placeholder"}, m_payment{"paymentStatus"}, m_financialStatus{"financialStatus"},
        m_fulfillmentStatus{"fulfillmentStatus"}, m_cancelledAt{"cancelledAt"}, m_name{"name"}, m_customer{"customer"},
        m_shippingAddress{"shippingAddress"}, m_totalPrice{"totalPrice"}, m_currency{"currency"},
        m_businessUpdatedAt{"businessUpdatedAt"}, m_shopDomain{"shopDomain"};
};

} // namespace

bool foldsBefore(const StoredEvent &a, const StoredEvent &b)
{
    return std::tie(a.businessAt, a.triggeredAt, a.paymentRank, a.bodyDigest)
           < std::tie(b.businessAt, b.triggeredAt, b.paymentRank, b.bodyDigest);
}

Fold fold(QList<StoredEvent> events)
{
    std::sort(events.begin(), events.end(), foldsBefore);
    return Folder(events).run();
}

} // namespace oo
