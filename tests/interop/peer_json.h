#pragma once
// The peer's messages: our types to and from JSON.

#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>

namespace oo::interop {

void sendLine(const QJsonObject &message); // thread-safe

QList<QByteArray> bytesList(const QJsonValue &value);
QList<NewJob> newJobs(const QJsonObject &question);
// An end with action `attempt` is that of a failed attempt of a job that was taken before.
std::vector<JobEnd> jobEnds(const QJsonObject &question, const QHash<QByteArray, TakenJob> &taken);
FinishOptions finishOptions(const QJsonObject &question);
RateLimit rateLimit(const QJsonObject &question);

QJsonValue toJson(bool value);
QJsonValue toJson(int value);
QJsonValue toJson(qint64 value);
QJsonValue toJson(const QList<QByteArray> &value);
QJsonValue toJson(const std::vector<int> &value);
QJsonValue toJson(const AddedJobs &value);
QJsonValue toJson(const TakenJob &value);
QJsonValue toJson(const TakenJobs &value);
QJsonValue toJson(const QueueCounts &value);
QJsonValue toJson(const QueueControl::Metrics &value);
QJsonValue toJson(const JobRecord &value);
QJsonValue toJson(JobState value);
QJsonValue toJson(const std::vector<JobRecord> &value);

template <class T>
QJsonValue toJson(const std::optional<T> &value)
{
    return value ? toJson(*value) : QJsonValue();
}

template <class T>
QJsonObject result(const Result<T> &value)
{
    if (!value)
        return {{QStringLiteral("error"), value.error().message}};
    return {{QStringLiteral("result"), toJson(*value)}};
}
QJsonObject result(const Status &status);

} // namespace oo::interop
