#include "service/workers/downstream.h"

namespace oo {

namespace {

struct CallRow
{
    EventType type;
    const char *path;
    const char *keyPrefix;
};
constexpr CallRow kCalls[] = {
    {EventType::BookingCreateRequest, "/request-shipping-booking", "book-"},
    {EventType::BookingCancelRequest, "/notify-order-payment-cancelled", "cancel-"},
    {EventType::ShopNotification, "/update-shopify-order", "notify-"},
};

const CallRow &rowOf(EventType type)
{
    for (const auto &row : kCalls) {
        if (row.type == type)
            return row;
    }
    Q_UNREACHABLE();
}

} // namespace

QByteArray callPath(EventType type)
{
    return rowOf(type).path;
}

QByteArray idempotencyKey(EventType type, EventId event)
{
    return rowOf(type).keyPrefix + QByteArray::number(event.value());
}

} // namespace oo
