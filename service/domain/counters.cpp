#include "service/domain/counters.h"

#include "shared/core/json_text.h"

namespace oo {

namespace {

template <class E, class List>
QByteArray countsJson(const List &counts)
{
    QByteArray out;
    JsonObjectWriter json(out);
    for (const auto &row : EnumTable<E>::rows)
        json.number(bytesOf(row.value), static_cast<qint64>(counts[static_cast<size_t>(row.value)].load()));
    json.close();
    return out;
}

} // namespace

QByteArray countersJson(const Counters &counters)
{
    QByteArray out;
    JsonObjectWriter json(out);
    for (const auto &row : kCounterRows)
        json.number(row.name, static_cast<qint64>((counters.*row.number).load()));
    json.raw("outcomes", countsJson<Outcome>(counters.outcomes));
    json.raw("jobs_finished", countsJson<QueueName>(counters.jobsFinished));
    json.close();
    return out;
}

} // namespace oo
