#include "service/chaos/chaos_look.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSet>

namespace oo::chaos {

namespace {

PgArray textArray(const QList<QByteArray> &texts)
{
    PgArray array(PgArray::Element::Text);
    for (const auto &text : texts)
        array.add(text);
    return array;
}

} // namespace

Look::Look(const RunOptions &options, const Traffic &traffic) : m_connection(options.postgres), m_mocks(options.standinsUrl()), m_alone(options.alone)
{
    m_sent.add(traffic);
    m_mocks.setPath(QStringLiteral("/mocks/ledger"));
    for (const auto &order : traffic.orders) {
        m_refs.append(order.refId);
        m_trackingNumbers.append(order.trackingNumber);
    }
}

Result<QHash<QString, int>> Look::openEvents()
{
    const auto rows = m_connection.run(sql::chaosOpenEvents, PgParams().add(textArray(m_refs)).add(textArray(m_trackingNumbers)));
    if (!rows)
        return failure(rows);
    QHash<QString, int> open;
    for (int row = 0; row < rows->size(); ++row)
        open.insert(QString::fromUtf8(rows->text(row, 0)), static_cast<int>(rows->int8(row, 1)));
    return open;
}

Result<QHash<QByteArray, StoredOrder>> Look::orders()
{
    const auto rows = m_connection.run(sql::chaosOrders, PgParams().add(textArray(m_refs)));
    if (!rows)
        return failure(rows);
    QHash<QByteArray, StoredOrder> orders;
    for (int row = 0; row < rows->size(); ++row) {
        StoredOrder order;
        order.row = QJsonDocument::fromJson(rows->text(row, rows->column("row"))).object();
        for (const char *column : {"customer", "shipping_address"}) {
            if (const auto text = rows->optionalText(row, rows->column(column)))
                order.row[QLatin1StringView(column)] = QJsonDocument::fromJson(*text).object();
        }
        order.bookings = rows->int8(row, rows->column("bookings"));
        order.cancellations = rows->int8(row, rows->column("cancellations"));
        order.notifications = rows->int8(row, rows->column("notifications"));
        orders.insert(rows->text(row, rows->column("ref_id")), order);
    }
    return orders;
}

Result<QHash<QByteArray, int>> Look::stored(const QList<QByteArray> &deliveryIds)
{
    const auto rows = m_connection.run(sql::chaosStored, PgParams().add(textArray(deliveryIds)));
    if (!rows)
        return failure(rows);
    QHash<QByteArray, int> counts;
    for (int row = 0; row < rows->size(); ++row)
        counts.insert(rows->text(row, 0), static_cast<int>(rows->int8(row, 1)));
    return counts;
}

Result<QStringList> Look::unexpected()
{
    if (m_alone)
        return unexpectedInAll();
    const auto rows = m_connection.run(sql::chaosUnexpected, PgParams().add(textArray(m_refs + m_trackingNumbers)).add(textArray(m_sent.deliveryIds)));
    if (!rows)
        return failure(rows);
    QStringList unexpected;
    for (int row = 0; row < rows->size(); ++row)
        unexpected << QString::fromUtf8(rows->text(row, rows->column("what")));
    return unexpected;
}

Result<QStringList> Look::unexpectedInAll()
{
    QSet<std::pair<QByteArray, QByteArray>> deliveries;
    QSet<QByteArray> refs;
    for (const auto *sent : {&*m_alone, &m_sent}) {
        for (qsizetype i = 0; i < sent->refs.size(); ++i) {
            deliveries.insert({sent->deliveryIds[i], sent->refs[i]});
            refs.insert(sent->refs[i]);
        }
    }
    const auto rows = m_connection.run(sql::chaosAllStored);
    if (!rows)
        return failure(rows);
    QStringList unexpected;
    const int what = rows->column("what"), deliveryId = rows->column("delivery_id"), refId = rows->column("ref_id");
    for (int row = 0; row < rows->size(); ++row) {
        const auto delivery = rows->optionalText(row, deliveryId);
        const auto ref = rows->text(row, refId);
        if (delivery ? deliveries.contains({*delivery, ref}) : refs.contains(ref))
            continue;
        unexpected << QString::fromUtf8(rows->text(row, what) + (delivery ? ": " + *delivery + " about " + ref : QByteArray()));
    }
    return unexpected;
}

Result<QStringList> Look::parked()
{
    const auto rows = m_connection.run(sql::chaosParked, PgParams().add(textArray(m_refs + m_trackingNumbers)));
    if (!rows)
        return failure(rows);
    QStringList parked;
    for (int row = 0; row < rows->size(); ++row)
        parked << QStringLiteral("event %1 %2 of %3: %4, %5")
                      .arg(rows->int8(row, 0))
                      .arg(QString::fromUtf8(rows->text(row, 1)), QString::fromUtf8(rows->text(row, 2)),
                           QString::fromUtf8(rows->text(row, 3)), QString::fromUtf8(rows->text(row, 4)));
    return parked;
}

Result<Ledger> Look::ledger()
{
    const QSet<QByteArray> own(m_refs.cbegin(), m_refs.cend());
    const auto before = m_alone ? QSet<QByteArray>(m_alone->refs.cbegin(), m_alone->refs.cend()) : QSet<QByteArray>();
    Ledger ledger;
    QHash<QByteArray, int> bookingsBefore;
    constexpr int kPage = 5000;
    for (qsizetype from = 0;; from += kPage) {
        QUrl url = m_mocks;
        url.setQuery(QStringLiteral("from=%1&limit=%2").arg(from).arg(kPage));
        const auto body = get(url);
        if (!body)
            return failure(body);
        const auto entries = QJsonDocument::fromJson(*body).object().value(QLatin1StringView("entries")).toArray();
        for (const auto &value : entries) {
            const auto entry = value.toObject();
            const auto ref = entry.value(QLatin1StringView("refId")).toString().toUtf8();
            const auto call = entry.value(QLatin1StringView("call")).toString();
            const bool isBooking = call == QLatin1StringView("request-shipping-booking");
            if (own.contains(ref) && isBooking)
                ++ledger.counts[ref].bookings;
            else if (own.contains(ref) && call == QLatin1StringView("notify-order-payment-cancelled"))
                ++ledger.counts[ref].cancellations;
            else if (m_alone && before.contains(ref) && isBooking && ++bookingsBefore[ref] == 2)
                ledger.bookedTwiceBefore << QStringLiteral("%1, of an earlier run").arg(QString::fromUtf8(ref));
            else if (m_alone && !own.contains(ref) && !before.contains(ref))
                ledger.unexpected << QStringLiteral("%1 for %2, which nobody sent").arg(call, QString::fromUtf8(ref));
        }
        if (entries.size() < kPage)
            return ledger;
    }
}

Result<QByteArray> get(const QUrl &url)
{
    QNetworkAccessManager network;
    QEventLoop loop;
    QNetworkRequest request(url);
    request.setTransferTimeout(10000);
    auto *reply = network.get(request);
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    const auto body = reply->readAll();
    const bool fine = reply->error() == QNetworkReply::NoError;
    const auto why = reply->errorString();
    delete reply;
    if (!fine)
        return fail(ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(url.toString(), why));
    return body;
}

} // namespace oo::chaos
