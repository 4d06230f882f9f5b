#pragma once
// An order is the fold of its events (design §4): the same state whatever the order of arrival and however often each came.

#include "service/domain/event.h"

#include <QList>
#include <QSet>

namespace oo {

// The columns of `orders` that the fold decides.
struct OrderState
{
    PaymentStatus payment = PaymentStatus::Pending;
    ShippingStatus shipping = ShippingStatus::Pending;
    bool placeholder = true;
    std::optional<QByteArray> name;
    std::optional<QByteArray> shopDomain;
    std::optional<QByteArray> financialStatus;
    std::optional<QByteArray> fulfillmentStatus;
    std::optional<QByteArray> customer;
    std::optional<QByteArray> shippingAddress;
    std::optional<QByteArray> totalPrice;
    std::optional<QByteArray> currency;
    std::optional<Instant> cancelledAt;
    std::optional<Instant> businessUpdatedAt;
    std::optional<Instant> shippingUpdatedAt;
    std::optional<Instant> deliveryAt;
    std::optional<QByteArray> courier;
    std::optional<QByteArray> trackingNumber;
    std::optional<QByteArray> shippingFee;

    friend bool operator==(const OrderState &, const OrderState &) = default;
};

// A booking that was decided, by its generation.
struct BookingRecord
{
    qint64 generation = 1;
    bool confirmed = false;
    bool refused = false;
    bool cancelRequested = false;
};

struct EventOutcome
{
    EventId id;
    Outcome outcome = Outcome::Applied;
    QByteArray detail; // which fields it set, or why it changed nothing
};

struct Fold
{
    OrderState order;
    bool test = false;
    QList<BookingRecord> bookings; // ascending by generation
    QSet<int> notified;            // ShippingStatus values the shop was told, or is being told
    PaymentStatus adoptedPayment = PaymentStatus::Pending;
    ShippingStatus adoptedShipping = ShippingStatus::Pending;
    QList<EventOutcome> settled; // of the inbound events that were not settled before
};

// Events in any order; each id at most once. Effect events take part, but are never among `settled`.
Fold fold(QList<StoredEvent> events);

// The design's order: (business_at, triggered_at, payment_rank, body_digest), a missing value before any value.
bool foldsBefore(const StoredEvent &a, const StoredEvent &b);

} // namespace oo
