#pragma once
// Holds what is there against what must be there.

#include "service/chaos/chaos_look.h"

namespace oo::chaos {

Status judge(const Traffic &traffic, const QList<const Webhook *> &acknowledged, Look &look, Verdict &verdict);
void takeLatencies(std::vector<qint64> latenciesUs, Verdict &verdict);

} // namespace oo::chaos
