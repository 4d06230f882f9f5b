#pragma once
// Rates and durations of the last seconds, out of what processes count since their start.

#include "shared/api/service_messages.h"

#include <QHash>
#include <QJsonObject>

#include <deque>
#include <map>

namespace oo::gui {

struct Percentiles
{
    double p50Ms = 0, p99Ms = 0; // upper bounds of their class; beyond all classes: the last bound
    qint64 count = 0;
};

class CounterRates
{
public:
    // What every process counted by then; later calls with later times; after a break longer than the window it begins anew. A process that began anew counts from nothing.
    void take(Instant at, const std::vector<InstanceSummary> &instances);

    std::optional<double> perSecond(const QByteArray &counter) const; // nothing before the second look
    std::optional<Percentiles> duration(const QByteArray &name) const; // of those that ended in the window; nothing: none did

    static constexpr qint64 windowUs = 10000000;

private:
    struct Look
    {
        Instant at;
        std::map<QByteArray, double> counters;               // grown since the first look, over all processes
        std::map<QByteArray, std::vector<double>> durations; // the same, by class
    };
    std::deque<Look> m_looks;
    QHash<QByteArray, QJsonObject> m_last; // by process
};

} // namespace oo::gui
