#include "service/chaos/traffic.h"

#include "shared/core/instant.h"
#include "shared/core/json_text.h"

#include <algorithm>
#include <random>

namespace oo::chaos {

namespace {

constexpr qint64 kFirstSecond = 1775000000; // 2026-04; the traffic must not depend on the clock

// Runs of the same seed but another size must not meet in one database.
QByteArray runName(const TrafficOptions &options)
{
    return !options.run.isEmpty() ? options.run : "chaos-" + QByteArray::number(options.seed) + '-' + QByteArray::number(options.orders) + 'x' + QByteArray::number(options.events);
}

qint64 runNumber(const TrafficOptions &options)
{
    quint64 mixed = options.seed;
    for (const auto part : {options.orders, options.events})
        mixed = (mixed ^ static_cast<quint64>(part)) * 0x9e3779b97f4a7c15u;
    for (const char letter : options.run)
        mixed = (mixed ^ static_cast<unsigned char>(letter)) * 0x9e3779b97f4a7c15u;
    return static_cast<qint64>((mixed >> 16) % 1000000000u);
}

class Dice
{
public:
    explicit Dice(quint64 seed) : m_engine(seed) {}
    // The standard's distributions differ between libraries; this does not. 0 … count-1.
    int pick(int count) { return static_cast<int>(m_engine() % static_cast<quint64>(count)); }
    bool chance(double share) { return static_cast<double>(m_engine() >> 11) * 0x1.0p-53 < share; }
    template <class List>
    auto any(const List &list)
    {
        return list[static_cast<size_t>(pick(static_cast<int>(std::size(list))))];
    }

private:
    std::mt19937_64 m_engine;
};

// What kind of life an order has; decides which webhooks it gets.
struct Life
{
    bool created = true;
    bool paid = true;
    bool cancelled = false;
    bool shipped = false;
};

Life rollLife(Dice &dice, bool alone)
{
    if (alone)
        return {true, true, false, false};
    return {dice.chance(0.95), dice.chance(0.85), dice.chance(0.2), dice.chance(0.6)};
}

QByteArray person(Dice &dice)
{
    static constexpr const char *kNames[] = {"Noura", "Ada", "Jörg", "Łucja", "花子", "O'Brien", "émile 🎁"};
    QByteArray out;
    JsonObjectWriter json(out);
    json.number("id", 1000000000000000000ll + dice.pick(100000));
    json.string("first_name", dice.any(kNames));
    json.string("email", "person" + QByteArray::number(dice.pick(1000)) + "@example.com");
    json.close();
    return out;
}

QByteArray address(Dice &dice)
{
    static constexpr const char *kStreets[] = {"1 Main \"St\"", "Allée des Tilleuls 7", "١٢ شارع التجربة", "Back\\slash Road"};
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("address1", dice.any(kStreets));
    json.string("zip", QByteArray::number(10000 + dice.pick(80000)));
    json.raw("latitude", "24.713551700000001");
    json.close();
    return out;
}

QByteArray isoText(qint64 second, int offsetHours)
{
    const Instant shifted{(second + offsetHours * 3600ll) * 1000000};
    auto text = toText(shifted).left(19);
    if (offsetHours == 0)
        return text + 'Z';
    return text + (offsetHours < 0 ? '-' : '+') + QByteArray::number(std::abs(offsetHours)).rightJustified(2, '0') + ":00";
}

class OrderScript
{
public:
    OrderScript(Dice &dice, const TrafficOptions &options, int number, Traffic &traffic)
        : m_dice(dice), m_options(options), m_number(number), m_traffic(traffic),
          m_life(rollLife(dice, options.orders == 1))
    {
    }

    void write()
    {
        for (int i = 0; i < m_options.events; ++i) {
            if (i == 0 && m_life.created)
                shopify("orders/create", m_dice.chance(0.7) ? "pending" : m_life.paid ? "paid" : "authorized", false);
            else if (i == 1 && m_life.paid)
                shopify("orders/paid", "paid", false);
            else if (i == 2 && m_life.cancelled)
                shopify("orders/cancelled", m_dice.chance(0.5) ? "refunded" : "voided", true);
            else if (m_life.shipped && m_dice.chance(0.15))
                courier();
            else
                update();
        }
    }

private:
    void update()
    {
        static constexpr const char *kUnpaid[] = {"pending", "authorized", "partially_paid", "expired"};
        static constexpr const char *kPaid[] = {"pending", "authorized", "paid", "partially_refunded"};
        const bool cancel = m_life.cancelled && m_dice.chance(0.1);
        const char *status = m_life.paid ? m_dice.any(kPaid) : m_dice.any(kUnpaid);
        shopify(m_dice.chance(0.1) ? "orders/fulfilled" : "orders/updated", status, cancel);
    }

