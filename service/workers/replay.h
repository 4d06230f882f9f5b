#pragma once
// Replay (design §7) is one of three things: re-run (parked or unprocessed: release and enqueue), re-check (finished: fold its
// order again) and re-send (one call again under its same key).

#include "service/workers/job_dispatch.h"
#include "service/workers/rebuild.h"
#include "shared/api/replay_messages.h"

#include <limits>

namespace oo {

struct ReplaySelection
{
    QList<EventId> events; // empty: all
    std::optional<QByteArray> refId;
    std::optional<QByteArray> type;
    std::optional<Instant> since, until;
    std::optional<ParkReason> parked; // only those that wait for this reason

    bool isEmpty() const { return events.isEmpty() && !refId && !type && !since && !until && !parked; }
};

// {"eventIds": […], "order", "type", "since", "until", "parked"}, each if there; Invalid names the member that is wrong.
Result<ReplaySelection> readSelection(const QByteArray &json);
QByteArray writeSelection(const ReplaySelection &selection);

struct ReplayItem
{
    EventId event;
    QByteArray source, type, topic;
    std::optional<QByteArray> refId;
    std::optional<OrderId> orderId;
    bool settled = false, parked = false;
    std::optional<QByteArray> outcome;
    std::optional<QByteArray> idempotencyKey, callPath, callBody;

    ReplayAction action(bool reSend) const
    {
        if (!settled)
            return ReplayAction::ReRun;
        // Nobody wants it any more: a refused booking has been followed by another, which may be accepted.
        const bool superseded = outcome == bytesOf(Outcome::Superseded);
        return reSend && idempotencyKey && !superseded ? ReplayAction::ReSend : ReplayAction::ReCheck;
    }
};

struct ReplayResult
{
    EventId event;
    ReplayAction action = ReplayAction::ReCheck;
    QByteArray result;
};

class Replay
{
public:
    Replay(PgConnection &postgres, RedisConnection &redis, const RetryPolicy &retries);

    // The next events of a selection after `after`, up to `last`, at most `limit`.
    Result<std::vector<ReplayItem>> select(const ReplaySelection &selection, EventId after, EventId last = newest, int limit = pageSize);

    // Re-run or re-check. Re-send is the caller's: it needs the network.
    Result<ReplayResult> run(const ReplayItem &item, const QByteArray &by, const QByteArray &why = "replay");
    static constexpr double leastRate = 1, mostRate = 1000; // events a second: below live traffic

    // What would happen, without any of it.
    Result<ReplayResult> preview(const ReplayItem &item, bool reSend);

    static constexpr int pageSize = 500;
    static inline const EventId newest{std::numeric_limits<qint64>::max()};

private:
    Result<QByteArray> reRun(const ReplayItem &item, const QByteArray &by, const QByteArray &why);
    Result<QByteArray> reCheck(const ReplayItem &item);

    PgConnection &m_postgres;
    Rebuild m_rebuild;
    RedisConnection &m_redis;
    JobDispatch m_jobs;
};

} // namespace oo
