#pragma once
// What a chaos run can be told and what it may find, once: the command line, the admin API and the console follow it.

#include <QLatin1StringView>
#include <QtGlobal>

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
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "orders")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Orders to make.")), 1, 1, 1000000},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "events")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Webhooks of each order.")), 100, 1, 100000},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "seed")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "The same seed makes the same traffic.")), 1, 0, 9e15},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "duplicates")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Share of webhooks that are delivered twice, 0 to 1.")), 0.1, 0, 1, false},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "concurrency")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Connections.")), 16, 1, 1000},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "rate")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Webhooks a second; 0: as fast as answers come.")), 0, 0, 1e6, false},
    ChaosOption{QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "patience")), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "Seconds to wait for the next acknowledgement, and for quiet at the end.")), 180, 1, 86400},
};

// Webhooks of a run that is begun through the admin API, at most.
inline constexpr double kMostChaosWebhooks = 200000;

// What a verdict lists, each under its key: the orders, deliveries or events that are wrong. All empty: the run is clean.
struct ChaosFault
{
    QLatin1StringView key;
    QLatin1StringView title;
};
inline constexpr std::array kChaosFaults{
    ChaosFault{QLatin1StringView("lost"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "lost: acknowledged, but not stored"))},
    ChaosFault{QLatin1StringView("unexpected"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "unexpected: stored, but never sent"))},
    ChaosFault{QLatin1StringView("duplicated"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "duplicated: stored more than once"))},
    ChaosFault{QLatin1StringView("diverged"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "diverged: the order is not what its events say"))},
    ChaosFault{QLatin1StringView("bookedTwice"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "booked twice"))},
    ChaosFault{QLatin1StringView("missingBookings"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "missing bookings"))},
    ChaosFault{QLatin1StringView("wrongBookings"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "booked, though never created or never paid"))},
    ChaosFault{QLatin1StringView("wrongCancellations"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "wrong cancellations"))},
    ChaosFault{QLatin1StringView("wrongNotifications"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "wrong notifications"))},
    ChaosFault{QLatin1StringView("parked"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "parked"))},
    ChaosFault{QLatin1StringView("unsettled"), QLatin1StringView(QT_TRANSLATE_NOOP("Chaos", "not settled when patience ended"))},
};

} // namespace oo
