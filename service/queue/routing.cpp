#include "service/queue/routing.h"

namespace oo {

JobRoute routeOf(QByteArrayView source, QByteArrayView type, QByteArrayView topic)
{
    const auto kind = fromText<EventType>(type);
    if (kind == EventType::BookingCreateRequest || kind == EventType::BookingCancelRequest)
        return {QueueName::BookingEvents, type.toByteArray()};
    if (kind == EventType::ShopNotification)
        return {QueueName::ShopNotifications, bytesOf(QueueName::ShopNotifications)};
    if (source == QByteArrayView(bytesOf(EventSource::Courier)))
        return {QueueName::CourierEvents, bytesOf(QueueName::CourierEvents)};
    return {QueueName::ShopifyEvents, topic.isEmpty() ? type.toByteArray() : topic.toByteArray()};
}

} // namespace oo
