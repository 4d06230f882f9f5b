#include "service/admin/queue_answers.h"

#include "service/admin/job_messages.h"
#include "service/admin/message_rows.h"
#include "service/queue/queue_control.h"
#include "shared/api/queue_messages.h"

#include <algorithm>

namespace oo {

namespace {

constexpr qint64 kDefaultSeriesUs = 300ll * 1000000;
constexpr qint64 kSecondsKeptUs = 3660ll * 1000000; // swept once a minute
constexpr size_t kMostPoints = 300;
constexpr qint64 kMostLogs = 1000;

QByteArray jsonList(const QList<QByteArray> &texts)
{
    QByteArray out = "[";
    for (const auto &text : texts) {
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, text);
    }
    return out + ']';
}

} // namespace

ApiResult<QueueName> queueOf(const ApiCall &call)
{
    const auto name = call.path.value("queue");
    if (const auto queue = fromText<QueueName>(QByteArrayView(name)))
        return *queue;
    return notFound("there is no queue " + name);
}

ApiResult<QByteArray> QueueAnswers::list()
{
    PgArray names(PgArray::Element::Text);
    for (const auto &row : EnumTable<QueueName>::rows)
        names.add(bytesOf(row.value));
    const auto rates = m_postgres.isOpen() ? m_postgres.run(sql::queueRates, PgParams().add(names)) // the rest is worth telling without them
                                           : Result<PgRows>(fail(ErrorCode::Unavailable, {}));
    QList<QByteArray> items;
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto name = bytesOf(row.value);
        QueueControl control(m_redis, name);
        const auto counts = control.counts();
        const auto paused = control.isPaused();
        const auto limited = control.limitedForMs();
        const auto workers = control.workerNames();
        const auto oldest = JobRecords(m_redis, name).list(JobState::Waiting, 0, 1, true);
        if (!counts)
            return failureOf(counts.error());
        if (!paused || !limited || !workers || !oldest)
            return refused(503, "unavailable", "Redis answered only in part");
        QueueSummary queue{name, counts->waiting, counts->active, counts->delayed, counts->prioritized, counts->paused, counts->failed,
                           counts->completed, *paused, {}, *limited, {jsonList(*workers)}, {}, {}};
        if (!oldest->empty())
            queue.oldestMs = std::max<qint64>(Instant::now().milliseconds() - oldest->front().timestampMs, 0);
        for (int i = 0; rates && i < rates->size(); ++i) {
            if (rates->text(i, 0) != name)
                continue;
            queue.finishedPerMinute = rates->int8(i, 1);
            queue.addedPerMinute = rates->int8(i, 2);
        }
        items.append(toJson(queue));
    }
    return listJson(items, std::nullopt);
}

ApiResult<QByteArray> QueueAnswers::jobs(QueueName queue, QueryParameters &query, bool reveal)
{
    const auto state = query.oneOf<JobState>("state");
    const auto position = query.numberPosition("after");
    const int limit = query.limit();
    if (!state)
        query.wrong("state", "is none of wait, paused, prioritized, delayed, active, completed, failed, waiting-children");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const qint64 from = position ? *position : 0;
    // What ran last comes first, what waits in the order in which it will run.
    const bool ascending = *state != JobState::Completed && *state != JobState::Failed;
    const auto records = JobRecords(m_redis, bytesOf(queue)).list(*state, from, limit, ascending);
    if (!records)
        return failureOf(records.error());
    QList<QByteArray> items;
    for (const auto &record : *records)
        items.append(toJson(jobMessage(record, state, reveal)));
    const auto counts = QueueControl(m_redis, bytesOf(queue)).counts();
    if (!counts)
        return failureOf(counts.error());
    return listJson(items, from + limit >= counts->of(*state) ? std::nullopt : std::optional(QByteArray::number(from + limit)));
}

ApiResult<QByteArray> QueueAnswers::series(QueueName queue, QueryParameters &query)
{
    const auto since = query.instant("since"), until = query.instant("until");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto now = Instant::now();
    const Instant to = until.value_or(now), from = since.value_or(Instant{to.us - kDefaultSeriesUs});
    if (from >= to)
        return badRequest("since is not before until");
    const bool isRecent = now.us - from.us <= kSecondsKeptUs;
    const qint64 resolution = isRecent ? 1 : 60;
    const qint64 share = ((to.us - from.us) / static_cast<qint64>(kMostPoints) / 1000000 / resolution + 1) * resolution; // seconds a point stands for
    const auto rows = m_postgres.run(sql::samplesSeries, PgParams().addInt2(isRecent ? 1 : 60).add(bytesOf(queue)).add(from).add(to).add(static_cast<double>(share)));
    if (!rows)
        return failureOf(rows.error());
    auto samples = messagesOf<QueueSample>(*rows);
    if (samples.size() > kMostPoints)
        samples.erase(samples.begin()); // of a share that began before
    return toJson(QueueSeries{share, std::move(samples)});
}

ApiResult<QByteArray> QueueAnswers::job(QueueName queue, const QByteArray &id, bool reveal)
{
    JobRecords records(m_redis, bytesOf(queue));
    const auto record = records.get(id);
    if (!record)
        return failureOf(record.error());
    if (!*record)
        return notFound("there is no job " + id);
    const auto state = records.stateOf(id);
    auto message = jobMessage(**record, state ? *state : std::nullopt, reveal);
    if (reveal)
        message.logs.text = jsonList(records.logs(id, -kMostLogs, -1).value_or(QList<QByteArray>()));
    return toJson(message);
}

} // namespace oo
