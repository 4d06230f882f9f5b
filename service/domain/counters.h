#pragma once
// What this process counted since it started. Any thread adds; readers see each number whole, not all at one instant.

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
    Number foreignOrderWorkers{0};    // as of the last look: other programs' workers on the order queues
};

} // namespace oo
