#pragma once
// An order as the courier and the shop get it: the older service's camelCase keys (design §5 `outbound_calls`).

#include "service/store/order_store.h"

namespace oo {

QByteArray writeOrderJson(const OrderRow &order);

} // namespace oo
