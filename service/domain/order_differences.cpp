#include "service/domain/order_differences.h"

namespace oo {

namespace {

QByteArray shown(const std::optional<QByteArray> &value)
{
    return value.value_or(QByteArray());
}

QByteArray shown(const std::optional<Instant> &value)
{
    return value ? toText(*value) : QByteArray();
}

QByteArray shown(bool value)
{
    return value ? "true" : "false";
}

template <class E>
    requires std::is_enum_v<E>
QByteArray shown(E value)
{
    return bytesOf(value);
}

class Comparison
{
public:
    Comparison(const OrderState &is, const OrderState &shouldBe) : m_is(is), m_shouldBe(shouldBe) {}

    template <class T>
    Comparison &field(const char *name, T OrderState::*member)
    {
        if (m_is.*member != m_shouldBe.*member)
            m_found.append({name, shown(m_is.*member), shown(m_shouldBe.*member)});
        return *this;
    }
    QList<FieldDifference> found() const { return m_found; }

private:
    const OrderState &m_is;
    const OrderState &m_shouldBe;
    QList<FieldDifference> m_found;
};

} // namespace

QList<FieldDifference> differences(const OrderState &is, const OrderState &shouldBe)
{
    return Comparison(is, shouldBe)
        .field("paymentStatus", &OrderState::payment)
        .field("shippingStatus", &OrderState::shipping)
        .field("placeholder", &OrderState::placeholder)
        .field("name", &OrderState::name)
        .field("shopDomain", &OrderState::shopDomain)
        .field("financialStatus", &OrderState::financialStatus)
        .field("fulfillmentStatus", &OrderState::fulfillmentStatus)
        .field("customer", &OrderState::customer)
        .field("shippingAddress", &OrderState::shippingAddress)
        .field("totalPrice", &OrderState::totalPrice)
        .field("currency", &OrderState::currency)
        .field("cancelledAt", &OrderState::cancelledAt)
        .field("businessUpdatedAt", &OrderState::businessUpdatedAt)
        .field("shippingUpdatedAt", &OrderState::shippingUpdatedAt)
        .field("deliveryAt", &OrderState::deliveryAt)
        .field("courier", &OrderState::courier)
        .field("trackingNumber", &OrderState::trackingNumber)
        .field("shippingFee", &OrderState::shippingFee)
        .found();
}

} // namespace oo
