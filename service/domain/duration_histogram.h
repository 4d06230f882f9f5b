#pragma once
// How long something took, counted by upper bounds. Any thread adds.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace oo {

struct DurationHistogram
{
    static constexpr std::array boundsMs{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

    std::array<std::atomic<std::uint64_t>, boundsMs.size() + 1> counts{}; // by bound, each without those before; the last: beyond all
    std::atomic<std::uint64_t> totalUs{0};

    void add(std::chrono::steady_clock::duration took)
    {
        const auto us = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count(), 0);
        const auto bound = std::lower_bound(boundsMs.begin(), boundsMs.end(), us, [](int ms, std::int64_t value) { return ms * 1000ll < value; });
        counts[static_cast<size_t>(bound - boundsMs.begin())]++;
        totalUs += static_cast<std::uint64_t>(us);
    }
    void addSince(std::chrono::steady_clock::time_point begin) { add(std::chrono::steady_clock::now() - begin); }
};

} // namespace oo
