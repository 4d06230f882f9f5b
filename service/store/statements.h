#pragma once
// The statements of sql/queries, by name: one constant a file (a test compares the two).

#include <string_view>

namespace oo {

struct Statement
{
    std::string_view name; // file :/sql/queries/<name>.sql, and the name it is prepared under
};

namespace sql {
inline constexpr Statement adminBalance{"admin_balance"};
inline constexpr Statement adminCalls{"admin_calls"};
inline constexpr Statement adminCourierEvent{"admin_courier_event"};
inline constexpr Statement adminDeliveries{"admin_deliveries"};
inline constexpr Statement adminDownstreams{"admin_downstreams"};
inline constexpr Statement adminEvent{"admin_event"};
inline constexpr Statement adminEventAt{"admin_event_at"};
inline constexpr Statement adminEventBounds{"admin_event_bounds"};
inline constexpr Statement adminEvents{"admin_events"};
inline constexpr Statement adminOpenEvents{"admin_open_events"};
inline constexpr Statement adminOrderCalls{"admin_order_calls"};
inline constexpr Statement adminOrderDeliveries{"admin_order_deliveries"};
inline constexpr Statement adminOrderEffects{"admin_order_effects"};
inline constexpr Statement adminOrderParks{"admin_order_parks"};
inline constexpr Statement adminOrders{"admin_orders"};
inline constexpr Statement adminParkGroups{"admin_park_groups"};
inline constexpr Statement adminParkedUntil{"admin_parked_until"};
inline constexpr Statement adminParks{"admin_parks"};
inline constexpr Statement adminStuck{"admin_stuck"};
inline constexpr Statement adminUnmatched{"admin_unmatched"};
inline constexpr Statement auditBegin{"audit_begin"};
inline constexpr Statement auditFind{"audit_find"};
inline constexpr Statement auditFinish{"audit_finish"};
inline constexpr Statement auditList{"audit_list"};
inline constexpr Statement begin{"begin"};
inline constexpr Statement callsClaim{"calls_claim"};
inline constexpr Statement callsResult{"calls_result"};
inline constexpr Statement callsUnclaim{"calls_unclaim"};
inline constexpr Statement chaosAllStored{"chaos_all_stored"};
inline constexpr Statement chaosOpenEvents{"chaos_open_events"};
inline constexpr Statement chaosOrders{"chaos_orders"};
inline constexpr Statement chaosOtherWorkers{"chaos_other_workers"};
inline constexpr Statement chaosParked{"chaos_parked"};
inline constexpr Statement chaosRunBegin{"chaos_run_begin"};
inline constexpr Statement chaosRunsAbandoned{"chaos_runs_abandoned"};
inline constexpr Statement chaosRunsCancel{"chaos_runs_cancel"};
inline constexpr Statement chaosRunsClaim{"chaos_runs_claim"};
inline constexpr Statement chaosRunsCreate{"chaos_runs_create"};
inline constexpr Statement chaosRunsFinish{"chaos_runs_finish"};
inline constexpr Statement chaosRunsList{"chaos_runs_list"};
inline constexpr Statement chaosRunsProgress{"chaos_runs_progress"};
inline constexpr Statement chaosStored{"chaos_stored"};
inline constexpr Statement chaosUnexpected{"chaos_unexpected"};
inline constexpr Statement commit{"commit"};
inline constexpr Statement courierEventsAttach{"courier_events_attach"};
inline constexpr Statement courierEventsBind{"courier_events_bind"};
inline constexpr Statement courierEventsForget{"courier_events_forget"};
inline constexpr Statement deliverySituations{"delivery_situations"};
inline constexpr Statement effectsInsert{"effects_insert"};
inline constexpr Statement eventsCountStalls{"events_count_stalls"};
inline constexpr Statement eventsOfOrders{"events_of_orders"};
inline constexpr Statement eventsPark{"events_park"};
inline constexpr Statement eventsRecord{"events_record"};
inline constexpr Statement eventsResolve{"events_resolve"};
inline constexpr Statement eventsSettle{"events_settle"};
inline constexpr Statement eventsUnpark{"events_unpark"};
inline constexpr Statement ingestFindRepeats{"ingest_find_repeats"};
inline constexpr Statement ingestInsert{"ingest_insert"};
inline constexpr Statement ingestInsertRepeats{"ingest_insert_repeats"};
inline constexpr Statement instancesBeat{"instances_beat"};
inline constexpr Statement instancesFinished{"instances_finished"};
inline constexpr Statement instancesForget{"instances_forget"};
inline constexpr Statement instancesGoodbye{"instances_goodbye"};
inline constexpr Statement instancesList{"instances_list"};
inline constexpr Statement instancesRefusals{"instances_refusals"};
inline constexpr Statement ordersInsertMissing{"orders_insert_missing"};
inline constexpr Statement ordersLock{"orders_lock"};
inline constexpr Statement ordersLockOfEffects{"orders_lock_of_effects"};
inline constexpr Statement ordersLockOfEffectsSkip{"orders_lock_of_effects_skip"};
inline constexpr Statement ordersLockSkip{"orders_lock_skip"};
inline constexpr Statement ordersPage{"orders_page"};
inline constexpr Statement ordersRead{"orders_read"};
inline constexpr Statement ordersWrite{"orders_write"};
inline constexpr Statement ping{"ping"};
inline constexpr Statement proofCalls{"proof_calls"};
inline constexpr Statement proofEvents{"proof_events"};
inline constexpr Statement proofOrders{"proof_orders"};
inline constexpr Statement proofWebhooksWaited{"proof_webhooks_waited"};
inline constexpr Statement queueRates{"queue_rates"};
inline constexpr Statement redactionBounds{"redaction_bounds"};
inline constexpr Statement redactionEraseEvents{"redaction_erase_events"};
inline constexpr Statement redactionEraseOrders{"redaction_erase_orders"};
inline constexpr Statement redactionEvents{"redaction_events"};
inline constexpr Statement redactionFinish{"redaction_finish"};
inline constexpr Statement redactionForgetOrders{"redaction_forget_orders"};
inline constexpr Statement redactionKey{"redaction_key"};
inline constexpr Statement redactionOpen{"redaction_open"};
inline constexpr Statement redactionReaders{"redaction_readers"};
inline constexpr Statement redactionTracking{"redaction_tracking"};
inline constexpr Statement redactionTryLock{"redaction_try_lock"};
inline constexpr Statement redactionUnlock{"redaction_unlock"};
inline constexpr Statement replayAdvance{"replay_advance"};
inline constexpr Statement replayBegin{"replay_begin"};
inline constexpr Statement replayClaim{"replay_claim"};
inline constexpr Statement replayCreate{"replay_create"};
inline constexpr Statement replayEnd{"replay_end"};
inline constexpr Statement replayResultsList{"replay_results_list"};
inline constexpr Statement replayRunsList{"replay_runs_list"};
inline constexpr Statement replaySelect{"replay_select"};
inline constexpr Statement restored{"restored"};
inline constexpr Statement rollback{"rollback"};
inline constexpr Statement samplesForget{"samples_forget"};
inline constexpr Statement samplesInsert{"samples_insert"};
inline constexpr Statement samplesLock{"samples_lock"};
inline constexpr Statement samplesSeries{"samples_series"};
inline constexpr Statement samplesToMinutes{"samples_to_minutes"};
inline constexpr Statement setLockTimeout{"set_lock_timeout"};
inline constexpr Statement tailEdge{"tail_edge"};
inline constexpr Statement tailHeldBack{"tail_held_back"};
inline constexpr Statement tailNext{"tail_next"};
inline constexpr Statement tailOrders{"tail_orders"};
inline constexpr Statement tokensCreate{"tokens_create"};
inline constexpr Statement tokensFind{"tokens_find"};
inline constexpr Statement tokensList{"tokens_list"};
inline constexpr Statement tokensRevoke{"tokens_revoke"};
inline constexpr Statement tombstonesInsert{"tombstones_insert"};
inline constexpr Statement trackingInsert{"tracking_insert"};
inline constexpr Statement trackingOthers{"tracking_others"};
inline constexpr Statement unprocessedPage{"unprocessed_page"};
} // namespace sql

} // namespace oo
