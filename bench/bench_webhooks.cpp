#include "bench/bench_webhooks.h"

#include "service/domain/signature.h"
#include "shared/core/json_text.h"

#include <algorithm>

namespace oo {

namespace {

constexpr qsizetype kBodyBytes = 3000;

QByteArray orderBody(qint64 id, const char *status, int second)
{
    QByteArray body;
    JsonObjectWriter json(body);
    json.number("id", id);
    json.string("name", "#" + QByteArray::number(id % 1000000));
    json.string("created_at", "2026-04-06T13:15:42+03:00");
    json.string("updated_at", "2026-04-06T13:15:" + QByteArray::number(second) + "+03:00");
    json.null("cancelled_at");
    json.string("financial_status", status);
    json.null("fulfillment_status");
    json.string("currency", "EUR");
    json.string("total_price", "130.82");
    json.raw("customer", R"({"id":541570904534948745,"first_name":"Ada","last_name":"Example","email":"ada@example.com","phone":"+15550100142"})");
    json.raw("shipping_address", R"({"first_name":"Ada","address1":"1 Main St","city":"Berlin","zip":"10115","country":"Germany","latitude":52.5})");
    json.boolean("test", false);
    QByteArray items = "[";
    for (quint64 random = static_cast<quint64>(id) * 2654435761u + 1; body.size() + items.size() + 260 < kBodyBytes;) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        items += items.size() > 1 ? ",{" : "{";
        items += "\"id\":" + QByteArray::number(static_cast<qint64>(random >> 2)) + ",\"sku\":\"" + QByteArray::number(random, 36)
                 + "\",\"title\":\"Article " + QByteArray::number(random % 977) + "\",\"quantity\":" + QByteArray::number(random % 9)
                 + ",\"price\":\"" + QByteArray::number(random % 500) + ".95\",\"taxable\":true,\"vendor\":null}";
    }
    json.raw("line_items", items + ']');
    json.string("note", QByteArray(std::max<qsizetype>(kBodyBytes - body.size() - 12, 0), '-'));
    json.close();
    return body;
}

} // namespace

Work prepareWebhooks(int orders, int first)
{
    Work work;
    for (int i = first; i < first + orders; ++i) {
        for (const bool paid : {false, true}) {
            work.bodies.push_back(orderBody(900000000000000000ll + i, paid ? "paid" : "pending", paid ? 50 : 43));
            const auto &body = work.bodies.back();
            work.requests.push_back(
                QByteArray("POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n"
                           "User-Agent: Shopify-Captain-Hook\r\nX-Shopify-Topic: ")
                + (paid ? "orders/paid" : "orders/create") + "\r\nX-Shopify-Hmac-Sha256: " + signBody(kBenchSecret, body)
                + "\r\nX-Shopify-Shop-Domain: bench.myshopify.com\r\nX-Shopify-API-Version: 2026-04\r\nX-Shopify-Webhook-Id: "
                + QByteArray::number(i) + (paid ? "-p" : "-c")
                + "\r\nX-Shopify-Triggered-At: 2026-04-06T10:15:43.104882317Z\r\nContent-Length: " + QByteArray::number(body.size())
                + "\r\n\r\n" + body);
        }
    }
    return work;
}

} // namespace oo
