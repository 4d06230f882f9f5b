#pragma once
// How long something took, counted by upper bounds. Any thread adds.

#include "shared/model/duration_bounds.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace oo {

struct DurationHistogram
{
    static constexpr auto &boundsMs = kDurationBoundsMs;

    std::array<std::atomic<std::uint64_t>, boundsMs.size() + 1> counts{}; // by bound, each without those before; the last: beyond all
    std::atomic<std::uint64_t> totalUs{0};

    void add(std::int64_t us) // from 0 on
    {
        const auto bound = std::lower_bound(boundsMs.begin(), boundsMs.end(), us, [](int ms, std::int64_t value) { return ms * 1000ll < value; });
        counts[static_cast<size_t>(bound - boundsMs.begin())]++;
        totalUs += static_cast<std::uint64_t>(us);
    }
};

} // namespace oo
