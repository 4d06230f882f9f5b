#pragma once
// Links that open something in the console: oo://PROFILE/order/NUMBER and oo://PROFILE/event/ID.

#include <QString>

#include <optional>

namespace oo::gui {

struct ConsoleLink
{
    enum class Kind { Order, Event };
    QString profile;
    Kind kind = Kind::Order;
    QString value; // whatever finds an order; an event's id
};

std::optional<ConsoleLink> readLink(const QString &text);
QString writeLink(const ConsoleLink &link);

} // namespace oo::gui
