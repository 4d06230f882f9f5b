#include "tests/support/event_builder.h"

#include "service/domain/order_payload.h"

namespace oo::test {

namespace {
qint64 lastId = 0;
}

AnEvent::AnEvent(EventType type)
{
    m_event.id = EventId(++lastId);
    m_event.type = type;
    m_event.bodyDigest = QByteArray::number(lastId).rightJustified(32, '0');
    m_event.businessAt = Instant{0};
    if (type == EventType::OrderCreated || type == EventType::OrderUpdated)
        m_event.paymentRank = PaymentStatus::Pending;
}

AnEvent &AnEvent::at(qint64 second)
{
    m_event.businessAt = Instant{second * 1000000};
    return *this;
}

AnEvent &AnEvent::triggered(qint64 second)
{
    m_event.triggeredAt = Instant{second * 1000000};
    return *this;
}

AnEvent &AnEvent::undated()
{
    m_event.businessAt.reset();
    return *this;
}

AnEvent &AnEvent::payment(const char *financialStatus)
{
    m_event.facts.financialStatus = financialStatus;
    m_event.paymentRank = paymentStatusOf(m_event.facts.financialStatus, m_event.facts.cancelledAt);
    return *this;
}

AnEvent &AnEvent::cancelledAt(const char *iso)
{
    m_event.facts.cancelledAt = iso;
    m_event.paymentRank = PaymentStatus::Cancelled;
    return *this;
}

AnEvent &AnEvent::total(const char *price)
{
    m_event.facts.totalPrice = price;
    return *this;
}

AnEvent &AnEvent::customer(const char *json)
{
    m_event.facts.customer = json;
    return *this;
}

AnEvent &AnEvent::name(const char *name)
{
    m_event.facts.name = name;
    return *this;
}

AnEvent &AnEvent::stub()
{
    m_event.facts = {};
    m_event.facts.stub = true;
    m_event.paymentRank.reset();
    m_event.businessAt.reset();
    return *this;
}

AnEvent &AnEvent::testOrder()
{
    m_event.facts.test = true;
    return *this;
}

AnEvent &AnEvent::shipping(ShippingStatus status)
{
    m_event.facts.shippingStatus = status;
    return *this;
}

AnEvent &AnEvent::shipment(const char *courier, const char *trackingNumber, const char *fee)
{
    m_event.facts.courier = courier;
    m_event.facts.trackingNumber = trackingNumber;
    m_event.facts.shippingFee = fee;
    return *this;
}

AnEvent &AnEvent::generation(qint64 number)
{
    m_event.facts.generation = number;
    return *this;
}

AnEvent &AnEvent::notified(ShippingStatus status)
{
    m_event.facts.notifiedStatus = status;
    return *this;
}

AnEvent &AnEvent::settled()
{
    m_event.settled = true;
    return *this;
}

AnEvent &AnEvent::digest(const char *bytes)
{
    m_event.bodyDigest = bytes;
    return *this;
}

} // namespace oo::test
