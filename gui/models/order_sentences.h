#pragma once
// The sentence that says why an order is where it is, and what may be done about it.

#include "gui/models/roles.h"
#include "shared/api/order_messages.h"
#include "shared/model/order_reasons.h"

#include <QCoreApplication>
#include <QString>

namespace oo::gui {

struct OrderWhy
{
    std::optional<OrderReason> reason; // nothing: of a newer service
    QString sentence;
    Tone tone = Tone::Plain;
    std::optional<qint64> event;       // that it is about
};
OrderWhy whyOf(const RawJson &why);

enum class OrderAction {
    ReRun,     // a parked event runs again
    AskCourier,// what became of a call without a certain answer
    BookAgain, // after a refusal, with the order's present address
    ReSend,    // a finished call again under its same key
};
// What may be done with an order in that situation; whatever `why` puts first, the calls say the rest.
QList<OrderAction> actionsFor(const OrderPage &page, const OrderWhy &why);

// Whether it may go on without an event to tell it by: calls, parks and settling make no news.
bool mayMoveUnseen(const OrderPage &page, const OrderWhy &why);

// Events of the order that wait for a person and can run again. Not refused ones: the answer stands, and another booking is made instead.
QList<qint64> releasableEventsOf(const OrderPage &page);

// The newest call to the courier without a certain answer, which it can be asked about.
std::optional<qint64> openCourierCallOf(const OrderPage &page, const OrderWhy &why);

} // namespace oo::gui
