#include "service/domain/retry_time.h"

#include <algorithm>

namespace oo {

namespace {
constexpr int kMaxDoublings = 20; // 2^20 times any sensible delay is days; keeps the product inside 64 bits
}

bool mayRetry(const RetryPolicy &policy, int made)
{
    return made < policy.attempts;
}

qint64 retryDelayMs(const RetryPolicy &policy, int made, double chance)
{
    const int doublings = policy.type == BackoffType::Fixed ? 0 : std::clamp(made - 1, 0, kMaxDoublings);
    const qint64 delay = policy.delayMs << doublings;
    if (policy.jitter <= 0)
        return delay;
    const auto whole = static_cast<double>(delay);
    return static_cast<qint64>(chance * whole * policy.jitter + whole * (1 - policy.jitter));
}

} // namespace oo
