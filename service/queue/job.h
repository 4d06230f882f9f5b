#pragma once
// What a job of a queue is on its way: added, taken, ended.

#include "service/queue/job_options.h"
#include "shared/model/ids.h"

#include <QList>

#include <optional>
#include <vector>

namespace oo {

struct NewJob
{
    QByteArray id;
    QByteArray name;
    QByteArray data; // JSON
    qint64 delayMs = 0;
    QByteArray opts = {}; // JSON by writeJobOptions(); empty: those of the queue's policy
};

struct FailedJob
{
    QByteArray id;
    QByteArray reason;
    QByteArray worker; // who took it last; empty: it gave no name
    bool forStalling = false; // its workers died too often, which says nothing about the job
};

struct AddedJobs
{
    int added = 0;
    QList<QByteArray> ids;         // of each, in the order given: its own, or that of the job it duplicates
    std::vector<FailedJob> failed; // quiet adds that found a record of an earlier failure under their id
};

// The job of an event: id `ev-<event>`, data {"eventStoreId": n}. `suffix` tells the runs of one event apart.
NewJob eventJob(EventId event, const QByteArray &name, const QByteArray &suffix = {});
// The suffix after a release from parking (design §3); 0: none yet.
QByteArray runSuffix(qint64 releasedPark);
EventId eventOfJobId(const QByteArray &id); // 0: not a job of an event

struct TakenJob
{
    QByteArray id;
    QByteArray name;
    QByteArray data;
    int attemptsMade = 0;
    RetryPolicy retries;          // as its producer wished, else the queue's
    QByteArray deferredFailure;   // not empty: must fail with this text, without running
};

struct TakenJobs
{
    std::vector<TakenJob> jobs;
    std::optional<qint64> nextDueMs;     // epoch ms of the earliest delayed job
    std::optional<qint64> limitedForMs;  // the rate limit allows nothing before
};

struct JobEnd
{
    enum class Action { Done, Fail, Retry, Later, Release };
    QByteArray id;
    Action action = Action::Done;
    QByteArray text;   // JSON return value, or the reason of a failure
    qint64 delayMs = 0;
};

// How many of them end their job for good.
quint64 countFinal(const std::vector<JobEnd> &ends);

// The end of an attempt that failed: another one if the job's policy allows it, else failed for good.
JobEnd failedAttempt(const TakenJob &job, const QByteArray &reason);

// What became of one job of many (bullmq-wire-format.md §11); the scripts answer these numbers.
enum class JobCode { Done = 1, Locked = 0, NoJob = -1, NoLock = -2, NotInState = -3, ChildrenPending = -4, LockedByOther = -6, OfScheduler = -8, ChildrenFailed = -9 };

struct FinishOptions
{
    int metricPoints = 0; // minutes of metrics to keep (§16); 0: none are counted
    std::optional<Retention> completed = {}, failed = {}; // for jobs that name none themselves
};

struct RateLimit
{
    int max = 0; // 0: none
    qint64 durationMs = 0;
};

} // namespace oo
