#pragma once
// What a chaos run can be told, once: the command line, the admin API and the console's form follow it.

#include <QLatin1StringView>

#include <array>

namespace oo {

struct ChaosOption
{
    QLatin1StringView name;
    QLatin1StringView meaning;
    double defaultValue, low, high;
    bool whole = true; // a whole number
};
// Without arguments: what the older service's script did.
inline constexpr std::array kChaosOptions{
    ChaosOption{QLatin1StringView("orders"), QLatin1StringView("Orders to make."), 1, 1, 1000000},
    ChaosOption{QLatin1StringView("events"), QLatin1StringView("Webhooks of each order."), 100, 1, 100000},
    ChaosOption{QLatin1StringView("seed"), QLatin1StringView("The same seed makes the same traffic."), 1, 0, 9e15},
    ChaosOption{QLatin1StringView("duplicates"), QLatin1StringView("Share of webhooks that are delivered twice, 0 to 1."), 0.1, 0, 1, false},
    ChaosOption{QLatin1StringView("concurrency"), QLatin1StringView("Connections."), 16, 1, 1000},
    ChaosOption{QLatin1StringView("rate"), QLatin1StringView("Webhooks a second; 0: as fast as answers come."), 0, 0, 1e6, false},
    ChaosOption{QLatin1StringView("patience"), QLatin1StringView("Seconds to wait for the next acknowledgement, and for quiet at the end."), 180, 1, 86400},
};

// Webhooks of a run that is begun through the admin API, at most.
inline constexpr double kMostChaosWebhooks = 200000;

} // namespace oo
