#pragma once
// The event types that change orders or have effects; any other type is kept under its own name and recorded.

#include "shared/core/enum_table.h"

namespace oo {

enum class EventType {
    OrderCreated,
    OrderUpdated,
    CourierStatusUpdated,
    OrderAdopted,
    BookingCreateRequest,
    BookingCancelRequest,
    BookingConfirmed,
    BookingRefused,
    ShopNotification,
};
template <>
struct EnumTable<EventType>
{
    static constexpr std::array rows{
        EnumRow{EventType::OrderCreated, "ORDER_CREATED"},
        EnumRow{EventType::OrderUpdated, "ORDER_UPDATED"},
        EnumRow{EventType::CourierStatusUpdated, "COURIER_STATUS_UPDATED"},
        EnumRow{EventType::OrderAdopted, "ORDER_ADOPTED"},
        EnumRow{EventType::BookingCreateRequest, "BOOKING_CREATE_REQUEST"},
        EnumRow{EventType::BookingCancelRequest, "BOOKING_CANCEL_REQUEST"},
        EnumRow{EventType::BookingConfirmed, "BOOKING_CONFIRMED"},
        EnumRow{EventType::BookingRefused, "BOOKING_REFUSED"},
        EnumRow{EventType::ShopNotification, "shopify-admin-notifications"},
    };
};
static_assert(rowsFollowEnum<EventType>());

// Where an event came from (event_store.source).
enum class EventSource { Shopify, Courier, Internal };
template <>
struct EnumTable<EventSource>
{
    static constexpr std::array rows{
        EnumRow{EventSource::Shopify, "shopify"},
        EnumRow{EventSource::Courier, "courier"},
        EnumRow{EventSource::Internal, "internal"},
    };
};
static_assert(rowsFollowEnum<EventSource>());

} // namespace oo
