#pragma once
// Looks from time to time whether every accepted event is accounted for (law 5), and says loudly when one is not.

#include "service/domain/counters.h"
#include "service/queue/marker_wait.h"
#include "service/store/pg_connection.h"

namespace oo {

class BalanceWatch
{
public:
    BalanceWatch(PgSettings postgres, Counters &counters);

    void run(const WakeSignal &stop); // once a minute, or less often where a look takes long
    Status look();

private:
    PgConnection m_postgres;
    Counters &m_counters;
};

} // namespace oo
