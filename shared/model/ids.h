#pragma once

#include "shared/core/id.h"

#include <QByteArray>
#include <QHashFunctions>
#include <QUuid>

namespace oo {

using EventId = Id<struct EventTag, qint64>; // event_store.id
using OrderId = Id<struct OrderTag, QUuid>;  // orders.id

inline QByteArray toText(const OrderId &id)
{
    return id.value().toByteArray(QUuid::WithoutBraces);
}

} // namespace oo
