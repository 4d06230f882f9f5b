#include "service/admin/failed_jobs.h"

#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"
#include "shared/api/queue_messages.h"

#include <QJsonArray>

#include <algorithm>

namespace oo {

namespace {

constexpr int kPage = 500;

std::optional<QByteArray> optionalText(const QJsonObject &object, const char *name)
{
    const auto value = object.value(QLatin1StringView(name));
    return value.isString() ? std::optional(value.toString().toUtf8()) : std::nullopt;
}

} // namespace

Result<FailedJobs> findFailed(RedisConnection &redis, const QByteArray &queue, FailedMatch match)
{
    const auto counts = QueueControl(redis, queue).counts();
    if (!counts)
        return failure(counts);
    FailedJobs found{{}, match.until, counts->failed > FailedMatch::mostLookedAt};
    const qint64 until = (match.until.us + 999) / 1000;
    JobRecords records(redis, queue);
    for (qint64 from = 0; from < std::min<qint64>(counts->failed, FailedMatch::mostLookedAt); from += kPage) {
        const auto page = records.list(JobState::Failed, from, kPage, true);
        if (!page)
            return failure(page);
        for (const auto &job : *page) {
            if (job.finishedOnMs.value_or(0) > until) { // the oldest come first
                found.cut = false;
                return found;
            }
            if (found.cut)
                found.until = Instant{job.finishedOnMs.value_or(0) * 1000}; // so that the set is the same when it is changed
            if ((!match.name || job.name == *match.name) && (!match.reason || job.failedReason.contains(*match.reason)))
                found.ids.append(job.id);
        }
    }
    return found;
}

ApiResult<QByteArray> previewFailed(RedisConnection &redis, const QByteArray &queue, QueryParameters &query)
{
    const FailedMatch match{query.text("name"), query.text("failedReason"), Instant::now()};
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto found = findFailed(redis, queue, match);
    if (!found)
        return failureOf(found.error());
    return toJson(JobsMatched{found->ids.size(), found->until, found->cut});
}

ApiResult<QList<QByteArray>> jobsOf(RedisConnection &redis, const QByteArray &queue, const QJsonObject &body)
{
    const auto given = body.value(QLatin1StringView("match"));
    if (!given.isObject())
        return textsOf(body, "ids");
    const auto object = given.toObject();
    const auto until = parseInstant(body.value(QLatin1StringView("until")).toString().toUtf8());
    const int count = body.value(QLatin1StringView("count")).toInt(-1);
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!it->isString() || (it.key() != QLatin1StringView("name") && it.key() != QLatin1StringView("failedReason")))
            return badRequest("match takes name and failedReason, as texts");
    }
    if (!until || count < 0)
        return badRequest("match needs until and count, as the preview gave them");
    const auto found = findFailed(redis, queue, {optionalText(object, "name"), optionalText(object, "failedReason"), *until});
    if (!found)
        return failureOf(found.error());
    if (found->ids.size() != count)
        return refused(409, "conflict", QByteArray::number(found->ids.size()) + " jobs match now, not " + QByteArray::number(count) + ": look again");
    return found->ids;
}

ApiResult<QList<QByteArray>> textsOf(const QJsonObject &body, const char *name)
{
    const auto value = body.value(QLatin1StringView(name));
    QList<QByteArray> texts;
    for (const auto &entry : value.toArray()) {
        if (!entry.isString() || entry.toString().isEmpty())
            return badRequest(QByteArray(name) + " holds something that is not a text");
        texts.append(entry.toString().toUtf8());
    }
    if (!value.isArray() || texts.isEmpty() || texts.size() > kMostAtOnce)
        return badRequest(QByteArray(name) + " is not a list of 1 to 1000 ids");
    return texts;
}

} // namespace oo
