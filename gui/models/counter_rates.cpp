#include "gui/models/counter_rates.h"

#include "shared/model/duration_bounds.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <numeric>

namespace oo::gui {

namespace {

// Less than before: the process, or its count, began anew.
double growth(const QJsonValue &now, const QJsonValue &before)
{
    const double is = now.toDouble(), was = before.toDouble();
    return is >= was ? is - was : is;
}

double percentile(const std::vector<double> &counts, double share)
{
    const double wanted = std::accumulate(counts.begin(), counts.end(), 0.0) * share;
    double seen = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        seen += counts[i];
        if (seen >= wanted)
            return kDurationBoundsMs[std::min(i, kDurationBoundsMs.size() - 1)];
    }
    return kDurationBoundsMs.back();
}

} // namespace

void CounterRates::take(Instant at, const std::vector<InstanceSummary> &instances)
{
    Look look = m_looks.empty() ? Look() : m_looks.back();
    if (!m_looks.empty() && (at.us - m_looks.back().at.us > windowUs || at < m_looks.back().at))
        m_looks.clear(); // after a break: what happened in it is not of the last seconds
    look.at = at;
    QHash<QByteArray, QJsonObject> now;
    for (const auto &instance : instances) {
        const auto counters = QJsonDocument::fromJson(instance.counters.text).object();
        now.insert(instance.instance, counters);
        const auto before = m_last.constFind(instance.instance);
        if (before == m_last.cend())
            continue; // what it counted before it was seen did not happen just now
        for (auto it = counters.begin(); it != counters.end(); ++it) {
            if (it->isDouble())
                look.counters[it.key().toUtf8()] += growth(*it, before->value(it.key()));
        }
        const auto durations = counters.value(QLatin1StringView("durations")).toObject(), earlier = before->value(QLatin1StringView("durations")).toObject();
        for (auto it = durations.begin(); it != durations.end(); ++it) {
            const auto counts = it->toArray(), were = earlier.value(it.key()).toArray();
            auto &sums = look.durations[it.key().toUtf8()];
            sums.resize(std::max(sums.size(), static_cast<size_t>(counts.size())));
            for (qsizetype i = 0; i < counts.size(); ++i)
                sums[static_cast<size_t>(i)] += growth(counts[i], were.at(i));
        }
    }
    m_last = now;
    m_looks.push_back(std::move(look));
    while (m_looks.size() > 2 && m_looks[1].at.us <= at.us - windowUs)
        m_looks.pop_front();
}

std::optional<double> CounterRates::perSecond(const QByteArray &counter) const
{
    if (m_looks.size() < 2 || m_looks.back().at <= m_looks.front().at)
        return std::nullopt;
    const auto valueOf = [&](const Look &look) {
        const auto found = look.counters.find(counter);
        return found == look.counters.end() ? 0 : found->second;
    };
    return (valueOf(m_looks.back()) - valueOf(m_looks.front())) * 1e6 / static_cast<double>(m_looks.back().at.us - m_looks.front().at.us);
}

std::optional<Percentiles> CounterRates::duration(const QByteArray &name) const
{
    if (m_looks.size() < 2)
        return std::nullopt;
    const auto found = m_looks.back().durations.find(name);
    if (found == m_looks.back().durations.end())
        return std::nullopt;
    auto counts = found->second;
    const auto before = m_looks.front().durations.find(name);
    for (size_t i = 0; before != m_looks.front().durations.end() && i < before->second.size(); ++i)
        counts[i] -= before->second[i];
    const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (all < 1)
        return std::nullopt;
    return Percentiles{percentile(counts, 0.5), percentile(counts, 0.99), static_cast<qint64>(all)};
}

} // namespace oo::gui
