#pragma once
// Events as they are stored (design §5) and as the fold reads them (design §4).

#include "service/domain/personal_data.h"
#include "shared/core/instant.h"
#include "shared/model/event_types.h"
#include "shared/model/ids.h"
#include "shared/model/statuses.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace oo {

// An event on its way into the store. Texts are UTF-8.
struct NewEvent
{
    QByteArray source;
    QByteArray type;
    std::optional<QByteArray> refId; // the order's id at its source, or a courier's tracking number
    std::optional<OrderId> orderId;
    QByteArray payload; // a JSON object
    std::optional<QByteArray> deliveryId;
    std::optional<Instant> businessAt;
    std::optional<Instant> triggeredAt;
    std::optional<PaymentStatus> paymentRank;
    QByteArray bodyDigest; // SHA-256 of the body as received, of the payload for our own events
    std::optional<QByteArray> effectKey;
    Subjects subjects; // whom a webhook speaks of
};

// What a payload says, whatever its type; absent means that it says nothing about it.
struct EventFacts
{
    std::optional<QByteArray> name;
    std::optional<QByteArray> shopDomain;
    std::optional<QByteArray> customer;        // JSON object
    std::optional<QByteArray> shippingAddress; // JSON object
    std::optional<QByteArray> totalPrice;
    std::optional<QByteArray> currency;
    std::optional<QByteArray> financialStatus;
    std::optional<QByteArray> fulfillmentStatus;
    std::optional<QByteArray> cancelledAt; // ISO 8601 as sent
    std::optional<bool> test;
    bool stub = false; // a body that held only an id

    std::optional<PaymentStatus> paymentStatus;   // adopted rows
    std::optional<ShippingStatus> shippingStatus; // courier events, adopted rows
    std::optional<QByteArray> courier;
    std::optional<QByteArray> trackingNumber;
    std::optional<QByteArray> shippingFee;
    std::optional<bool> placeholder;           // adopted rows
    std::optional<Instant> deliveryAt;         // adopted rows
    std::optional<Instant> shippingUpdatedAt;  // adopted rows
    std::optional<Instant> businessUpdatedAt;  // adopted rows
    std::optional<qint64> generation;          // bookings, cancellations
    std::optional<ShippingStatus> notifiedStatus;
    std::optional<QByteArray> reason; // refusals
};

// Reads a payload of `type`. Not an object: nullopt.
std::optional<EventFacts> readFacts(EventType type, QByteArrayView payload);

// An event that takes part in the fold.
struct StoredEvent
{
    EventId id;
    EventType type = EventType::OrderUpdated;
    std::optional<Instant> businessAt;
    std::optional<Instant> triggeredAt;
    std::optional<PaymentStatus> paymentRank;
    QByteArray bodyDigest;
    bool settled = false; // processed_at is set
    EventFacts facts;
};

// An event that is about to be stored, as the fold would read it back.
StoredEvent asStored(const NewEvent &event);

} // namespace oo
