#pragma once
// Every endpoint of the admin API, once: the service routes by this table, the console and docs/admin-api.md follow it.

#include "shared/core/enum_table.h"

#include <array>

namespace oo {

enum class ApiRole { Viewer, Operator }; // the later may do all that the earlier may
template <>
struct EnumTable<ApiRole>
{
    static constexpr std::array rows{EnumRow{ApiRole::Viewer, "viewer"}, EnumRow{ApiRole::Operator, "operator"}};
};
static_assert(rowsFollowEnum<ApiRole>());

enum class Endpoint {
    ServiceStatus, Instances, Balance, Metrics,
    Events, Event, EventTail, Stream,
    Orders, Order, BookAgain, StuckOrders,
    Queues, QueueSeries, QueuePause, QueueResume,
    Jobs, JobsPreview, Job, JobsRetry, JobsPromote, JobsRemove,
    ParkedGroups, ParkedEvents, ParkedRelease,
    Downstreams, Calls, CallAsk, UnmatchedCourierEvents, CourierEventLink, Refusals,
    ReplayPreview, Replays, Replay, ReplayResults, ReplayStart, ReplayCancel,
    RebuildCheck, RebuildApply,
    ChaosRuns, ChaosRun, ChaosStart, ChaosCancel,
    Audit,
};

struct EndpointRow
{
    Endpoint endpoint;
    std::string_view method;
    std::string_view path; // parts in braces are parameters
    ApiRole role;
    std::string_view purpose;
    bool changes() const { return method == "POST"; } // needs a reason and a request id, and is audited
};

inline constexpr int kApiVersion = 1; // raised when a client written for an older one would misread an answer
inline constexpr std::string_view kApiPrefix = "/admin/v1/";

inline constexpr std::array kEndpoints{
    EndpointRow{Endpoint::ServiceStatus, "GET", "/admin/v1/status", ApiRole::Viewer, "who answers, and what it counted since it started"},
    EndpointRow{Endpoint::Instances, "GET", "/admin/v1/instances", ApiRole::Viewer, "every process of the deployment with its last sign of life and its counters"},
    EndpointRow{Endpoint::Balance, "GET", "/admin/v1/balance", ApiRole::Viewer, "law 5: where every accepted event is, with the ids that are nowhere or twice"},
    EndpointRow{Endpoint::Metrics, "GET", "/metrics", ApiRole::Viewer, "the same and more for Prometheus"},
    EndpointRow{Endpoint::Events, "GET", "/admin/v1/events", ApiRole::Viewer, "events, the newest first, by filters"},
    EndpointRow{Endpoint::Event, "GET", "/admin/v1/events/{id}", ApiRole::Viewer, "one event with its payload, deliveries, job, call and outcome"},
    EndpointRow{Endpoint::EventTail, "GET", "/admin/v1/tail", ApiRole::Viewer, "events as they come, none missed and none twice, and the orders that changed"},
    EndpointRow{Endpoint::Stream, "GET", "/admin/v1/stream", ApiRole::Viewer, "the same pushed over a WebSocket, with queues and health every second"},
    EndpointRow{Endpoint::Orders, "GET", "/admin/v1/orders", ApiRole::Viewer, "orders by name, id, e-mail or tracking number, many at once, or by state"},
    EndpointRow{Endpoint::Order, "GET", "/admin/v1/orders/{id}", ApiRole::Viewer, "one order: its timeline, its state after each event, and why it is where it is"},
    EndpointRow{Endpoint::BookAgain, "POST", "/admin/v1/orders/{id}/book", ApiRole::Operator, "books an order again that the courier refused, with its present address"},
    EndpointRow{Endpoint::StuckOrders, "GET", "/admin/v1/stuck", ApiRole::Viewer, "how many orders are stuck, by kind"},
    EndpointRow{Endpoint::Queues, "GET", "/admin/v1/queues", ApiRole::Viewer, "every queue: counts, oldest job, workers, whether it is paused"},
    EndpointRow{Endpoint::QueueSeries, "GET", "/admin/v1/queues/{queue}/series", ApiRole::Viewer, "depth and age of a queue over time, at most 300 points"},
    EndpointRow{Endpoint::QueuePause, "POST", "/admin/v1/queues/{queue}/pause", ApiRole::Operator, "no job of the queue is started any more"},
    EndpointRow{Endpoint::QueueResume, "POST", "/admin/v1/queues/{queue}/resume", ApiRole::Operator, "jobs of the queue are started again"},
    EndpointRow{Endpoint::Jobs, "GET", "/admin/v1/queues/{queue}/jobs", ApiRole::Viewer, "jobs of a queue in one state, page by page"},
    EndpointRow{Endpoint::JobsPreview, "GET", "/admin/v1/queues/{queue}/jobs/preview", ApiRole::Operator, "how many failed jobs match, before all of them are retried or removed"},
    EndpointRow{Endpoint::Job, "GET", "/admin/v1/queues/{queue}/jobs/{job}", ApiRole::Viewer, "one job with its attempts, errors, times and logs"},
    EndpointRow{Endpoint::JobsRetry, "POST", "/admin/v1/queues/{queue}/jobs/retry", ApiRole::Operator, "failed jobs run again"},
    EndpointRow{Endpoint::JobsPromote, "POST", "/admin/v1/queues/{queue}/jobs/promote", ApiRole::Operator, "delayed jobs run now"},
    EndpointRow{Endpoint::JobsRemove, "POST", "/admin/v1/queues/{queue}/jobs/remove", ApiRole::Operator, "jobs are removed; open events get theirs again from the sweep"},
    EndpointRow{Endpoint::ParkedGroups, "GET", "/admin/v1/parked", ApiRole::Viewer, "parked events by reason, with count, first and last"},
    EndpointRow{Endpoint::ParkedEvents, "GET", "/admin/v1/parked/{reason}", ApiRole::Viewer, "the parked events of one reason, the newest first"},
    EndpointRow{Endpoint::ParkedRelease, "POST", "/admin/v1/parked/release", ApiRole::Operator, "parked events run again"},
    EndpointRow{Endpoint::Downstreams, "GET", "/admin/v1/downstreams", ApiRole::Viewer, "courier and shop: circuit, open calls, how long the last calls took"},
    EndpointRow{Endpoint::Calls, "GET", "/admin/v1/calls", ApiRole::Viewer, "calls to courier and shop by state and downstream, the newest first"},
    EndpointRow{Endpoint::CallAsk, "POST", "/admin/v1/calls/{id}/ask", ApiRole::Operator, "asks the courier now what became of an unknown call, and has it resolved"},
    EndpointRow{Endpoint::UnmatchedCourierEvents, "GET", "/admin/v1/courier-events/unmatched", ApiRole::Viewer, "courier events that no order has claimed"},
    EndpointRow{Endpoint::CourierEventLink, "POST", "/admin/v1/courier-events/{id}/link", ApiRole::Operator, "a courier event's tracking number belongs to this order"},
    EndpointRow{Endpoint::Refusals, "GET", "/admin/v1/refusals", ApiRole::Viewer, "the last webhooks that were refused, without their bodies"},
    EndpointRow{Endpoint::ReplayPreview, "GET", "/admin/v1/replays/preview", ApiRole::Operator, "what a replay would do, counted by kind, and what it would change"},
    EndpointRow{Endpoint::Replays, "GET", "/admin/v1/replays", ApiRole::Viewer, "replay runs, the newest first"},
    EndpointRow{Endpoint::Replay, "GET", "/admin/v1/replays/{id}", ApiRole::Viewer, "one replay run and how far it is"},
    EndpointRow{Endpoint::ReplayResults, "GET", "/admin/v1/replays/{id}/results", ApiRole::Viewer, "what a replay run did with each event"},
    EndpointRow{Endpoint::ReplayStart, "POST", "/admin/v1/replays", ApiRole::Operator, "begins a replay run"},
    EndpointRow{Endpoint::ReplayCancel, "POST", "/admin/v1/replays/{id}/cancel", ApiRole::Operator, "ends a replay run where it is"},
    EndpointRow{Endpoint::RebuildCheck, "GET", "/admin/v1/rebuild", ApiRole::Viewer, "folds the next 500 orders again and tells which differ from their events"},
    EndpointRow{Endpoint::RebuildApply, "POST", "/admin/v1/rebuild/{id}", ApiRole::Operator, "writes an order as its events say"},
    EndpointRow{Endpoint::ChaosRuns, "GET", "/admin/v1/chaos", ApiRole::Viewer, "chaos runs with their verdicts, the newest first"},
    EndpointRow{Endpoint::ChaosRun, "GET", "/admin/v1/chaos/{id}", ApiRole::Viewer, "one chaos run: how far it is, or its verdict"},
    EndpointRow{Endpoint::ChaosStart, "POST", "/admin/v1/chaos", ApiRole::Operator, "puts a service under trial through conflicting traffic, and judges it"},
    EndpointRow{Endpoint::ChaosCancel, "POST", "/admin/v1/chaos/{id}/cancel", ApiRole::Operator, "ends a chaos run where it is"},
    EndpointRow{Endpoint::Audit, "GET", "/admin/v1/audit", ApiRole::Operator, "who did what, why, and what came of it"},
};

consteval bool endpointsFollowEnum()
{
    size_t index = 0;
    for (const auto &row : kEndpoints) {
        if (static_cast<size_t>(row.endpoint) != index++)
            return false;
    }
    return true;
}
static_assert(endpointsFollowEnum());

} // namespace oo
