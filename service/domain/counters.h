#pragma once
// What this process counted since it started. Any thread adds; readers see each number whole, not all at one instant.

#include "service/domain/duration_histogram.h"
#include "shared/model/queues.h"
#include "shared/model/statuses.h"

#include <QByteArray>

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
    std::array<Number, EnumTable<Outcome>::rows.size()> outcomes{};     // events that got theirs here
    std::array<Number, EnumTable<QueueName>::rows.size()> jobsFinished{}; // jobs that ended here, done or failed for good
    Number eventsParked{0};
    Number callsAccepted{0};
    Number callsRefused{0};
    Number callsUnknown{0};
    Number courierCircuitOpen{0};     // 1: the courier does not answer, and is not called for a while
    Number shopCircuitOpen{0};
    Number foreignOrderWorkers{0};    // as of the last look: other programs' workers on the order queues
    Number eventsUnbalanced{0};       // as of the last look: events that break law 5
    Number balanceLooks{0};           // how often that was looked at
    std::array<Number, 7> balance{};  // events by class as of the last look, in the order of kBalanceClasses

    DurationHistogram webhookTime;    // from its last byte to the answer after the commit
    DurationHistogram orderBatchTime;
    DurationHistogram courierCallTime;
    DurationHistogram shopCallTime;

    Number &finishedOf(QueueName queue) { return jobsFinished[static_cast<size_t>(queue)]; }
    Number &countOf(Outcome outcome) { return outcomes[static_cast<size_t>(outcome)]; }
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
    CounterRow{"events_parked", &Counters::eventsParked, "events parked here"},
    CounterRow{"calls_accepted", &Counters::callsAccepted, "calls the other side said yes to"},
    CounterRow{"calls_refused", &Counters::callsRefused, "calls the other side said no to, for good"},
    CounterRow{"calls_unknown", &Counters::callsUnknown, "calls without an answer that tells"},
    CounterRow{"courier_circuit_open", &Counters::courierCircuitOpen, "whether the courier is not called for want of answers", true},
    CounterRow{"shop_circuit_open", &Counters::shopCircuitOpen, "whether the shop is not called for want of answers", true},
    CounterRow{"foreign_order_workers", &Counters::foreignOrderWorkers, "other programs' workers on the order queues", true},
    CounterRow{"events_unbalanced", &Counters::eventsUnbalanced, "events that are in no class of law 5's balance, or in two, at the last look", true},
    CounterRow{"balance_looks", &Counters::balanceLooks, "how often the balance was looked at"},
};

// The classes of law 5, as the balance's statement names its columns.
inline constexpr std::array kBalanceClasses{"applied", "superseded", "recorded", "delivered", "by_older_workers", "parked", "in_flight"};

struct DurationRow
{
    const char *name;
    DurationHistogram Counters::*histogram;
    const char *meaning;
};
inline constexpr std::array kDurationRows{
    DurationRow{"webhook", &Counters::webhookTime, "from a webhook's last byte to its answer"},
    DurationRow{"order_batch", &Counters::orderBatchTime, "a batch of order jobs, from its locks to its commit"},
    DurationRow{"courier_call", &Counters::courierCallTime, "a call to the courier, with or without an answer"},
    DurationRow{"shop_call", &Counters::shopCallTime, "a call to the shop, with or without an answer"},
};

// All of them as a JSON object.
QByteArray countersJson(const Counters &counters);

} // namespace oo
