#pragma once
// What a chaos run can be told, once: the command line, the admin API and the console's form follow it.

#include <array>
#include <string_view>

namespace oo {

struct ChaosOption
{
    std::string_view name;
    std::string_view meaning;
    double defaultValue, low, high;
    bool whole = true; // a whole number
};
// Without arguments: what the older service's script did.
inline constexpr std::array kChaosOptions{
    ChaosOption{"orders", "Orders to make.", 1, 1, 1000000},
    ChaosOption{"events", "Webhooks of each order.", 100, 1, 100000},
    ChaosOption{"seed", "The same seed makes the same traffic.", 1, 0, 9e15},
    ChaosOption{"duplicates", "Share of webhooks that are delivered twice, 0 to 1.", 0.1, 0, 1, false},
    ChaosOption{"concurrency", "Connections.", 16, 1, 1000},
    ChaosOption{"rate", "Webhooks a second; 0: as fast as answers come.", 0, 0, 1e6, false},
    ChaosOption{"patience", "Seconds to wait for acknowledgements, and again for quiet.", 180, 1, 86400},
};

// Webhooks of a run that is begun through the admin API, at most.
inline constexpr double kMostChaosWebhooks = 200000;

} // namespace oo
