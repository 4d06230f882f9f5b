#pragma once
// Builds stored events for tests; what a test does not name has a dull value.

#include "service/domain/fold.h"

namespace oo::test {

class AnEvent
{
public:
    explicit AnEvent(EventType type);

    AnEvent &at(qint64 second);        // business time
    AnEvent &triggered(qint64 second);
    AnEvent &undated();
    AnEvent &payment(const char *financialStatus); // and the rank that it has
    AnEvent &cancelledAt(const char *iso);
    AnEvent &total(const char *price);
    AnEvent &customer(const char *json);
    AnEvent &name(const char *name);
    AnEvent &stub();
    AnEvent &testOrder();
    AnEvent &shipping(ShippingStatus status);
    AnEvent &shipment(const char *courier, const char *trackingNumber, const char *fee = "0.00");
    AnEvent &generation(qint64 number);
    AnEvent &notified(ShippingStatus status);
    AnEvent &settled();
    AnEvent &digest(const char *bytes);

    operator StoredEvent() const { return m_event; }

private:
    StoredEvent m_event;
};

inline AnEvent aCreate() { return AnEvent(EventType::OrderCreated); }
inline AnEvent anUpdate() { return AnEvent(EventType::OrderUpdated); }
inline AnEvent aCourierEvent(ShippingStatus status) { return AnEvent(EventType::CourierStatusUpdated).shipping(status); }
inline AnEvent aBooking() { return AnEvent(EventType::BookingCreateRequest).shipment("DHL", "T-1"); }

} // namespace oo::test
