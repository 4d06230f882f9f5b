#include "service/http/standin_services.h"

#include "shared/core/json_text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <QUrlQuery>

#include <algorithm>

namespace oo {

namespace {

constexpr char kPrefix[] = "/mocks/";
constexpr int kHangMs = 60000; // longer than any caller waits
constexpr const char *kCalls[] = {"request-shipping-booking", "notify-order-payment-cancelled", "update-shopify-order"};
constexpr const char *kModes[] = {"ok", "fail", "hang", "drop", "drop-unread", "slow", "echo"};

QJsonObject bodyOf(const GateRequest &request)
{
    return QJsonDocument::fromJson(request.body).object();
}

QByteArray textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1StringView(key)).toString().toUtf8();
}

void writeEntry(QByteArray &out, const StandinEntry &entry)
{
    JsonObjectWriter json(out);
    json.string("key", entry.key);
    json.string("call", entry.call);
    json.string("refId", entry.refId);
    json.number("repeats", entry.repeats);
    json.raw("answer", entry.answer);
    json.close();
}

QByteArray shipmentAnswer(const QJsonObject &source)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.boolean("accepted", true);
    for (const char *key : {"trackingNumber", "courier", "shippingFee"}) {
        if (source.value(QLatin1StringView(key)).isString())
            json.string(key, textOf(source, key));
    }
    json.close();
    return out;
}

} // namespace

StandinServices::StandinServices(GatedHttpServer &server, const QString &ledgerFile, Keys keys)
    : m_server(server), m_ledger(ledgerFile), m_keys(keys)
{
    for (const char *name : kCalls)
        m_server.route("POST", QByteArray(kPrefix) + name, [this, name](const GateRequest &r) { call(name, r); });
    m_server.route("GET", QByteArray(kPrefix) + "bookings", [this](const GateRequest &r) { lookUp(r); });
    m_server.route("GET", QByteArray(kPrefix) + "ledger", [this](const GateRequest &r) { showLedger(r); });
    m_server.route("POST", QByteArray(kPrefix) + "behaviour", [this](const GateRequest &r) { setBehaviour(r); });
    m_server.route("POST", QByteArray(kPrefix) + "shipment", [this](const GateRequest &r) { setShipment(r); });
    m_server.route("POST", QByteArray(kPrefix) + "reset", [this](const GateRequest &r) {
        m_ledger.clear();
        m_behaviours.clear();
        m_server.answer(r.exchange, {200, "{}", "application/json", {}});
    });
}

StandinServices::Behaviour StandinServices::nextBehaviour(const QByteArray &name)
{
    const auto it = m_behaviours.find(name);
    if (it == m_behaviours.end() || it->times == 0)
        return {};
    if (it->times > 0)
        --it->times;
    return *it;
}

QByteArray StandinServices::accept(const QByteArray &name, const QByteArray &key, const QJsonObject &body)
{
    if (const auto *known = m_keys == Keys::Honoured ? m_ledger.repeat(key) : nullptr)
        return known->answer;
    StandinEntry entry{key, name, textOf(body, "refId"), {}, 0};
    const auto told = m_ledger.shipment(entry.refId);
    entry.answer = told.isEmpty() ? shipmentAnswer(body) : told;
    m_ledger.accept(entry);
    return entry.answer;
}

void StandinServices::call(const QByteArray &name, const GateRequest &request)
{
    const auto exchange = request.exchange;
    const auto body = bodyOf(request);
    const auto key = request.head.header("Idempotency-Key");
    if (body.isEmpty())
        return m_server.answer(exchange, errorResponse(400, "bad_request", "the body is not a JSON object"));
    const auto behaviour = nextBehaviour(name);
    switch (behaviour.mode) {
    case Mode::Ok:
        return m_server.answer(exchange, {200, accept(name, key, body), "application/json", {}});
    case Mode::Fail: {
        auto response = errorResponse(behaviour.status, "told_to_fail", "the stand-in was told to fail");
        if (behaviour.retryAfter > 0)
            response.headers = {{"Retry-After", QByteArray::number(behaviour.retryAfter)}};
        return m_server.answer(exchange, response);
    }
    case Mode::Hang:
        accept(name, key, body);
        QTimer::singleShot(kHangMs, this, [this, exchange] {
            m_server.answer(exchange, errorResponse(503, "told_to_hang", "the stand-in was told to hang"));
        });
        return;
    case Mode::Drop:
        accept(name, key, body);
        [[fallthrough]];
    case Mode::DropUnread:
        m_server.gate().drop(exchange);
        return m_server.answer(exchange, {200, "{}", "application/json", {}});
    case Mode::Slow:
        QTimer::singleShot(behaviour.delayMs, this, [this, exchange, answer = accept(name, key, body)] {
            m_server.answer(exchange, {200, answer, "application/json", {}});
        });
        return;
    case Mode::Echo:
        return m_server.answer(exchange, {behaviour.status, request.body, "application/json", {}});
    }
}

void StandinServices::lookUp(const GateRequest &request)
{
    const QUrlQuery query(QString::fromUtf8(request.head.query));
    const auto *entry = m_ledger.find(query.queryItemValue(QStringLiteral("key"), QUrl::FullyDecoded).toUtf8());
    if (!entry)
        return m_server.answer(request.exchange, errorResponse(404, "not_found", "no booking under this key"));
    m_server.answer(request.exchange, {200, entry->answer, "application/json", {}});
}

void StandinServices::showLedger(const GateRequest &request)
{
    const QUrlQuery query(QString::fromUtf8(request.head.query));
    const auto from = query.queryItemValue(QStringLiteral("from")).toLongLong();
    const auto asked = query.queryItemValue(QStringLiteral("limit")).toLongLong();
    const auto &entries = m_ledger.entries();
    const auto end = std::min<qsizetype>(entries.size(), from + (asked > 0 ? asked : entries.size()));
    QByteArray body = "{\"total\":" + QByteArray::number(entries.size()) + ",\"entries\":[";
    for (auto i = std::max<qsizetype>(from, 0); i < end; ++i) {
        if (body.back() == '}')
            body += ',';
        writeEntry(body, entries[i]);
    }
    body += "]}";
    m_server.answer(request.exchange, {200, body, "application/json", {}});
}

void StandinServices::setBehaviour(const GateRequest &request)
{
    const auto body = bodyOf(request);
    const auto call = textOf(body, "call");
    const auto mode = textOf(body, "mode");
    const auto knownCall = std::find(std::begin(kCalls), std::end(kCalls), call) != std::end(kCalls);
    const auto knownMode = std::find(std::begin(kModes), std::end(kModes), mode);
    if (!knownCall || knownMode == std::end(kModes))
        return m_server.answer(request.exchange, errorResponse(400, "bad_request", "unknown call or mode"));
    m_behaviours.insert(call, {static_cast<Mode>(knownMode - std::begin(kModes)),
                               body.value(QLatin1StringView("status")).toInt(500),
                               body.value(QLatin1StringView("retryAfter")).toInt(0),
                               body.value(QLatin1StringView("delayMs")).toInt(0),
                               body.value(QLatin1StringView("times")).toInt(-1)});
    m_server.answer(request.exchange, {200, "{}", "application/json", {}});
}

void StandinServices::setShipment(const GateRequest &request)
{
    const auto body = bodyOf(request);
    if (textOf(body, "refId").isEmpty())
        return m_server.answer(request.exchange, errorResponse(400, "bad_request", "refId is missing"));
    m_ledger.setShipment(textOf(body, "refId"), shipmentAnswer(body));
    m_server.answer(request.exchange, {200, "{}", "application/json", {}});
}

} // namespace oo
