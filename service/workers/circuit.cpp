#include "service/workers/circuit.h"

#include <algorithm>

namespace oo {

namespace {
constexpr qint64 kFirstPauseMs = 1000;
constexpr qint64 kLongestPauseMs = 30000;
constexpr int kMostDoublings = 5;
} // namespace

void Circuit::answered()
{
    m_failures = 0;
    m_closedAgainAt = 0;
}

void Circuit::noAnswer(qint64 nowMs)
{
    if (isOpen(nowMs))
        return; // it left before the circuit opened, beside those that opened it
    ++m_failures;
    if (m_failures < kFailuresToOpen)
        return;
    const int doublings = std::min(m_failures - kFailuresToOpen, kMostDoublings);
    m_closedAgainAt = nowMs + std::min(kFirstPauseMs << doublings, kLongestPauseMs);
}

} // namespace oo
