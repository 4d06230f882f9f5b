#pragma once
// A page that is asked for again comes masked: what was revealed of the same thing stays to be read, as far as it still belongs to it.

#include "shared/api/event_messages.h"
#include "shared/api/order_messages.h"

namespace oo::gui {

// `next` with the texts of `shown` where `shown` was revealed and `next` is not. Of another order or event: `next` as it came.
OrderPage withRevealed(OrderPage next, const OrderPage &shown);
EventPage withRevealed(EventPage next, const EventPage &shown);

} // namespace oo::gui
