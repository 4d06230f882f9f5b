#include "service/chaos/chaos_verdict.h"

#include "shared/api/chaos_options.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace oo::chaos {

namespace {

QString shown(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return QStringLiteral("empty");
    return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
}

// A booking that was decided, and then cancelled before anybody was called, leaves the order with what it would have asked
// for: neither the traffic nor the oracle can know that number.
QJsonObject expectedRow(const Expectation &expectation, const StoredOrder &order, bool atTheCourier)
{
    auto row = expectation.row;
    const bool decided = order.bookings > 0;
    const auto &more = decided && atTheCourier ? expectation.rowIfBooked : expectation.rowIfNot;
    for (auto it = more.begin(); it != more.end(); ++it)
        row[it.key()] = it.value();
    if (decided && !atTheCourier) {
        row[QLatin1StringView("shipping_status")] = QStringLiteral("fulfilling");
        for (const char *column : {"courier", "tracking_number"})
            row[QLatin1StringView(column)] = order.row.value(QLatin1StringView(column));
    }
    return row;
}

void compareRows(const QString &ref, const QJsonObject &is, const QJsonObject &shouldBe, QStringList &diverged)
{
    auto columns = is.keys() + shouldBe.keys();
    columns.removeDuplicates();
    for (const auto &column : std::as_const(columns)) {
        if (is.value(column) != shouldBe.value(column))
            diverged << QStringLiteral("%1: %2 is %3, should be %4").arg(ref, column, shown(is.value(column)), shown(shouldBe.value(column)));
    }
}

void judgeBooking(const QString &ref, const Expectation &expectation, const StoredOrder &order, const LedgerCounts &ledger,
                  Verdict &verdict)
{
    const bool booked = order.bookings > 0;
    if (order.bookings > 1 || ledger.bookings > 1)
        verdict.bookedTwice << QStringLiteral("%1: %2 decided, %3 accepted").arg(ref).arg(order.bookings).arg(ledger.bookings);
    if (expectation.booking == Booking::Once && (!booked || ledger.bookings < 1))
        verdict.missingBookings << QStringLiteral("%1: %2 decided, %3 accepted").arg(ref).arg(order.bookings).arg(ledger.bookings);
    if (expectation.booking == Booking::Never && (booked || ledger.bookings > 0))
        verdict.wrongBookings << ref;
    // A booking that the courier accepted for an order that is cancelled must be cancelled there too, once, unless the
    // goods had arrived before.
    const bool mustCancel = expectation.cancelled && ledger.bookings > 0 && !expectation.delivered;
    const bool mayCancel = expectation.cancelled && ledger.bookings > 0;
    if ((mustCancel && ledger.cancellations != 1) || (!mayCancel && ledger.cancellations > 0) || ledger.cancellations > 1)
        verdict.wrongCancellations << QStringLiteral("%1: %2 bookings and %3 cancellations accepted").arg(ref).arg(ledger.bookings).arg(ledger.cancellations);
}

void judgeNotifications(const QString &ref, const QJsonObject &row, const StoredOrder &order, Verdict &verdict)
{
    const auto status = row.value(QLatin1StringView("shipping_status")).toString();
    const bool shipped = status == QLatin1StringView("shipped"), delivered = status == QLatin1StringView("delivered");
    // Skipped statuses are not told: a delivered order was told delivered, and shipped only if it was shipped first.
    const bool right = delivered ? order.notifications == 1 || order.notifications == 2 : order.notifications == (shipped ? 1 : 0);
    if (!right)
        verdict.wrongNotifications << QStringLiteral("%1: %2 with %3 notifications").arg(ref, status).arg(order.notifications);
}

QString list(QLatin1StringView title, const QStringList &items)
{
    constexpr qsizetype kShown = 10;
    if (items.isEmpty())
        return {};
    QString text = QStringLiteral("  %1\n").arg(title);
    for (qsizetype i = 0; i < std::min(items.size(), kShown); ++i)
        text += QStringLiteral("    %1\n").arg(items[i]);
    if (items.size() > kShown)
        text += QStringLiteral("    … and %1 more\n").arg(items.size() - kShown);
    return text;
}

// In step with kChaosFaults.
constexpr QStringList Verdict::*kFaultLists[] = {
    &Verdict::lost,
    &Verdict::unexpected,
    &Verdict::duplicated,
    &Verdict::diverged,
    &Verdict::bookedTwice,
    &Verdict::missingBookings,
    &Verdict::wrongBookings,
    &Verdict::wrongCancellations,
    &Verdict::wrongNotifications,
    &Verdict::parked,
    &Verdict::unsettled,
};
static_assert(std::size(kFaultLists) == kChaosFaults.size());

} // namespace

QByteArray storedDeliveryId(const Traffic &traffic, const Webhook &webhook)
{
    return webhook.kind == Webhook::Kind::Shopify ? traffic.shopDomain + ':' + webhook.deliveryId : webhook.deliveryId;
}

void takeLatencies(std::vector<qint64> latencies, Verdict &verdict)
{
    if (latencies.empty())
        return;
    std::sort(latencies.begin(), latencies.end());
    verdict.p50Us = latencies[latencies.size() / 2];
    verdict.p99Us = latencies[std::min(latencies.size() - 1, latencies.size() * 99 / 100)];
}

