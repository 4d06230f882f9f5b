#include "service/chaos/chaos_run.h"

#include "service/chaos/acknowledgements.h"
#include "service/chaos/chaos_look.h"
#include "service/chaos/chaos_verdict.h"
#include "service/chaos/load_client.h"
#include "service/domain/signature.h"
#include "shared/core/json_text.h"

#include <QElapsedTimer>
#include <QThread>

#include <deque>

namespace oo::chaos {

namespace {

constexpr qint64 kProgressMs = 1000;
constexpr int kLookEveryMs = 200;

QByteArray httpPost(const QUrl &url, const QByteArray &path, const QList<std::pair<QByteArray, QByteArray>> &headers,
                    const QByteArray &body)
{
    QByteArray request = "POST " + path + " HTTP/1.1\r\nHost: " + url.host().toUtf8() + "\r\nContent-Type: application/json\r\n";
    for (const auto &[name, value] : headers)
        request += name + ": " + value + "\r\n";
    return request + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray requestOf(const RunOptions &options, const Traffic &traffic, const Webhook &webhook)
{
    QList<std::pair<QByteArray, QByteArray>> headers;
    const bool isShopify = webhook.kind == Webhook::Kind::Shopify;
    if (isShopify) {
        headers = {{"X-Shopify-Topic", webhook.topic},
                   {"X-Shopify-Shop-Domain", traffic.shopDomain},
                   {"X-Shopify-Webhook-Id", webhook.deliveryId},
                   {"X-Shopify-Triggered-At", webhook.triggeredAt}};
    } else {
        headers = {{"X-Courier-Webhook-Id", webhook.deliveryId}};
    }
    const auto &secret = isShopify ? options.secret : options.courierSecret;
    if (!secret.isEmpty())
        headers.append({isShopify ? "X-Shopify-Hmac-Sha256" : "X-Courier-Hmac-Sha256", signBody(secret, webhook.body)});
    return httpPost(options.url, isShopify ? options.url.path().toUtf8() : "/webhooks/courier", headers, webhook.body);
}

// Sends every request until it has an answer that is not 5xx, in the given order; keeps the history of it.
class Sender
{
public:
    Sender(const RunOptions &options, const Report &report)
        : m_options(options), m_report(report), m_client("127.0.0.1", static_cast<quint16>(options.url.port(80)), options.concurrency)
    {
    }

    // `order` names places in `requests`.
    void send(const std::vector<QByteArray> &requests, const QList<int> &order)
    {
        m_requests = &requests;
        m_told.reset(requests.size());
        m_waiting.assign(order.cbegin(), order.cend());
        m_total = order.size();
        m_clock.start();
        m_client.run([this] { return next(); }, [this](int tag, const LoadAnswer &answer) { done(tag, answer); },
                     [this] { return !m_waiting.empty() && !isOutOfTime(); });
    }

    const Acknowledgements &told() const { return m_told; }
    std::function<void(int tag, int status)> attempted = {};
    int sent = 0, repeated = 0, retried = 0;
    std::vector<qint64> latenciesUs;
    double seconds() const { return static_cast<double>(m_clock.elapsed()) / 1000.0; }

private:
    bool isOutOfTime() const { return m_clock.elapsed() - m_answeredAt > m_options.patienceSeconds * 1000ll; }

    std::optional<LoadClient::Request> next()
    {
        if (m_waiting.empty() || isOutOfTime())
            return std::nullopt;
        if (m_options.rate > 0 && sent >= m_options.rate * seconds())
            return std::nullopt;
        const int tag = m_waiting.front();
        m_waiting.pop_front();
        ++sent;
        m_told.sending(static_cast<size_t>(tag));
        return LoadClient::Request{tag, &(*m_requests)[static_cast<size_t>(tag)]};
    }

    void done(int tag, const LoadAnswer &answer)
    {
        m_told.answered(static_cast<size_t>(tag), answer.status);
        if (attempted)
            attempted(tag, answer.status);
        if (answer.status == 0 || answer.status >= 500) { // the sender tries again, as Shopify does
            m_waiting.push_back(tag);
            ++retried;
        } else {
            ++m_answered;
            m_answeredAt = m_clock.elapsed();
            latenciesUs.push_back(answer.latencyUs);
            if (answer.status == 200)
                ++repeated;
        }
        if (m_clock.elapsed() - m_reportedAt >= kProgressMs) {
            m_reportedAt = m_clock.elapsed();
            m_report(QStringLiteral("  sent %1 of %2, %3 tried again").arg(m_answered).arg(m_total).arg(retried),
                     {{QStringLiteral("phase"), QStringLiteral("sending")}, {QStringLiteral("answered"), m_answered},
                      {QStringLiteral("total"), m_total}, {QStringLiteral("retried"), retried}});
        }
    }

    const RunOptions &m_options;
    const Report &m_report;
    LoadClient m_client;
    const std::vector<QByteArray> *m_requests = nullptr;
    Acknowledgements m_told;
    std::deque<int> m_waiting;
    qsizetype m_total = 0;
    int m_answered = 0;
    QElapsedTimer m_clock;
    qint64 m_reportedAt = 0;
    qint64 m_answeredAt = 0;
};

// The courier is told which tracking number it gives to each order, so that the traffic can know it beforehand.
Status tellShipments(const RunOptions &options, const Traffic &traffic)
{
    std::vector<QByteArray> requests;
    QList<int> order;
    for (const auto &each : traffic.orders) {
        QByteArray body;
        JsonObjectWriter json(body);
        json.string("refId", each.refId);
        json.string("trackingNumber", each.trackingNumber);
        json.string("courier", traffic.courier);
        json.close();
        order.append(static_cast<int>(requests.size()));
        requests.push_back(httpPost(options.standinsUrl(), "/mocks/shipment", {}, body));
    }
    const Report silent = [](const QString &, const QJsonObject &) {};
    auto atOnce = options;
    atOnce.url = options.standinsUrl();
    atOnce.rate = 0; // which is for webhooks
    Sender sender(atOnce, silent);
    sender.send(requests, order);
    for (size_t i = 0; i < requests.size(); ++i) {
        if (sender.told().best(i) != 200)
            return fail(ErrorCode::Unavailable,
                        QStringLiteral("the stand-in courier under /mocks did not answer (status %1). Is the service running with APP_ENV "
                                       "local or test?").arg(sender.told().best(i)));
    }
    return {};
}

// Waits until nothing of the run is open but what may be. False: patience ended.
Result<bool> waitForQuiet(const RunOptions &options, Look &look, Verdict &verdict, const Report &report)
{
    QElapsedTimer clock;
    clock.start();
    qint64 reportedAt = 0;
    for (;;) {
        const auto open = look.openEvents();
        if (!open)
            return failure(open);
        auto rest = *open;
        verdict.notificationsWaiting = rest.take(QStringLiteral("shopify-admin-notifications"));
        verdict.waitingWithoutBooking = rest.take(QStringLiteral("unbooked"));
        verdict.quietSeconds = static_cast<double>(clock.elapsed()) / 1000.0;
        if (rest.isEmpty())
            return true;
        QStringList parts;
        QJsonObject counts;
        for (auto it = rest.cbegin(); it != rest.cend(); ++it) {
            parts << QStringLiteral("%1 %2").arg(it.value()).arg(it.key());
            counts.insert(it.key(), it.value());
        }
        if (clock.elapsed() > options.patienceSeconds * 1000ll) {
            verdict.unsettled = parts;
            return false;
        }
        if (clock.elapsed() - reportedAt >= kProgressMs) {
            reportedAt = clock.elapsed();
            report(QStringLiteral("  waiting for quiet, open: %1").arg(parts.join(QStringLiteral(", "))),
                   {{QStringLiteral("phase"), QStringLiteral("settling")}, {QStringLiteral("open"), counts}});
        }
        QThread::msleep(kLookEveryMs);
    }
}

} // namespace

void SentBefore::add(const Traffic &traffic)
{
    for (const auto &webhook : traffic.webhooks) {
        const auto &order = traffic.orders[webhook.order];
        deliveryIds.append(storedDeliveryId(traffic, webhook));
        refs.append(webhook.kind == Webhook::Kind::Shopify ? order.refId : order.trackingNumber);
    }
}

Result<Verdict> run(const RunOptions &options, const Report &report)
{
    const auto traffic = makeTraffic(options.traffic);
    if (auto told = tellShipments(options, traffic); !told)
        return failure(told);
    std::vector<QByteArray> requests;
    for (const auto &webhook : traffic.webhooks)
        requests.push_back(requestOf(options, traffic, webhook));

    report(QStringLiteral("sending %1 webhooks of %2 orders, %3 of them twice, %4 at a time, seed %5")
               .arg(traffic.webhooks.size()).arg(traffic.orders.size())
               .arg(traffic.sendOrder.size() - traffic.webhooks.size()).arg(options.concurrency).arg(options.traffic.seed),
           {{QStringLiteral("phase"), QStringLiteral("sending")}, {QStringLiteral("answered"), 0}, {QStringLiteral("total"), traffic.sendOrder.size()},
            {QStringLiteral("retried"), 0}});
    Sender sender(options, report);
    if (options.attempted)
        sender.attempted = [&](int tag, int status) { options.attempted({traffic.webhooks[tag].deliveryId, status, Instant::now()}); };
    sender.send(requests, traffic.sendOrder);
    if (options.sent)
        options.sent();

    Verdict verdict;
    verdict.sent = sender.sent;
    verdict.repeated = sender.repeated;
    verdict.retried = sender.retried;
    verdict.sendSeconds = sender.seconds();
    takeLatencies(sender.latenciesUs, verdict);
    Told told;
    for (qsizetype i = 0; i < traffic.webhooks.size(); ++i) {
        if (sender.told().isAcknowledged(static_cast<size_t>(i)))
            told.acknowledged.append(&traffic.webhooks[i]);
        if (sender.told().isStoredAgain(static_cast<size_t>(i)))
            told.storedAgain.append(&traffic.webhooks[i]);
    }
    verdict.acknowledged = static_cast<int>(told.acknowledged.size());
    verdict.unacknowledged = static_cast<int>(traffic.webhooks.size() - told.acknowledged.size());

    Look look(options, traffic);
    if (const auto quiet = waitForQuiet(options, look, verdict, report); !quiet)
        return failure(quiet);
    if (auto judged = judge(traffic, told, look, verdict); !judged)
        return failure(judged);
    return verdict;
}

} // namespace oo::chaos
