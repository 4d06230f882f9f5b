#pragma once
// How long something took, counted by upper bounds. Any thread adds.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace oo {

struct DurationHistogram
{
    static constexpr std::array boundsMs{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

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
