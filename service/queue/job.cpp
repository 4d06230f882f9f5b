#include "service/queue/job.h"

#include <QRandomGenerator>

#include <algorithm>

namespace oo {

namespace {
constexpr char kIdPrefix[] = "ev-";
}

NewJob eventJob(EventId event, const QByteArray &name, const QByteArray &suffix)
{
    const QByteArray number = QByteArray::number(event.value());
    return {kIdPrefix + number + suffix, name, "{\"eventStoreId\":" + number + '}', 0};
}

JobEnd failedAttempt(const TakenJob &job, const QByteArray &reason)
{
    const int made = job.attemptsMade + 1;
    if (!mayRetry(job.retries, made))
        return {job.id, JobEnd::Action::Fail, reason, 0};
    return {job.id, JobEnd::Action::Retry, reason, retryDelayMs(job.retries, made, QRandomGenerator::global()->generateDouble())};
}

QByteArray runSuffix(qint64 releasedPark)
{
    return releasedPark == 0 ? QByteArray() : "-r" + QByteArray::number(releasedPark);
}

EventId eventOfJobId(const QByteArray &id)
{
    if (!id.startsWith(kIdPrefix))
        return EventId(0);
    const auto from = static_cast<qsizetype>(sizeof kIdPrefix) - 1;
    const auto end = id.indexOf('-', from);
    return EventId(id.mid(from, end < 0 ? -1 : end - from).toLongLong());
}

quint64 countFinal(const std::vector<JobEnd> &ends)
{
    return static_cast<quint64>(std::count_if(ends.begin(), ends.end(), [](const JobEnd &end) {
        return end.action == JobEnd::Action::Done || end.action == JobEnd::Action::Fail;
    }));
}

} // namespace oo
