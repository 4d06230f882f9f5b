#pragma once
// Law 5: every accepted event is in exactly one of these places. A message of the admin API.

#include "shared/api/fields.h"

namespace oo {

struct EventBalance
{
    qint64 stored = 0;
    qint64 applied = 0, superseded = 0, recorded = 0, delivered = 0;
    qint64 byOlderWorkers = 0; // processed by a worker that tells no outcome
    qint64 parked = 0, inFlight = 0;
    qint64 wrong = 0;              // in none of them, or in two
    std::vector<ApiText> wrongIds; // at most 100 of those
    bool balanced = false;
};
template <>
struct ApiMessage<EventBalance>
{
    using S = EventBalance;
    static constexpr std::tuple fields{
        ApiField{"stored", &S::stored}, ApiField{"applied", &S::applied}, ApiField{"superseded", &S::superseded}, ApiField{"recorded", &S::recorded},
        ApiField{"delivered", &S::delivered}, ApiField{"by_older_workers", &S::byOlderWorkers}, ApiField{"parked", &S::parked},
        ApiField{"in_flight", &S::inFlight}, ApiField{"wrong", &S::wrong}, ApiField{"wrongIds", &S::wrongIds}, ApiField{"balanced", &S::balanced}};
};

} // namespace oo