Status judge(const Traffic &traffic, const Told &told, Look &look, Verdict &verdict)
{
    QList<QByteArray> deliveryIds;
    QHash<int, QList<const Webhook *>> byOrder;
    for (const auto *webhook : told.acknowledged) {
        deliveryIds.append(storedDeliveryId(traffic, *webhook));
        byOrder[webhook->order].append(webhook);
    }
    const auto stored = look.stored(deliveryIds);
    const auto orders = stored ? look.orders() : Result<QHash<QByteArray, StoredOrder>>(failure(stored));
    const auto ledger = orders ? look.ledger() : Result<Ledger>(failure(orders));
    const auto parked = ledger ? look.parked() : Result<QStringList>(failure(ledger));
    const auto unexpected = parked ? look.unexpected() : Result<QStringList>(failure(parked));
    if (!unexpected)
        return failure(unexpected);
    verdict.parked = *parked;
    verdict.unexpected = *unexpected + ledger->unexpected;
    verdict.bookedTwice = ledger->bookedTwiceBefore;
    for (const auto &id : std::as_const(deliveryIds)) {
        const int count = stored->value(id);
        if (count == 0)
            verdict.lost << QString::fromUtf8(id);
        else if (count > 1)
            verdict.duplicated << QString::fromUtf8(id);
    }
    for (const auto *webhook : told.storedAgain) {
        const auto id = storedDeliveryId(traffic, *webhook);
        if (stored->value(id) == 1) // else it is in one of the lists
            verdict.lost << QStringLiteral("%1: stored, and stored again after it was lost").arg(QString::fromUtf8(id));
    }
    for (int i = 0; i < traffic.orders.size(); ++i) {
        const auto &ref = traffic.orders[i].refId;
        const auto name = QString::fromUtf8(ref);
        const auto expectation = expect(traffic, i, byOrder.value(i));
        const auto order = orders->value(ref);
        const auto calls = ledger->counts.value(ref);
        const auto row = expectedRow(expectation, order, calls.bookings > 0);
        compareRows(name, order.row, row, verdict.diverged);
        judgeBooking(name, expectation, order, calls, verdict);
        judgeNotifications(name, row, order, verdict);
        verdict.bookings += calls.bookings;
        verdict.cancellations += calls.cancellations;
    }
    return {};
}

bool Verdict::isClean() const
{
    return unacknowledged == 0
           && std::all_of(std::begin(kFaultLists), std::end(kFaultLists), [this](const auto &list) { return (this->*list).isEmpty(); });
}

QString Verdict::text(const RunOptions &options) const
{
    const auto rate = [](int count, double seconds) { return seconds > 0 ? static_cast<int>(count / seconds) : 0; };
    QString text;
    text += QStringLiteral("  sent %1, acknowledged %2, repeated %3, tried again %4, given up %5\n")
                .arg(sent).arg(acknowledged).arg(repeated).arg(retried).arg(unacknowledged);
    text += QStringLiteral("  %1/s acknowledged over %2 s, p50 %3 ms, p99 %4 ms; quiet after %5 s more\n")
                .arg(rate(acknowledged + repeated, sendSeconds)).arg(sendSeconds, 0, 'f', 2)
                .arg(static_cast<double>(p50Us) / 1000.0, 0, 'f', 1).arg(static_cast<double>(p99Us) / 1000.0, 0, 'f', 1)
                .arg(quietSeconds, 0, 'f', 2);
    text += QStringLiteral("  at the courier: %1 bookings, %2 cancellations\n").arg(bookings).arg(cancellations);
    if (notificationsWaiting > 0)
        text += QStringLiteral("  %1 notifications wait for the rate limit, drained in about %2 s\n")
                    .arg(notificationsWaiting)
                    .arg(options.notificationsPerSecond > 0 ? notificationsWaiting / options.notificationsPerSecond : 0, 0, 'f', 0);
    if (waitingWithoutBooking > 0)
        text += QStringLiteral("  %1 courier events wait for a booking that their order never had\n").arg(waitingWithoutBooking);
    text += QStringLiteral("  lost %1, diverged %2, booked twice %3, missing bookings %4\n")
                .arg(lost.size()).arg(diverged.size()).arg(bookedTwice.size()).arg(missingBookings.size());
    for (size_t i = 0; i < kChaosFaults.size(); ++i)
        text += list(kChaosFaults[i].title, this->*kFaultLists[i]);
    return text + (isClean() ? QStringLiteral("verdict: CLEAN") : QStringLiteral("verdict: NOT CLEAN"));
}

QJsonObject Verdict::json(const RunOptions &options) const
{
    QJsonObject out{{QStringLiteral("seed"), static_cast<qint64>(options.traffic.seed)},
                    {QStringLiteral("orders"), options.traffic.orders},
                    {QStringLiteral("events"), options.traffic.events},
                    {QStringLiteral("sent"), sent},
                    {QStringLiteral("acknowledged"), acknowledged},
                    {QStringLiteral("repeated"), repeated},
                    {QStringLiteral("retried"), retried},
                    {QStringLiteral("unacknowledged"), unacknowledged},
                    {QStringLiteral("bookings"), bookings},
                    {QStringLiteral("cancellations"), cancellations},
                    {QStringLiteral("notificationsWaiting"), notificationsWaiting},
                    {QStringLiteral("waitingWithoutBooking"), waitingWithoutBooking},
                    {QStringLiteral("sendSeconds"), sendSeconds},
                    {QStringLiteral("quietSeconds"), quietSeconds},
                    {QStringLiteral("p50Us"), p50Us},
                    {QStringLiteral("p99Us"), p99Us},
                    {QStringLiteral("clean"), isClean()}};
    for (size_t i = 0; i < kChaosFaults.size(); ++i)
        out.insert(kChaosFaults[i].key, QJsonArray::fromStringList(this->*kFaultLists[i]));
    return out;
}

} // namespace oo::chaos
