#include "service/workers/heartbeat.h"

#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logHeartbeat, "orders.heartbeat")

constexpr qint64 kBeatMs = 1000;
constexpr int kBeatsOfMinute = 60;
constexpr qsizetype kMostRefusalBytes = 32ll * 1024;

PgArray queueNames()
{
    PgArray names(PgArray::Element::Text);
    for (const auto &row : EnumTable<QueueName>::rows)
        names.add(bytesOf(row.value));
    return names;
}

// The newest, for the admin ports of other processes.
QByteArray refusalsJson(const RefusalRing &refusals)
{
    QByteArray out;
    for (const auto &refusal : refusals.newestFirst()) {
        if (out.size() > kMostRefusalBytes)
            break;
        out += (out.isEmpty() ? "" : ",") + toJson(refusal);
    }
    return '[' + out + ']';
}

} // namespace

Heartbeat::Heartbeat(const PgSettings &postgres, const RedisSettings &redis, ProcessFacts facts, const Counters &counters, const RefusalRing &refusals)
    : m_postgres(postgres), m_redis(redis), m_facts(std::move(facts)), m_counters(counters), m_refusals(refusals)
{
}

void Heartbeat::run(const WakeSignal &stop)
{
    do {
        if (const auto beaten = beat(); !beaten)
            m_outage.failed(logHeartbeat(), beaten.error().message);
        else
            m_outage.worked(logHeartbeat());
    } while (!stop.waitFor(kBeatMs));
    (void)m_postgres.run(sql::instancesGoodbye, PgParams().add(m_facts.instance)); // without it the silence tells
}

Status Heartbeat::beat()
{
    const bool isOld = m_postgres.isOpen();
    const auto refused = m_refusals.added();
    const auto done = m_postgres.run(sql::instancesBeat, PgParams().add(m_facts.instance).add(m_facts.host).add(m_facts.pid).add(m_facts.version)
                                                             .add(m_facts.roles).add(m_facts.startedAt).add(countersJson(m_counters))
                                                             .add(refused > m_refusalsTold ? std::optional(refusalsJson(m_refusals)) : std::nullopt));
    if (!done)
        return failure(done);
    m_refusalsTold = refused;
    if (!isOld)
        m_samples = false; // the lock went with the old connection
    if (!m_samples) {
        const auto locked = m_postgres.run(sql::samplesLock);
        if (!locked)
            return failure(locked);
        m_samples = locked->boolean(0, 0);
        m_finished.clear(); // what ended meanwhile, others have counted
    }
    if (!m_samples)
        return {};
    if (auto sampled = sample(); !sampled)
        return sampled;
    return m_beats++ % kBeatsOfMinute == 0 ? sumUp() : Status();
}

Status Heartbeat::sample()
{
    using Element = PgArray::Element;
    PgArray names(Element::Text), waiting(Element::Int8), active(Element::Int8), delayed(Element::Int8), failed(Element::Int8), oldest(Element::Int8), finished(Element::Int8);
    const auto before = m_finished;
    const auto ended = finishedSinceLast();
    if (!ended)
        return failure(ended);
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto name = bytesOf(row.value);
        const auto counts = QueueControl(m_redis, name).counts();
        const auto first = JobRecords(m_redis, name).list(JobState::Waiting, 0, 1, true);
        if (!counts || !first) {
            m_finished = before;
            return {}; // Redis is not there: the series has a gap, which says so
        }
        names.add(name);
        waiting.add(counts->waiting + counts->prioritized + counts->paused);
        active.add(counts->active);
        delayed.add(counts->delayed);
        failed.add(counts->failed);
        oldest.add(first->empty() ? qint64(0) : std::max<qint64>(m_redis.nowMs() - first->front().timestampMs, 0));
        finished.add(ended->value(name));
    }
    const auto done = m_postgres.run(sql::samplesInsert, PgParams().add(names).add(waiting).add(active).add(delayed).add(failed).add(oldest).add(finished));
    return done ? Status() : failure(done);
}

Result<QHash<QByteArray, qint64>> Heartbeat::finishedSinceLast()
{
    const auto rows = m_postgres.run(sql::instancesFinished);
    if (!rows)
        return failure(rows);
    QHash<QByteArray, QHash<QByteArray, qint64>> now;
    QHash<QByteArray, qint64> sums;
    for (int row = 0; row < rows->size(); ++row) {
        const auto instance = rows->text(row, 0);
        const auto before = m_finished.constFind(instance);
        const auto counts = QJsonDocument::fromJson(rows->text(row, 1)).object();
        for (auto count = counts.begin(); count != counts.end(); ++count) {
            const auto queue = count.key().toUtf8();
            now[instance][queue] = count->toInteger();
            if (before != m_finished.constEnd()) // a process just met says nothing yet
                sums[queue] += count->toInteger() - before->value(queue);
        }
    }
    m_finished = now;
    return sums;
}

Status Heartbeat::sumUp()
{
    const auto done = m_postgres.runAll({{sql::samplesToMinutes, PgParams().add(queueNames())},
                                         {sql::samplesForget, PgParams().add(queueNames())},
                                         {sql::instancesForget, {}}});
    return done ? Status() : failure(done);
}

} // namespace oo
