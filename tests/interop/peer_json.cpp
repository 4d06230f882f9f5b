#include "tests/interop/peer_json.h"

#include <QJsonDocument>

#include <cstdio>
#include <mutex>

namespace oo::interop {

namespace {

std::mutex outputMutex;

QByteArray bytes(const QJsonValue &value)
{
    return value.toString().toUtf8();
}

std::optional<Retention> retention(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? Retention{0, {}} : Retention{};
    if (value.isDouble())
        return Retention{value.toInteger(), {}};
    if (!value.isObject())
        return std::nullopt;
    const auto count = value[QLatin1StringView("count")], age = value[QLatin1StringView("age")];
    return Retention{count.isDouble() ? std::optional(count.toInteger()) : std::nullopt, age.isDouble() ? std::optional(age.toInteger()) : std::nullopt};
}

std::optional<int> optionalInt(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toInt()) : std::nullopt;
}

JobOptions options(const QJsonObject &json)
{
    JobOptions options;
    options.attempts = json[QLatin1StringView("attempts")].toInt();
    if (const auto backoff = json[QLatin1StringView("backoff")].toObject(); !backoff.isEmpty()) {
        options.backoff = RetryPolicy{options.attempts, fromText<BackoffType>(bytes(backoff[QLatin1StringView("type")])).value_or(BackoffType::Fixed),
                                      backoff[QLatin1StringView("delay")].toInteger(), backoff[QLatin1StringView("jitter")].toDouble()};
    }
    options.delayMs = json[QLatin1StringView("delay")].toInteger();
    options.priority = json[QLatin1StringView("priority")].toInt();
    options.lifo = json[QLatin1StringView("lifo")].toBool();
    if (json.contains(QLatin1StringView("timestamp")))
        options.timestampMs = json[QLatin1StringView("timestamp")].toInteger();
    options.removeOnComplete = retention(json[QLatin1StringView("removeOnComplete")]);
    options.removeOnFail = retention(json[QLatin1StringView("removeOnFail")]);
    options.keepLogs = optionalInt(json[QLatin1StringView("keepLogs")]);
    options.stackTraceLimit = optionalInt(json[QLatin1StringView("stackTraceLimit")]);
    if (const auto de = json[QLatin1StringView("deduplication")].toObject(); !de.isEmpty()) {
        options.deduplication = Deduplication{bytes(de[QLatin1StringView("id")]), de[QLatin1StringView("ttl")].toInteger(),
                                              de[QLatin1StringView("extend")].toBool(), de[QLatin1StringView("replace")].toBool()};
    }
    return options;
}

} // namespace

void sendLine(const QJsonObject &message)
{
    const std::lock_guard lock(outputMutex);
    const auto text = QJsonDocument(message).toJson(QJsonDocument::Compact);
    std::printf("%s\n", text.constData());
    std::fflush(stdout);
}

QList<QByteArray> bytesList(const QJsonValue &value)
{
    QList<QByteArray> list;
    for (const auto &item : value.toArray())
        list.append(bytes(item));
    return list;
}

QList<NewJob> newJobs(const QJsonObject &question)
{
    QList<NewJob> jobs;
    for (const auto &item : question[QLatin1StringView("jobs")].toArray()) {
        const auto json = item.toObject();
        const auto opts = options(json[QLatin1StringView("opts")].toObject());
        const auto id = bytes(json[QLatin1StringView("id")]);
        jobs.append({id, bytes(json[QLatin1StringView("name")]), bytes(json[QLatin1StringView("data")]), opts.delayMs,
                     json.contains(QLatin1StringView("opts")) ? writeJobOptions(opts, id) : QByteArray()});
    }
    return jobs;
}

std::vector<JobEnd> jobEnds(const QJsonObject &question, const QHash<QByteArray, TakenJob> &taken)
{
    static const QHash<QString, JobEnd::Action> actions{{QStringLiteral("done"), JobEnd::Action::Done},
                                                        {QStringLiteral("fail"), JobEnd::Action::Fail},
                                                        {QStringLiteral("retry"), JobEnd::Action::Retry},
                                                        {QStringLiteral("later"), JobEnd::Action::Later},
                                                        {QStringLiteral("release"), JobEnd::Action::Release}};
    std::vector<JobEnd> ends;
    for (const auto &item : question[QLatin1StringView("ends")].toArray()) {
        const auto id = bytes(item[QLatin1StringView("id")]), text = bytes(item[QLatin1StringView("text")]);
        const auto action = item[QLatin1StringView("action")].toString();
        if (action == QStringLiteral("attempt"))
            ends.push_back(failedAttempt(taken.value(id), text));
        else
            ends.push_back({id, actions.value(action), text, item[QLatin1StringView("delay")].toInteger()});
    }
    return ends;
}

