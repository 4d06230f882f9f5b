#pragma once
// What this process counted since it started. Any thread adds; readers see each number whole, not all at one instant.

#include <QByteArray>

#include <array>
#include <atomic>
#include <cstdint>

namespace oo {

struct Counters
{
    using Number = std::atomic<std::uint64_t>;
    static constexpr size_t maxSecrets = 8;

    Number accepted{0};               // answered 201
    Number repeated{0};               // answered 200, a known delivery
    Number conflictingDeliveries{0};  // a known delivery id with another body
    Number refusedAtGate{0};          // HTTP errors before any handler
    Number refusedSignature{0};       // 401
    Number refusedContent{0};         // 400, 415
    Number refusedUnavailable{0};     // 503
    Number unsignedAccepted{0};
    Number unknownFinancialStatus{0};
    std::array<Number, maxSecrets> secretMatched{}; // by the secret's place in the setting
    Number eventsSettled{0};
    Number eventsParked{0};
    Number callsAccepted{0};
    Number callsRefused{0};
    Number callsUnknown{0};
    Number courierCircuitOpen{0};     // 1: the courier does not answer, and is not called for a while
    Number shopCircuitOpen{0};
    Number foreignOrderWorkers{0};    // as of the last look: other programs' workers on the order queues
};

// What other programs read them under: the metric's name without its prefix and suffix, and what it counts.
struct CounterRow
{
    const char *name;
    Counters::Number Counters::*number;
    const char *meaning;
    bool isGauge = false;
};
inline constexpr std::array kCounterRows{
    CounterRow{"webhooks_accepted", &Counters::accepted, "webhooks stored and answered 201"},
    CounterRow{"webhooks_repeated", &Counters::repeated, "known deliveries, answered 200"},
    CounterRow{"deliveries_conflicting", &Counters::conflictingDeliveries, "known delivery ids with another body"},
    CounterRow{"refused_at_gate", &Counters::refusedAtGate, "HTTP errors before any handler"},
    CounterRow{"refused_signature", &Counters::refusedSignature, "webhooks answered 401"},
    CounterRow{"refused_content", &Counters::refusedContent, "webhooks answered 400 or 415"},
    CounterRow{"refused_unavailable", &Counters::refusedUnavailable, "webhooks answered 503"},
    CounterRow{"webhooks_unsigned", &Counters::unsignedAccepted, "unsigned webhooks taken for want of a secret"},
    CounterRow{"financial_status_unknown", &Counters::unknownFinancialStatus, "orders with a financial_status nobody knows"},
    CounterRow{"events_settled", &Counters::eventsSettled, "events that got their outcome here"},
    CounterRow{"events_parked", &Counters::eventsParked, "events parked here"},
    CounterRow{"calls_accepted", &Counters::callsAccepted, "calls the other side said yes to"},
    CounterRow{"calls_refused", &Counters::callsRefused, "calls the other side said no to, for good"},
    CounterRow{"calls_unknown", &Counters::callsUnknown, "calls without an answer that tells"},
    CounterRow{"courier_circuit_open", &Counters::courierCircuitOpen, "whether the courier is not called for want of answers", true},
    CounterRow{"shop_circuit_open", &Counters::shopCircuitOpen, "whether the shop is not called for want of answers", true},
    CounterRow{"foreign_order_workers", &Counters::foreignOrderWorkers, "other programs' workers on the order queues", true},
};

// All of them as a JSON object.
QByteArray countersJson(const Counters &counters);

} // namespace oo