    void shopify(const char *topic, const char *financialStatus, bool cancelled)
    {
        static constexpr int kOffsets[] = {0, 3, -5, 9};
        const qint64 second = kFirstSecond + m_dice.pick(std::max(2, m_options.events / 2)); // ties are meant
        const int offset = m_dice.any(kOffsets);
        const auto &order = m_traffic.orders[m_number];
        Webhook webhook{Webhook::Kind::Shopify, m_number, topic, nextDeliveryId(), {}, {}};
        webhook.triggeredAt = toText(Instant{second * 1000000}).left(20) + QByteArray::number(100000000 + m_dice.pick(899999999)) + 'Z';
        JsonObjectWriter json(webhook.body);
        json.raw("id", order.refId);
        json.string("name", '#' + order.refId.right(6));
        json.string("created_at", isoText(kFirstSecond, offset));
        json.string("updated_at", isoText(second, offset));
        json.raw("cancelled_at", cancelled ? '"' + isoText(second, offset) + '"' : QByteArray());
        json.string("financial_status", financialStatus);
        json.raw("fulfillment_status", m_dice.chance(0.2) ? "\"fulfilled\"" : QByteArray());
        json.string("currency", "EUR");
        if (m_dice.chance(0.8))
            json.string("total_price", QByteArray::number(m_dice.pick(500)) + '.' + QByteArray::number(10 + m_dice.pick(90)));
        json.raw("customer", m_dice.chance(0.7) ? person(m_dice) : QByteArray());
        if (m_dice.chance(0.6))
            json.raw("shipping_address", address(m_dice));
        json.boolean("test", false);
        json.close();
        m_traffic.webhooks.append(webhook);
    }

    void courier()
    {
        static constexpr const char *kStatuses[] = {"pending", "fulfilling", "shipped", "shipped", "delivered"};
        Webhook webhook{Webhook::Kind::Courier, m_number, {}, nextDeliveryId(), {}, {}};
        JsonObjectWriter json(webhook.body);
        json.string("tracking_number", m_traffic.orders[m_number].trackingNumber);
        json.string("status", m_dice.any(kStatuses));
        json.string("courier", m_traffic.courier);
        json.string("timestamp", isoText(kFirstSecond + 100 + m_dice.pick(100), 0));
        json.close();
        m_traffic.webhooks.append(webhook);
    }

    QByteArray nextDeliveryId()
    {
        return runName(m_options) + '-' + QByteArray::number(m_traffic.webhooks.size());
    }

    Dice &m_dice;
    const TrafficOptions &m_options;
    int m_number;
    Traffic &m_traffic;
    Life m_life;
};

} // namespace

Traffic makeTraffic(const TrafficOptions &options)
{
    Dice dice(options.seed);
    Traffic traffic;
    traffic.shopDomain = runName(options) + ".chaos.invalid"; // by which lists leave it out: migration 0009
    traffic.courier = "Chaos Courier";
    for (int i = 0; i < options.orders; ++i) {
        // Above 2^53, as Shopify's own samples are: a double on the way would show.
        const auto ref = QByteArray::number(860000000000000000ll + runNumber(options) * 1000000 + i);
        traffic.orders.append({ref, runName(options) + '-' + QByteArray::number(i)});
        OrderScript(dice, options, i, traffic).write();
    }
    for (int i = 0; i < traffic.webhooks.size(); ++i) {
        traffic.sendOrder.append(i);
        if (dice.chance(options.duplicates))
            traffic.sendOrder.append(i);
    }
    for (qsizetype i = traffic.sendOrder.size() - 1; i > 0; --i)
        traffic.sendOrder.swapItemsAt(i, dice.pick(static_cast<int>(i) + 1));
    return traffic;
}

} // namespace oo::chaos
