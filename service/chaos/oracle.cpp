#include "service/chaos/oracle.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>

namespace oo::chaos {

namespace {

// A webhook with everything that the design sorts by. Absent instants sort first, as the smallest number.
struct Fact
{
    qint64 businessUs = std::numeric_limits<qint64>::min();
    qint64 triggeredUs = std::numeric_limits<qint64>::min();
    int paymentRank = -1;
    QByteArray digest;
    bool creates = false;
    QJsonObject body;
};

qint64 microseconds(const QString &iso)
{
    // Qt reads milliseconds; what lies beyond is added by hand, cut after microseconds.
    const auto at = QDateTime::fromString(iso, Qt::ISODateWithMs);
    if (!at.isValid())
        return std::numeric_limits<qint64>::min();
    const auto dot = iso.indexOf(QLatin1Char('.'));
    if (dot < 0)
        return at.toSecsSinceEpoch() * 1000000;
    QString digits;
    for (auto i = dot + 1; i < iso.size() && iso[i].isDigit(); ++i)
        digits += iso[i];
    return at.toSecsSinceEpoch() * 1000000 + digits.leftJustified(6, QLatin1Char('0'), true).toLongLong();
}

int rankOf(const QJsonObject &body)
{
    if (!body.value(QLatin1StringView("cancelled_at")).toString().isEmpty())
        return 2;
    const auto status = body.value(QLatin1StringView("financial_status")).toString();
    if (QStringList{QStringLiteral("voided"), QStringLiteral("refunded"), QStringLiteral("cancelled")}.contains(status))
        return 2;
    return QStringList{QStringLiteral("paid"), QStringLiteral("partially_refunded")}.contains(status) ? 1 : 0;
}

bool comesBefore(const Fact &a, const Fact &b)
{
    if (a.businessUs != b.businessUs)
        return a.businessUs < b.businessUs;
    if (a.triggeredUs != b.triggeredUs)
        return a.triggeredUs < b.triggeredUs;
    if (a.paymentRank != b.paymentRank)
        return a.paymentRank < b.paymentRank;
    return a.digest < b.digest;
}

struct ColumnOfField
{
    const char *field;
    const char *column;
};
constexpr ColumnOfField kColumns[] = {
    {"name", "name"},         {"financial_status", "financial_status"}, {"fulfillment_status", "fulfillment_status"},
    {"total_price", "total_price"}, {"currency", "currency"},           {"customer", "customer"},
    {"shipping_address", "shipping_address"},
};

void takeFields(QJsonObject &row, const Fact &fact)
{
    for (const auto &[field, column] : kColumns) {
        const auto value = fact.body.value(QLatin1StringView(field));
        if (!value.isNull() && !value.isUndefined())
            row[QLatin1StringView(column)] = value;
    }
    const auto cancelledAt = fact.body.value(QLatin1StringView("cancelled_at")).toString();
    if (!cancelledAt.isEmpty())
        row[QLatin1StringView("cancelled_at")] = microseconds(cancelledAt);
}

void expectShipping(QList<Fact> courier, const Traffic &traffic, int order, Expectation &expectation)
{
    static const QStringList kRanks{QStringLiteral("pending"), QStringLiteral("fulfilling"), QStringLiteral("shipped"),
                                    QStringLiteral("delivered")};
    std::sort(courier.begin(), courier.end(), comesBefore);
    auto &row = expectation.rowIfBooked;
    qsizetype rank = 1;
    for (const auto &fact : std::as_const(courier)) {
        const auto to = kRanks.indexOf(fact.body.value(QLatin1StringView("status")).toString());
        if (to < 2 || to <= rank)
            continue;
        rank = to;
        row[QLatin1StringView("shipping_updated_at")] = fact.businessUs;
        if (to == 3)
            row[QLatin1StringView("delivery_at")] = fact.businessUs;
    }
    row[QLatin1StringView("shipping_status")] = kRanks[rank];
    row[QLatin1StringView("courier")] = QString::fromUtf8(traffic.courier);
    row[QLatin1StringView("tracking_number")] = QString::fromUtf8(traffic.orders[order].trackingNumber);
    expectation.delivered = rank == 3;
    expectation.rowIfNot[QLatin1StringView("shipping_status")] = kRanks[0];
}

} // namespace

Expectation expect(const Traffic &traffic, int order, const QList<const Webhook *> &webhooks)
{
    QList<Fact> shopify, courier;
    for (const auto *webhook : webhooks) {
        Fact fact;
        fact.body = QJsonDocument::fromJson(webhook->body).object();
        fact.digest = QCryptographicHash::hash(webhook->body, QCryptographicHash::Sha256);
        if (webhook->kind == Webhook::Kind::Courier) {
            fact.businessUs = microseconds(fact.body.value(QLatin1StringView("timestamp")).toString());
            courier.append(fact);
        } else {
            fact.businessUs = microseconds(fact.body.value(QLatin1StringView("updated_at")).toString());
            fact.triggeredUs = microseconds(QString::fromUtf8(webhook->triggeredAt));
            fact.paymentRank = rankOf(fact.body);
            fact.creates = webhook->topic == "orders/create";
            shopify.append(fact);
        }
    }
    if (shopify.isEmpty())
        return {}; // what a courier says makes no order
    std::sort(shopify.begin(), shopify.end(), comesBefore);

    Expectation expectation;
    auto &row = expectation.row;
    int payment = 0;
    bool created = false;
    for (const auto &fact : std::as_const(shopify)) {
        takeFields(row, fact);
        payment = std::max(payment, fact.paymentRank);
        created = created || fact.creates;
        row[QLatin1StringView("business_updated_at")] = fact.businessUs;
    }
    static const QStringList kPayments{QStringLiteral("pending"), QStringLiteral("paid"), QStringLiteral("cancelled")};
    row[QLatin1StringView("payment_status")] = kPayments[payment];
    row[QLatin1StringView("placeholder")] = !created;
    row[QLatin1StringView("shop_domain")] = QString::fromUtf8(traffic.shopDomain);
    const bool everPaid = std::any_of(shopify.cbegin(), shopify.cend(), [](const Fact &f) { return f.paymentRank == 1; });
    expectation.cancelled = payment == 2;
    if (created && everPaid)
        expectation.booking = expectation.cancelled ? Booking::Maybe : Booking::Once;
    expectShipping(courier, traffic, order, expectation);
    return expectation;
}

} // namespace oo::chaos
