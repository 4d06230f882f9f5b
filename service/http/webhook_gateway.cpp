#include "service/http/webhook_gateway.h"

#include "service/domain/courier_mapper.h"
#include "service/domain/shopify_mapper.h"
#include "service/domain/signature.h"
#include "shared/core/json_text.h"
#include "shared/model/queues.h"

#include <QLoggingCategory>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logWebhooks, "orders.http.webhooks")

constexpr qsizetype kLoggedBytes = 64; // of what a sender wrote where a short word belongs

QByteArray headersJson(const RequestHead &head)
{
    QByteArray out;
    out.reserve(1024);
    out += '[';
    for (const auto &[name, value] : head.headers) {
        out += out.size() > 1 ? ",[" : "[";
        appendJsonString(out, name);
        out += ',';
        // Header values are bytes; what is not UTF-8 is kept as Latin-1.
        appendJsonString(out, value.isValidUtf8() ? value : QString::fromLatin1(value).toUtf8());
        out += ']';
    }
    out += ']';
    return out;
}

int statusOf(IngestResult result)
{
    switch (result) {
    case IngestResult::Stored: return 201;
    case IngestResult::Repeated: return 200;
    case IngestResult::Invalid: return 400;
    case IngestResult::Unavailable: return 503;
    }
    return 503;
}

} // namespace

QByteArray shopifyHeader(const RequestHead &head, const char *name)
{
    const auto value = head.header(QByteArray("X-Shopify-") + name);
    return value.isEmpty() ? head.header(QByteArray("Shopify-") + name) : value;
}

WebhookGateway::WebhookGateway(GatedHttpServer &server, WebhookSecrets secrets, IngestSink ingest,
                               std::function<Readiness()> readiness, Counters &counters)
    : m_server(server), m_secrets(std::move(secrets)), m_ingest(std::move(ingest)), m_readiness(std::move(readiness)),
      m_counters(counters)
{
    m_server.route("POST", "/webhooks/shopify", [this](const GateRequest &request) { shopify(request); });
    m_server.route("POST", "/webhooks/courier", [this](const GateRequest &request) { courier(request); });
    m_server.route("GET", "/healthz", [this](const GateRequest &request) {
        m_server.answer(request.exchange, {200, "{\"status\":\"alive\"}", "application/json", {}});
    });
    m_server.route("GET", "/readyz", [this](const GateRequest &request) { ready(request); });
}

void WebhookGateway::refuse(const GateRequest &request, int status, QByteArrayView code, QByteArrayView message)
{
    (status == 401 ? m_counters.refusedSignature
     : status == 503 ? m_counters.refusedUnavailable
                     : m_counters.refusedContent)++;
    if (m_observer)
        m_observer(request, status, code, message);
    m_server.answer(request.exchange, errorResponse(status, code, message));
}

bool WebhookGateway::isJson(const GateRequest &request)
{
    const auto type = request.head.header("Content-Type");
    const auto media = type.left(type.indexOf(';') < 0 ? type.size() : type.indexOf(';')).trimmed().toLower();
    const bool encoded = !request.head.header("Content-Encoding").isEmpty();
    if (!encoded && (media.isEmpty() || media == "application/json" || media.endsWith("+json")))
        return true;
    refuse(request, 415, "unsupported_media_type", "the body must be application/json without a content coding");
    return false;
}

bool WebhookGateway::isAuthentic(const GateRequest &request, const QList<QByteArray> &secrets, bool allowUnsigned,
                                 QByteArrayView signature)
{
    if (const auto match = matchSignature(secrets, request.body, signature)) {
        m_counters.secretMatched[std::min(static_cast<size_t>(*match), Counters::maxSecrets - 1)]++;
        return true;
    }
    if (secrets.isEmpty() && allowUnsigned) {
        m_counters.unsignedAccepted++;
        return true;
    }
    refuse(request, 401, "unauthorized", "the signature is missing or wrong");
    return false;
}

void WebhookGateway::shopify(const GateRequest &request)
{
    const auto &head = request.head;
    if (!isJson(request)
        || !isAuthentic(request, m_secrets.shopify, m_secrets.allowUnsignedShopify, shopifyHeader(head, "Hmac-Sha256")))
        return;
    auto mapped = mapShopifyWebhook({shopifyHeader(head, "Topic"), shopifyHeader(head, "Shop-Domain").toLower(),
                                     shopifyHeader(head, "Webhook-Id"), shopifyHeader(head, "Triggered-At")},
                                    request.body);
    if (!mapped)
        return refuse(request, 400, "bad_request", mapped.error().message.toUtf8());
    if (mapped->unknownFinancialStatus) {
        m_counters.unknownFinancialStatus++;
        qCWarning(logWebhooks) << "unknown financial_status" << mapped->unknownFinancialStatus->left(kLoggedBytes) << "of order"
                               << mapped->event.refId.value_or(QByteArray()) << "taken as pending";
    }
    store(request, std::move(mapped->event), mapped->jobName);
}

void WebhookGateway::courier(const GateRequest &request)
{
    if (!isJson(request)
        || !isAuthentic(request, m_secrets.courier, m_secrets.allowUnsignedCourier,
                        request.head.header("X-Courier-Hmac-Sha256")))
        return;
    auto mapped = mapCourierWebhook(request.head.header("X-Courier-Webhook-Id"), request.body);
    if (!mapped)
        return refuse(request, 400, "bad_request", mapped.error().message.toUtf8());
    store(request, std::move(*mapped), bytesOf(QueueName::CourierEvents));
}

void WebhookGateway::store(const GateRequest &request, NewEvent &&event, const QByteArray &jobName)
{
    if (!m_ingest({request.exchange, std::move(event), headersJson(request.head), request.body, jobName}))
        refuse(request, 503, "unavailable", "webhooks cannot be stored now, try again");
}

void WebhookGateway::answer(const std::vector<IngestAnswer> &answers)
{
    for (const auto &answer : answers) {
        const int status = statusOf(answer.result);
        const auto *request = m_server.gate().request(answer.exchange); // null: its sender has left
        if (request)
            m_counters.webhookTime.add(request->sinceComplete.nsecsElapsed() / 1000);
        if (status < 300) {
            (status == 201 ? m_counters.accepted : m_counters.repeated)++;
            m_server.answer(answer.exchange, {status, answer.body, "application/json", {}});
        } else if (request) {
            refuse(GateRequest(*request), status, status == 400 ? "bad_request" : "unavailable", answer.body); // a copy: the answer ends it
        }
    }
}

void WebhookGateway::ready(const GateRequest &request)
{
    const auto state = m_readiness();
    const bool usable = state.postgres && !state.stopping;
    QByteArray body;
    JsonObjectWriter json(body);
    json.string("status", state.stopping ? "stopping" : !state.postgres ? "unavailable" : state.redis && !state.foreignOrderWorkers ? "ready" : "degraded");
    json.boolean("postgres", state.postgres);
    json.boolean("redis", state.redis);
    json.boolean("foreignOrderWorkers", state.foreignOrderWorkers);
    json.close();
    m_server.answer(request.exchange, {usable ? 200 : 503, body, "application/json", {}});
}

} // namespace oo
