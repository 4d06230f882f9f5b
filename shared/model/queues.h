#pragma once
// The four queues (design §6), shared with BullMQ programs under the prefix `bull`.

#include "shared/core/enum_table.h"

namespace oo {

enum class QueueName { ShopifyEvents, CourierEvents, BookingEvents, ShopNotifications };
template <>
struct EnumTable<QueueName>
{
    static constexpr std::array rows{
        EnumRow{QueueName::ShopifyEvents, "shopify-events"},
        EnumRow{QueueName::CourierEvents, "courier-events"},
        EnumRow{QueueName::BookingEvents, "internal-booking-events"},
        EnumRow{QueueName::ShopNotifications, "shopify-admin-notifications"},
    };
};
static_assert(rowsFollowEnum<QueueName>());

} // namespace oo
