#include "service/proof/handover.h"

#include "service/queue/job_queue.h"

#include <algorithm>

namespace oo::proof {

namespace {

constexpr qint64 kAskEveryUs = 20000;
constexpr qint64 kUsualGapUs = 100000; // between two steps, on a machine that is busy

bool isOf(qint64 processId, const QByteArray &token) // a token begins with host-process-start
{
    const auto instance = token.left(token.indexOf(':'));
    return instance.contains('-' + QByteArray::number(processId) + '-');
}

} // namespace

bool Handover::begin(qint64 processId, Instant killedAt)
{
    m_held.clear();
    m_killedAt = m_steppedAt = killedAt;
    m_askedAt = {};
    m_stoodStillUs = 0;
    for (const auto &row : EnumTable<QueueName>::rows) {
        const auto prefix = JobQueue::keyPrefix(bytesOf(row.value));
        const auto active = m_redis.run(RedisCommand{"LRANGE", prefix + "active", "0", "-1"});
        if (!active || active->items.empty())
            continue;
        std::vector<RedisCommand> questions;
        for (const auto &id : active->items) {
            questions.push_back({"GET", prefix + id.text + ":lock"});
            questions.push_back({"HGET", prefix + id.text, "ats"});
        }
        const auto answers = m_redis.run(questions);
        for (size_t i = 0; answers && i < active->items.size(); ++i) {
            if (isOf(processId, (*answers)[2 * i].text))
                m_held.push_back({prefix + active->items[i].text, (*answers)[2 * i + 1].text.toLongLong()});
        }
    }
    return isWaiting();
}

std::optional<Handover::Waited> Handover::step(Instant now)
{
    m_stoodStillUs += std::max<qint64>(0, now.us - m_steppedAt.us - kUsualGapUs);
    m_steppedAt = now;
    if (!isWaiting() || now.us - m_askedAt.us < kAskEveryUs)
        return std::nullopt;
    m_askedAt = now;
    std::vector<RedisCommand> questions;
    for (const auto &held : m_held)
        questions.push_back({"HGET", held.key, "ats"});
    const auto answers = m_redis.run(questions);
    std::vector<Held> rest;
    for (size_t i = 0; i < m_held.size(); ++i) { // one that is gone was taken, and done
        if (!answers || ((*answers)[i].kind != RedisReply::Kind::Nil && (*answers)[i].text.toLongLong() <= m_held[i].attempts))
            rest.push_back(m_held[i]);
    }
    m_held = std::move(rest);
    const Waited waited{(now.us - m_killedAt.us) / 1000, m_stoodStillUs / 1000};
    if (isWaiting() && waited.ms < kGivenUpMs)
        return std::nullopt;
    m_held.clear();
    return waited;
}

} // namespace oo::proof
