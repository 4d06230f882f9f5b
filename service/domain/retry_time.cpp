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

qint64 retryDelayMs(const RetryPolicy &policy, int made)
{
    if (policy.type == BackoffType::Fixed || made < 1)
        return policy.delayMs;
    return policy.delayMs << std::min(made - 1, kMaxDoublings);
}

} // namespace oo
