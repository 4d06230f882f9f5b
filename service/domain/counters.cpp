#include "service/domain/counters.h"

#include "shared/core/json_text.h"

namespace oo {

QByteArray countersJson(const Counters &counters)
{
    QByteArray out;
    JsonObjectWriter json(out);
    for (const auto &row : kCounterRows)
        json.number(row.name, static_cast<qint64>((counters.*row.number).load()));
    json.close();
    return out;
}

} // namespace oo
