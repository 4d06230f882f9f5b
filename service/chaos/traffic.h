#pragma once
// Seeded conflicting traffic: the same seed makes the same webhooks in the same order.

#include <QByteArray>
#include <QList>

namespace oo::chaos {

struct TrafficOptions
{
    int orders = 1;
    int events = 100;      // of each order
    quint64 seed = 1;
    double duplicates = 0.1; // share of webhooks that are sent twice
    QByteArray run = {};     // its name, of the form chaos-…; empty: one made of seed and size
};

struct Webhook
{
    enum class Kind { Shopify, Courier };
    Kind kind = Kind::Shopify;
    int order = 0;         // which of the run's orders
    QByteArray topic;      // Shopify
    QByteArray deliveryId;
    QByteArray triggeredAt; // Shopify: header, with nanoseconds
    QByteArray body;
};

struct TrafficOrder
{
    QByteArray refId;
    QByteArray trackingNumber; // the courier is told to answer its booking with this
};

struct Traffic
{
    QByteArray shopDomain;
    QByteArray courier;
    QList<TrafficOrder> orders;
    QList<Webhook> webhooks;  // each once
    QList<int> sendOrder;     // places in webhooks, shuffled; repeats stand for repeated deliveries
};

Traffic makeTraffic(const TrafficOptions &options);

} // namespace oo::chaos
