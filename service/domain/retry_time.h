#pragma once
// When a failed job is tried again (bullmq-wire-format.md §12).

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
    double jitter = 0; // 0 to 1: how much of the delay is left to chance
};

// Whether another attempt is allowed after `made` attempts, and how long to wait before it (ms; 0 is at once). `chance`
// in [0, 1) decides the part that the jitter leaves open.
bool mayRetry(const RetryPolicy &policy, int made);
qint64 retryDelayMs(const RetryPolicy &policy, int made, double chance = 0);

} // namespace oo
