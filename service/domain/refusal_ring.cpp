#include "service/domain/refusal_ring.h"

#include <QString>

namespace oo {

namespace {

// Header values of strangers: enough to tell whose they are.
QByteArray cut(const QByteArray &text)
{
    constexpr qsizetype kMost = 200;
    const auto known = text.isValidUtf8() ? text : QString::fromLatin1(text).toUtf8();
    return known.size() <= kMost ? known : QString::fromUtf8(known).left(kMost / 4).toUtf8() + "...";
}

} // namespace

void RefusalRing::add(Refusal refusal)
{
    for (auto *text : {&refusal.code, &refusal.reason, &refusal.peer, &refusal.topic, &refusal.shop})
        *text = cut(*text);
    const std::lock_guard lock(m_mutex);
    ++m_added;
    m_refusals.push_front(std::move(refusal));
    if (m_refusals.size() > capacity)
        m_refusals.pop_back();
}

quint64 RefusalRing::added() const
{
    const std::lock_guard lock(m_mutex);
    return m_added;
}

std::vector<Refusal> RefusalRing::newestFirst() const
{
    const std::lock_guard lock(m_mutex);
    return {m_refusals.begin(), m_refusals.end()};
}

} // namespace oo