FinishOptions finishOptions(const QJsonObject &question)
{
    const auto json = question[QLatin1StringView("options")].toObject();
    return {json[QLatin1StringView("metrics")].toInt(), retention(json[QLatin1StringView("removeOnComplete")]),
            retention(json[QLatin1StringView("removeOnFail")])};
}

RateLimit rateLimit(const QJsonObject &question)
{
    const auto json = question[QLatin1StringView("limiter")].toObject();
    return {json[QLatin1StringView("max")].toInt(), json[QLatin1StringView("duration")].toInteger()};
}

QJsonValue toJson(bool value) { return value; }
QJsonValue toJson(int value) { return value; }
QJsonValue toJson(qint64 value) { return value; }
QJsonValue toJson(JobState value) { return QString::fromUtf8(bytesOf(value)); }

QJsonValue toJson(const QList<QByteArray> &value)
{
    QJsonArray list;
    for (const auto &item : value)
        list.append(QString::fromUtf8(item));
    return list;
}

QJsonValue toJson(const std::vector<int> &value)
{
    QJsonArray list;
    for (const int item : value)
        list.append(item);
    return list;
}

QJsonValue toJson(const AddedJobs &value)
{
    return QJsonObject{{QStringLiteral("added"), value.added}, {QStringLiteral("ids"), toJson(value.ids)}, {QStringLiteral("failed"), static_cast<int>(value.failed.size())}};
}

QJsonValue toJson(const TakenJob &value)
{
    return QJsonObject{{QStringLiteral("id"), QString::fromUtf8(value.id)},
                       {QStringLiteral("name"), QString::fromUtf8(value.name)},
                       {QStringLiteral("data"), QString::fromUtf8(value.data)},
                       {QStringLiteral("attemptsMade"), value.attemptsMade},
                       {QStringLiteral("deferredFailure"), QString::fromUtf8(value.deferredFailure)}};
}

QJsonValue toJson(const TakenJobs &value)
{
    QJsonArray jobs;
    for (const auto &job : value.jobs)
        jobs.append(toJson(job));
    return QJsonObject{{QStringLiteral("jobs"), jobs}, {QStringLiteral("nextDue"), toJson(value.nextDueMs)}, {QStringLiteral("limitedFor"), toJson(value.limitedForMs)}};
}

QJsonValue toJson(const QueueCounts &value)
{
    return QJsonObject{{QStringLiteral("waiting"), value.waiting}, {QStringLiteral("active"), value.active},
                       {QStringLiteral("delayed"), value.delayed}, {QStringLiteral("failed"), value.failed},
                       {QStringLiteral("prioritized"), value.prioritized}, {QStringLiteral("paused"), value.paused},
                       {QStringLiteral("completed"), value.completed}, {QStringLiteral("waiting-children"), value.waitingChildren}};
}

QJsonValue toJson(const QueueControl::Metrics &value)
{
    QJsonArray data;
    for (const auto count : value.perMinute)
        data.append(count);
    return QJsonObject{{QStringLiteral("count"), value.count}, {QStringLiteral("data"), data}};
}

QJsonValue toJson(const JobRecord &value)
{
    return QJsonObject{{QStringLiteral("id"), QString::fromUtf8(value.id)},
                       {QStringLiteral("name"), QString::fromUtf8(value.name)},
                       {QStringLiteral("data"), QString::fromUtf8(value.data)},
                       {QStringLiteral("timestamp"), value.timestampMs},
                       {QStringLiteral("delay"), value.delayMs},
                       {QStringLiteral("priority"), value.priority},
                       {QStringLiteral("attemptsMade"), value.attemptsMade},
                       {QStringLiteral("attemptsStarted"), value.attemptsStarted},
                       {QStringLiteral("stalls"), value.stalls},
                       {QStringLiteral("failedReason"), QString::fromUtf8(value.failedReason)},
                       {QStringLiteral("returnValue"), QString::fromUtf8(value.returnValue)},
                       {QStringLiteral("progress"), QString::fromUtf8(value.progress)},
                       {QStringLiteral("worker"), QString::fromUtf8(value.worker)}};
}

QJsonValue toJson(const std::vector<JobRecord> &value)
{
    QJsonArray list;
    for (const auto &record : value)
        list.append(toJson(record));
    return list;
}

QJsonObject result(const Status &status)
{
    if (!status)
        return {{QStringLiteral("error"), status.error().message}};
    return {{QStringLiteral("result"), true}};
}

} // namespace oo::interop
