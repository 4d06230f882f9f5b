#pragma once
// When a failed job is tried again (bullmq-wire-format.md §12). Jitter is the caller's.

#include "shared/core/enum_table.h"

#include <QtGlobal>

namespace oo {

enum class BackoffType { Fixed, Exponential };
template <>
struct EnumTable<BackoffType>
{
    static constexpr std::array rows{
        EnumRow{BackoffType::Fixed, "fixed"},
        EnumRow{BackoffType::Exponential, "exponential"},
    };
};
static_assert(rowsFollowEnum<BackoffType>());

struct RetryPolicy
{
    int attempts = 3; // in all
    BackoffType type = BackoffType::Exponential;
    qint64 delayMs = 5000;
};

// Whether another attempt is allowed after `made` attempts, and how long to wait before it (ms; 0 is at once).
bool mayRetry(const RetryPolicy &policy, int made);
qint64 retryDelayMs(const RetryPolicy &policy, int made);

} // namespace oo
