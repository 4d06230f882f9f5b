#include "service/admin/status_answers.h"

#include "service/admin/message_rows.h"
#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"
#include "shared/core/json_text.h"
#include "shared/api/balance_messages.h"
#include "shared/api/service_messages.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>

namespace oo {

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr char kPrefix[] = "orders_";

struct Labels
{
    const char *name = nullptr; // none
    std::string value = {};
};

class Families
{
public:
    void add(const std::string &name, const char *meaning, MetricType type, double value, const Labels &labels = {})
    {
        auto it = std::find_if(m_all.begin(), m_all.end(), [&](const auto &family) { return family.name == name; });
        if (it == m_all.end()) {
            m_all.push_back({name, meaning, type, {}});
            it = std::prev(m_all.end());
        }
        prometheus::ClientMetric metric;
        if (labels.name)
            metric.label.push_back({labels.name, labels.value});
        (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
        it->metric.push_back(std::move(metric));
    }
    void gauge(const std::string &name, const char *meaning, double value, const Labels &labels = {})
    {
        add(kPrefix + name, meaning, MetricType::Gauge, value, labels);
    }
    void histogram(const std::string &name, const char *meaning, const DurationHistogram &durations)
    {
        prometheus::ClientMetric metric;
        std::uint64_t count = 0;
        for (size_t i = 0; i < durations.counts.size(); ++i) {
            count += durations.counts[i];
            const bool isLast = i == DurationHistogram::boundsMs.size();
            metric.histogram.bucket.push_back({count, isLast ? std::numeric_limits<double>::infinity() : DurationHistogram::boundsMs[i] / 1000.0});
        }
        metric.histogram.sample_count = count;
        metric.histogram.sample_sum = static_cast<double>(durations.totalUs) / 1e6;
        m_all.push_back({name, meaning, MetricType::Histogram, {std::move(metric)}});
    }
    QByteArray text() const { return QByteArray::fromStdString(prometheus::TextSerializer().Serialize(m_all)); }

private:
    std::vector<MetricFamily> m_all;
};

void addQueues(Families &families, RedisConnection &redis)
{
    const auto now = Instant::now().milliseconds();
    bool up = true;
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto name = bytesOf(row.value);
        const Labels labels{"queue", name.toStdString()};
        const auto counts = QueueControl(redis, name).counts();
        const auto oldest = JobRecords(redis, name).list(JobState::Waiting, 0, 1, true);
        up = up && counts && oldest;
        if (!counts || !oldest)
            break;
        families.gauge("queue_waiting", "jobs that wait to be run", static_cast<double>(counts->waiting + counts->prioritized + counts->paused), labels);
        families.gauge("queue_active", "jobs that run", static_cast<double>(counts->active), labels);
        families.gauge("queue_delayed", "jobs that wait for their time", static_cast<double>(counts->delayed), labels);
        families.gauge("queue_failed", "jobs that failed for good", static_cast<double>(counts->failed), labels);
        families.gauge("queue_oldest_seconds", "age of the oldest job that waits",
                       oldest->empty() ? 0 : static_cast<double>(std::max<qint64>(now - oldest->front().timestampMs, 0)) / 1000, labels);
    }
    families.gauge("redis_up", "whether Redis answered", up ? 1 : 0);
}

void addEvents(Families &families, PgConnection &postgres)
{
    const auto open = postgres.run(sql::adminOpenEvents);
    const auto parked = open ? postgres.run(sql::adminParkGroups) : open;
    families.gauge("postgres_up", "whether PostgreSQL answered", parked ? 1 : 0);
    if (!parked)
        return;
    families.gauge("events_open", "stored events that are neither processed nor parked", static_cast<double>(open->int8(0, 0)));
    families.gauge("events_open_oldest_seconds", "age of the oldest of them", static_cast<double>(open->int8(0, 1)));
    for (int row = 0; row < parked->size(); ++row)
        families.gauge("events_parked_now", "events that wait for a person", static_cast<double>(parked->int8(row, 1)), {"reason", parked->text(row, 0).toStdString()});
}

} // namespace

ApiResult<QByteArray> StatusAnswers::status(const AdminIdentity &caller)
{
    return toJson(ServiceStatus{m_facts.instance, m_facts.version, kApiVersion, m_facts.environment, m_facts.roles, m_facts.startedAt,
                                Instant::now(), {caller.name, bytesOf(caller.role)}, {countersJson(m_counters)}});
}

ApiResult<QByteArray> StatusAnswers::instances()
{
    const auto rows = m_postgres.run(sql::instancesList);
    if (!rows)
        return failureOf(rows.error());
    return listJson(jsonOf(messagesOf<InstanceSummary>(*rows)), std::nullopt);
}

ApiResult<QByteArray> StatusAnswers::balance()
{
    const auto rows = m_postgres.run(sql::adminBalance);
    if (!rows)
        return failureOf(rows.error());
    EventBalance balance;
    api::forEachField<EventBalance>([&](size_t, const auto &field) {
        if constexpr (std::is_same_v<decltype(field.member), qint64 EventBalance::*>)
            balance.*field.member = rows->isNull(0, rows->column(field.name)) ? 0 : rows->int8(0, rows->column(field.name));
    });
    const auto ids = rows->text(0, rows->column("wrong_ids")); // {1,2,…}
    for (const auto &id : ids.mid(1, ids.size() - 2).split(',')) {
        if (!id.isEmpty())
            balance.wrongIds.push_back(id);
    }
    balance.balanced = balance.wrong == 0;
    return toJson(balance);
}

QByteArray StatusAnswers::metrics()
{
    Families families;
    for (const auto &row : kCounterRows) {
        const auto value = static_cast<double>((m_counters.*row.number).load());
        if (row.isGauge)
            families.gauge(row.name, row.meaning, value);
        else
            families.add(kPrefix + std::string(row.name) + "_total", row.meaning, MetricType::Counter, value);
    }
    const auto count = [&](const char *name, const char *meaning, const char *label, const QByteArray &value, quint64 number) {
        families.add(std::string(kPrefix) + name, meaning, MetricType::Counter, static_cast<double>(number), {label, value.toStdString()});
    };
    for (const auto &row : EnumTable<Outcome>::rows)
        count("events_settled_total", "events that got their outcome here", "outcome", bytesOf(row.value), m_counters.outcomes[static_cast<size_t>(row.value)]);
    for (const auto &row : EnumTable<QueueName>::rows)
        count("jobs_finished_total", "jobs that ended here, done or failed for good", "queue", bytesOf(row.value), m_counters.jobsFinished[static_cast<size_t>(row.value)]);
    for (size_t i = 0; i < kBalanceClasses.size() && m_counters.balanceLooks > 0; ++i)
        families.gauge("balance_events", "stored events by class of law 5, at the last look", static_cast<double>(m_counters.balance[i]), {"class", kBalanceClasses[i]});
    for (const auto &row : kDurationRows)
        families.histogram(std::string(kPrefix) + row.name + "_duration_seconds", row.meaning, m_counters.*row.histogram);
    for (size_t i = 0; i < m_counters.secretMatched.size(); ++i) {
        if (const auto matched = m_counters.secretMatched[i].load())
            families.add(std::string(kPrefix) + "secret_matched_total", "signatures made by a secret, by its place in the setting", MetricType::Counter,
                         static_cast<double>(matched), {"place", std::to_string(i + 1)});
    }
    addQueues(families, m_redis);
    addEvents(families, m_postgres);
    return families.text();
}

} // namespace oo
