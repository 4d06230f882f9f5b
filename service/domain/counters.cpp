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
    QByteArray durations; // counts by kDurationBoundsMs, each without those before; the last: beyond all
    JsonObjectWriter histograms(durations);
    for (const auto &row : kDurationRows) {
        QByteArray counts;
        for (const auto &count : (counters.*row.histogram).counts)
            counts += (counts.isEmpty() ? "" : ",") + QByteArray::number(count.load());
        histograms.raw(row.name, '[' + counts + ']');
    }
    histograms.close();
    json.raw("durations", durations);
    json.close();
    return out;
}

} // namespace oo
