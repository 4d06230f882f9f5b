#include "service/domain/event.h"
#include "shared/core/json_reader.h"

namespace oo {

namespace {

std::optional<Instant> instantOf(const JsonMember &member)
{
    const auto text = member.string();
    return text ? parseInstant(*text) : std::nullopt;
}

std::optional<bool> booleanOf(const JsonMember &member)
{
    if (member.kind != JsonMember::Kind::Boolean)
        return std::nullopt;
    return member.isTrue();
}

template <class E>
std::optional<E> enumOf(const JsonMember &member)
{
    return member.kind == JsonMember::Kind::String ? fromText<E>(member.raw) : std::nullopt;
}

struct FactReader
{
    std::string_view key;
    void (*read)(EventFacts &, const JsonMember &);
};

// The payload's keys, for every type in one table: a key means the same wherever it stands.
constexpr FactReader kFactReaders[] = {
    {"name", [](EventFacts &f, const JsonMember &m) { f.name = m.string(); }},
    {"shopDomain", [](EventFacts &f, const JsonMember &m) { f.shopDomain = m.string(); }},
    {"customer", [](EventFacts &f, const JsonMember &m) { f.customer = m.objectText(); }},
    {"shippingAddress", [](EventFacts &f, const JsonMember &m) { f.shippingAddress = m.objectText(); }},
    {"totalPrice", [](EventFacts &f, const JsonMember &m) { f.totalPrice = m.string(); }},
    {"currency", [](EventFacts &f, const JsonMember &m) { f.currency = m.string(); }},
    {"financialStatus", [](EventFacts &f, const JsonMember &m) { f.financialStatus = m.string(); }},
    {"fulfillmentStatus", [](EventFacts &f, const JsonMember &m) { f.fulfillmentStatus = m.string(); }},
    {"cancelledAt", [](EventFacts &f, const JsonMember &m) { f.cancelledAt = m.string(); }},
    {"test", [](EventFacts &f, const JsonMember &m) { f.test = booleanOf(m); }},
    {"stub", [](EventFacts &f, const JsonMember &m) { f.stub = m.isTrue(); }},
    {"paymentStatus", [](EventFacts &f, const JsonMember &m) { f.paymentStatus = enumOf<PaymentStatus>(m); }},
    {"shippingStatus", [](EventFacts &f, const JsonMember &m) { f.shippingStatus = enumOf<ShippingStatus>(m); }},
    {"status", // the older service's courier events
     [](EventFacts &f, const JsonMember &m) {
         if (!f.shippingStatus)
             f.shippingStatus = enumOf<ShippingStatus>(m);
     }},
    {"courier", [](EventFacts &f, const JsonMember &m) { f.courier = m.string(); }},
    {"trackingNumber", [](EventFacts &f, const JsonMember &m) { f.trackingNumber = m.string(); }},
    {"shippingFee", [](EventFacts &f, const JsonMember &m) { f.shippingFee = m.string(); }},
    {"placeholder", [](EventFacts &f, const JsonMember &m) { f.placeholder = booleanOf(m); }},
    {"deliveryAt", [](EventFacts &f, const JsonMember &m) { f.deliveryAt = instantOf(m); }},
    {"shippingUpdatedAt", [](EventFacts &f, const JsonMember &m) { f.shippingUpdatedAt = instantOf(m); }},
    {"businessUpdatedAt", [](EventFacts &f, const JsonMember &m) { f.businessUpdatedAt = instantOf(m); }},
    {"generation", [](EventFacts &f, const JsonMember &m) { f.generation = m.integer(); }},
    {"notifiedStatus", [](EventFacts &f, const JsonMember &m) { f.notifiedStatus = enumOf<ShippingStatus>(m); }},
    {"reason", [](EventFacts &f, const JsonMember &m) { f.reason = m.string(); }},
};

} // namespace

std::optional<EventFacts> readFacts(EventType type, QByteArrayView payload)
{
    thread_local JsonReader reader;
    EventFacts facts;
    const bool readable = reader.forEachMember(payload, [&facts](const JsonMember &member) {
        for (const auto &row : kFactReaders) {
            if (row.key == member.key) {
                row.read(facts, member);
                return;
            }
        }
    });
    if (!readable)
        return std::nullopt;
    // The older service's notifications carry the order's status itself.
    if (type == EventType::ShopNotification && !facts.notifiedStatus)
        facts.notifiedStatus = facts.shippingStatus;
    return facts;
}

StoredEvent asStored(const NewEvent &event)
{
    StoredEvent stored;
    stored.type = fromText<EventType>(event.type).value_or(EventType::OrderUpdated);
    stored.businessAt = event.businessAt;
    stored.triggeredAt = event.triggeredAt;
    stored.paymentRank = event.paymentRank;
    stored.bodyDigest = event.bodyDigest;
    stored.facts = readFacts(stored.type, event.payload).value_or(EventFacts{});
    return stored;
}

} // namespace oo
