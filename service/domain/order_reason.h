#pragma once
// Why an order is where it is: one of a closed list, for staff who ask (console, admin API).

#include "service/domain/fold.h"
#include "shared/model/order_reasons.h"

namespace oo {

// How far an effect event of the order has come.
struct EffectProgress
{
    EventId event;
    bool settled = false;
    std::optional<Outcome> outcome;
    std::optional<ParkReason> parked;
    std::optional<CallState> call;
    bool leased = false;
    int attempt = 0;
    QByteArray answer; // what the courier said last
};

struct OrderSituation
{
    PaymentStatus payment = PaymentStatus::Pending;
    ShippingStatus shipping = ShippingStatus::Pending;
    bool placeholder = false;
    bool test = false;
    bool bookTestOrders = true;
    std::optional<QByteArray> financialStatus;
    int openEvents = 0; // inbound, neither processed nor parked
    std::optional<std::pair<EventId, ParkReason>> parkedEvent; // the oldest inbound one
    std::optional<EffectProgress> booking;      // of the last generation
    std::optional<EffectProgress> cancellation; // the same
};

struct OrderExplanation
{
    OrderReason reason = OrderReason::ReadyToBook;
    QList<std::pair<QByteArray, QByteArray>> parameters; // name and value, for the sentence that tells it
};

OrderExplanation explain(const OrderSituation &order);

} // namespace oo
