#include "service/queue/job_records.h"

#include "shared/core/json_reader.h"
#include <QHash>

#include <algorithm>

namespace oo {

namespace {

constexpr bool isList(JobState state) // in Redis; the others are sorted sets
{
    return state == JobState::Waiting || state == JobState::Paused || state == JobState::Active;
}

JobRecord recordOf(const QByteArray &id, const RedisReply &fields)
{
    QHash<QByteArray, QByteArray> hash;
    for (size_t i = 0; i + 1 < fields.items.size(); i += 2)
        hash.insert(fields.items[i].text, fields.items[i + 1].text);
    const auto time = [&](const char *name) { return hash.contains(name) ? std::optional(hash.value(name).toLongLong()) : std::nullopt; };
    JobRecord record;
    record.id = id;
    record.name = hash.value("name");
    record.data = hash.value("data", "{}");
    record.opts = hash.value("opts", "{}");
    record.timestampMs = hash.value("timestamp").toLongLong();
    record.delayMs = hash.value("delay").toLongLong();
    record.priority = hash.value("priority").toInt();
    record.attemptsMade = hash.value("atm").toInt();
    record.attemptsStarted = hash.value("ats").toInt();
    record.stalls = hash.value("stc").toInt();
    record.processedOnMs = time("processedOn");
    record.finishedOnMs = time("finishedOn");
    record.worker = hash.value("pb");
    record.progress = hash.value("progress");
    record.returnValue = hash.value("returnvalue");
    record.failedReason = hash.value("failedReason");
    record.stackTrace = hash.value("stacktrace");
    return record;
}

tl::unexpected<Error> invalidJson()
{
    return fail(ErrorCode::Invalid, QStringLiteral("not JSON: every reader of the queue would break on it"));
}

} // namespace

JobRecords::JobRecords(RedisConnection &connection, const QByteArray &queue)
    : m_connection(connection), m_prefix(JobQueue::keyPrefix(queue))
{
}

Result<std::optional<JobRecord>> JobRecords::get(const QByteArray &id)
{
    const auto replies = m_connection.run(std::vector<RedisCommand>{{"HGETALL", m_prefix + id}});
    if (!replies)
        return failure(replies);
    const auto &reply = replies->front();
    if (reply.isError() && !reply.text.startsWith("WRONGTYPE")) // that: a key of the queue which is no job
        return tl::unexpected(errorOf(reply));
    const bool isJob = std::any_of(reply.items.begin(), reply.items.end(), [](const auto &item) { return item.text == "timestamp"; });
    return isJob ? std::optional(recordOf(id, reply)) : std::nullopt;
}

Result<std::optional<JobState>> JobRecords::stateOf(const QByteArray &id)
{
    std::vector<RedisCommand> questions;
    for (const auto &row : EnumTable<JobState>::rows) {
        const auto key = m_prefix + bytesOf(row.value);
        questions.push_back(isList(row.value) ? RedisCommand{"LPOS", key, id} : RedisCommand{"ZSCORE", key, id});
    }
    const auto replies = m_connection.run(questions);
    if (!replies)
        return failure(replies);
    for (size_t i = 0; i < replies->size(); ++i) {
        const auto &reply = (*replies)[i];
        const auto state = EnumTable<JobState>::rows[i].value;
        if (reply.kind == RedisReply::Kind::Integer || reply.kind == RedisReply::Kind::Text)
            return std::optional(state);
    }
    return std::optional<JobState>();
}

Result<std::vector<JobRecord>> JobRecords::list(JobState state, qint64 from, qint64 count, bool ascending)
{
    const auto key = m_prefix + bytesOf(state);
    const auto first = QByteArray::number(from), last = QByteArray::number(from + count - 1);
    RedisCommand question;
    if (!isList(state))
        question = {ascending ? "ZRANGE" : "ZREVRANGE", key, first, last};
    else if (ascending) // the right end runs first
        question = {"LRANGE", key, QByteArray::number(-from - count), QByteArray::number(-from - 1)};
    else
        question = {"LRANGE", key, first, last};
    const auto ids = m_connection.run(question);
    if (!ids)
        return failure(ids);
    std::vector<RedisCommand> reads;
    QList<QByteArray> order;
    for (const auto &item : ids->items)
        order.append(item.text);
    if (isList(state) && ascending)
        std::reverse(order.begin(), order.end());
    for (const auto &id : std::as_const(order))
        reads.push_back({"HGETALL", m_prefix + id});
    const auto hashes = m_connection.run(reads);
    if (!hashes)
        return failure(hashes);
    std::vector<JobRecord> records;
    for (qsizetype i = 0; i < order.size(); ++i) {
        const auto &hash = (*hashes)[static_cast<size_t>(i)];
        if (!hash.items.empty())
            records.push_back(recordOf(order[i], hash));
    }
    return records;
}

Result<QList<QByteArray>> JobRecords::logs(const QByteArray &id, qint64 from, qint64 to)
{
    const auto reply = m_connection.run(RedisCommand{"LRANGE", m_prefix + id + ":logs", QByteArray::number(from), QByteArray::number(to)});
    if (!reply)
        return failure(reply);
    QList<QByteArray> rows;
    for (const auto &item : reply->items)
        rows.append(item.text);
    return rows;
}

Result<std::vector<int>> JobRecords::codes(Script script, const QList<QByteArray> &arguments)
{
    const auto reply = runScript(m_connection, script, m_prefix, arguments);
    if (!reply)
        return failure(reply);
    std::vector<int> codes;
    for (const auto &item : reply->items)
        codes.push_back(static_cast<int>(item.integer));
    return codes;
}

Result<int> JobRecords::code(Script script, const QList<QByteArray> &arguments)
{
    const auto reply = runScript(m_connection, script, m_prefix, arguments);
    if (!reply)
        return failure(reply);
    return static_cast<int>(reply->integer);
}

Result<std::vector<int>> JobRecords::remove(const QList<QByteArray> &ids)
{
    return codes(Script::RemoveJobs, ids);
}

Result<std::vector<int>> JobRecords::retry(JobState from, const QList<QByteArray> &ids, bool resetAttemptsMade, bool resetAttemptsStarted)
{
    return codes(Script::RetryJobs, QList<QByteArray>{bytesOf(from), resetAttemptsMade ? "1" : "0", resetAttemptsStarted ? "1" : "0", "0", "0"} + ids);
}

Result<std::vector<int>> JobRecords::promote(const QList<QByteArray> &ids)
{
    return codes(Script::PromoteJobs, QList<QByteArray>{QByteArray::number(m_connection.nowMs()), "ids"} + ids);
}

Result<int> JobRecords::changeDelay(const QByteArray &id, qint64 delayMs)
{
    return code(Script::ChangeJob, {QByteArray::number(m_connection.nowMs()), id, "delay", QByteArray::number(delayMs), "0"});
}

Result<int> JobRecords::changePriority(const QByteArray &id, int priority, bool lifo)
{
    return code(Script::ChangeJob, {QByteArray::number(m_connection.nowMs()), id, "priority", QByteArray::number(priority), lifo ? "1" : "0"});
}

Result<int> JobRecords::setProgress(const QByteArray &id, const QByteArray &json)
{
    if (!JsonReader().isValue(json))
        return invalidJson();
    return code(Script::UpdateJob, {id, "progress", json, "0"});
}

Result<int> JobRecords::setData(const QByteArray &id, const QByteArray &json)
{
    if (!JsonReader().isValue(json))
        return invalidJson();
    return code(Script::UpdateJob, {id, "data", json, "0"});
}

Result<int> JobRecords::log(const QByteArray &id, const QByteArray &row, int keep)
{
    return code(Script::UpdateJob, {id, "log", row, QByteArray::number(keep)});
}

} // namespace oo
