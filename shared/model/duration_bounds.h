#pragma once
// Upper bounds by which durations are counted, in milliseconds: metrics, the counters of processes, and who reads them.

#include <array>

namespace oo {

inline constexpr std::array kDurationBoundsMs{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

} // namespace oo
