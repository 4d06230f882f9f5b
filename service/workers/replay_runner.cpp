#include "service/workers/replay_runner.h"

#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logReplay, "orders.replay")

constexpr qint64 kLookMs = 500;  // for new runs
constexpr qint64 kTickMs = 250;  // the rate is kept by pages of a quarter of a second

} // namespace

ReplayRunner::ReplayRunner(const PgSettings &postgres, const RedisSettings &redis, const RetryPolicy &retries, Downstreams downstreams, const QByteArray &owner)
    : m_postgres(postgres), m_redis(redis), m_replay(m_postgres, m_redis, retries), m_runs(m_postgres, owner), m_reSend(std::move(downstreams))
{
}

void ReplayRunner::run(const WakeSignal &stop)
{
    while (!stop.waitFor(kLookMs)) {
        const auto claimed = m_runs.claim();
        if (!claimed) {
            m_postgresOutage.failed(logReplay(), claimed.error().message);
            continue;
        }
        m_postgresOutage.worked(logReplay());
        if (*claimed) {
            qCInfo(logReplay) << "replay run" << (*claimed)->id << "goes on after event" << (*claimed)->cursor.value();
            work(**claimed, stop);
        }
    }
}

void ReplayRunner::work(ReplayRun run, const WakeSignal &stop)
{
    const int most = std::clamp(static_cast<int>(run.rate * kTickMs / 1000), 1, Replay::pageSize);
    const auto pause = static_cast<qint64>(most * 1000 / run.rate); // a second at most, far below the lease
    do {
        const auto results = step(run, most);
        if (!results) { // its lease runs out, and whoever can goes on
            qCWarning(logReplay) << "replay run" << run.id << "stopped:" << results.error().message;
            return;
        }
        if (results->empty())
            return;
    } while (!stop.waitFor(pause));
}

// Without doing anything twice: what was begun before may have happened.
Result<QByteArray> ReplayRunner::replay(const ReplayItem &item, const ReplayRun &run, bool begunBefore)
{
    if (item.action(run.reSend) == ReplayAction::ReSend) {
        if (!begunBefore)
            return m_reSend.send(item);
        return m_reSend.lookUp(item).value_or("not known: the service ended while it was sent; look with the other side, or send it again in another run");
    }
    const auto result = m_replay.run(item, run.by); // releasing and adding twice come to the same
    if (result)
        return result->result;
    if (result.error().code == ErrorCode::Unavailable || result.error().code == ErrorCode::LockTimeout)
        return failure(result); // later
    return "not done: " + result.error().message.toUtf8(); // and never: the others go on
}

Result<std::vector<ReplayResult>> ReplayRunner::step(ReplayRun &run, int most)
{
    const auto selection = readSelection(run.selectionJson);
    const auto items = selection ? m_replay.select(*selection, run.cursor, run.last, most) : failure(selection);
    if (!items)
        return failure(items);
    std::vector<ReplayResult> results;
    if (items->empty()) {
        const auto ended = m_runs.end(run.id, "done");
        return ended ? Result<std::vector<ReplayResult>>(results) : failure(ended);
    }
    std::vector<std::pair<EventId, QByteArray>> actions, texts;
    for (const auto &item : *items)
        actions.emplace_back(item.event, bytesOf(item.action(run.reSend)));
    const auto before = m_runs.begin(run.id, actions);
    if (!before)
        return failure(before);
    for (const auto &item : *items) {
        const auto text = replay(item, run, before->contains(item.event));
        if (!text)
            return failure(text);
        texts.emplace_back(item.event, *text);
        results.push_back({item.event, item.action(run.reSend), *text});
    }
    run.cursor = items->back().event;
    const auto mine = m_runs.advance(run, texts);
    if (!mine)
        return failure(mine);
    if (!*mine)
        results.clear(); // cancelled, or somebody else has it: no more of it here
    return results;
}

} // namespace oo
