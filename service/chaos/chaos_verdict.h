#pragma once
// Holds what is there against what must be there.

#include "service/chaos/chaos_look.h"

namespace oo::chaos {

struct Told // to the sender
{
    QList<const Webhook *> acknowledged; // each once
    QList<const Webhook *> storedAgain;  // as new, though that had been said before
};

Status judge(const Traffic &traffic, const Told &told, Look &look, Verdict &verdict);
QByteArray storedDeliveryId(const Traffic &traffic, const Webhook &webhook);
void takeLatencies(std::vector<qint64> latenciesUs, Verdict &verdict);

} // namespace oo::chaos
