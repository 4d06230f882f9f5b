#pragma once
// The public port's handlers: webhooks in, health out (design §7).

#include "service/domain/counters.h"
#include "service/domain/ingest.h"
#include "service/http/gated_http_server.h"

namespace oo {

struct WebhookSecrets
{
    QList<QByteArray> shopify; // several while a secret is being changed
    QList<QByteArray> courier;
    bool allowUnsignedShopify = false; // counts only while there is no secret
    bool allowUnsignedCourier = false;
};

struct Readiness
{
    bool postgres = false;
    bool redis = false;
    bool stopping = false;
    bool foreignOrderWorkers = false; // other programs work the order queues, by other rules
};

// Told of every webhook that was refused; in the server's thread.
using WebhookRefusalObserver = std::function<void(const GateRequest &, int status, QByteArrayView code, QByteArrayView message)>;

class WebhookGateway
{
public:
    // Registers its routes with `server`; `readiness` is asked in the server's thread and must not block.
    WebhookGateway(GatedHttpServer &server, WebhookSecrets secrets, IngestSink ingest, std::function<Readiness()> readiness,
                   Counters &counters);

    void setRefusalObserver(WebhookRefusalObserver observer) { m_observer = std::move(observer); }

    // In the server's thread.
    void answer(const std::vector<IngestAnswer> &answers);

private:
    void shopify(const GateRequest &request);
    void courier(const GateRequest &request);
    void ready(const GateRequest &request);
    bool isJson(const GateRequest &request);
    bool isAuthentic(const GateRequest &request, const QList<QByteArray> &secrets, bool allowUnsigned,
                     QByteArrayView signatureHeader);
    void store(const GateRequest &request, NewEvent &&event, const QByteArray &jobName);
    void refuse(const GateRequest &request, int status, QByteArrayView code, QByteArrayView message);

    GatedHttpServer &m_server;
    WebhookSecrets m_secrets;
    IngestSink m_ingest;
    std::function<Readiness()> m_readiness;
    WebhookRefusalObserver m_observer;
    Counters &m_counters;
};

// Header values of a Shopify webhook, under their names with or without X- (shopify-webhooks.md §2.2).
QByteArray shopifyHeader(const RequestHead &head, const char *name);

} // namespace oo
