#pragma once
// What an order must look like, by the design's table (§4) read anew: written apart from `domain`, on other parsers, so that
// both would have to be wrong in the same way.

#include "service/chaos/traffic.h"

#include <QHash>
#include <QJsonObject>

namespace oo::chaos {

enum class Booking { Never, Once, Maybe }; // Maybe: paid and cancelled, so it depends on what was known when

struct Expectation
{
    QJsonObject row;         // column → value, as far as it does not depend on the booking
    QJsonObject rowIfBooked; // the columns that do
    QJsonObject rowIfNot;
    Booking booking = Booking::Never;
    bool cancelled = false;
    bool delivered = false;  // if it is booked
};

// No row at all without a webhook of the shop. `webhooks` are those of one order that were acknowledged, each once, in any order.
Expectation expect(const Traffic &traffic, int order, const QList<const Webhook *> &webhooks);

} // namespace oo::chaos
