#pragma once
// The history of one order: its timeline, its state after each event, and why it is where it is.

#include "service/domain/order_reason.h"
#include "service/store/pg_connection.h"
#include "shared/api/event_messages.h"
#include "shared/api/order_messages.h"

namespace oo {

struct OrderHistory
{
    std::vector<EventSummary> events; // in the order of arrival
    std::vector<TimelineEntry> timeline;
    std::vector<StateAfter> states;
    std::vector<CallSummary> calls;
    OrderExplanation explanation;
    bool cut = false; // it has more events than are told
};

class OrderHistories
{
public:
    OrderHistories(PgConnection &postgres, bool bookTestOrders) : m_postgres(postgres), m_bookTestOrders(bookTestOrders) {}

    // `row`: as it is now. Without `reveal` texts of other programs are masked.
    Result<OrderHistory> of(const OrderId &order, const OrderSummary &row, bool reveal);

    static constexpr int maxEvents = 500;

private:
    Status addTimeline(const OrderId &order, OrderHistory &history, bool reveal); // and its calls
    Status addStates(const OrderId &order, OrderHistory &history, bool &test);
    Result<OrderExplanation> explanationOf(const OrderId &order, const OrderSummary &row, const OrderHistory &history, bool test);

    PgConnection &m_postgres;
    bool m_bookTestOrders;
};

} // namespace oo
