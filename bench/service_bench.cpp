// What the service costs, measured from outside (see README.md).

#include "service/app/settings.h"
#include "service/backends/embedded_backends.h"
#include "service/chaos/load_client.h"
#include "service/domain/shopify_mapper.h"
#include "service/domain/signature.h"
#include "service/store/event_store.h"
#include "service/store/migrator.h"
#include "shared/core/json_text.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QNetworkRequest>
#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>
#include <QWebSocket>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

using namespace oo;

namespace {

constexpr char kSecret[] = "bench-secret-0123456789";
constexpr quint16 kPort = 4970, kAdminPort = 4971;
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

struct Work
{
    std::vector<QByteArray> bodies;
    std::vector<QByteArray> requests;
};

Work prepare(int orders)
{
    Work work;
    for (int i = 0; i < orders; ++i) {
        for (const bool paid : {false, true}) {
            work.bodies.push_back(orderBody(900000000000000000ll + i, paid ? "paid" : "pending", paid ? 50 : 43));
            const auto &body = work.bodies.back();
            work.requests.push_back(
                QByteArray("POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n"
                           "User-Agent: Shopify-Captain-Hook\r\nX-Shopify-Topic: ")
                + (paid ? "orders/paid" : "orders/create") + "\r\nX-Shopify-Hmac-Sha256: " + signBody(kSecret, body)
                + "\r\nX-Shopify-Shop-Domain: bench.myshopify.com\r\nX-Shopify-API-Version: 2026-04\r\nX-Shopify-Webhook-Id: "
                + QByteArray::number(i) + (paid ? "-p" : "-c")
                + "\r\nX-Shopify-Triggered-At: 2026-04-06T10:15:43.104882317Z\r\nContent-Length: " + QByteArray::number(body.size())
                + "\r\n\r\n" + body);
        }
    }
    return work;
}

qint64 memoryKb(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

bool answers()
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), kPort);
    return socket.waitForConnected(100);
}

qint64 count(PgConnection &connection, const char *sql)
{
    const auto rows = connection.query(sql);
    return rows && rows->size() == 1 ? rows->int8(0, 0) : -1;
}

void print(const char *name, const QString &value)
{
    std::printf("%-34s %s\n", name, value.toUtf8().constData());
    std::fflush(stdout);
}

struct Accepted
{
    int ok = 0, other = 0;
    std::vector<qint64> latenciesUs;
    double seconds = 0;
};

Accepted load(const Work &work, int connections)
{
    Accepted result;
    LoadClient client("127.0.0.1", kPort, connections);
    size_t next = 0;
    QElapsedTimer clock;
    clock.start();
    client.run(
        [&]() -> std::optional<LoadClient::Request> {
            if (next >= work.requests.size())
                return std::nullopt;
            const auto tag = static_cast<int>(next++);
            return LoadClient::Request{tag, &work.requests[static_cast<size_t>(tag)]};
        },
        [&](int, const LoadAnswer &answer) {
            (answer.status == 201 ? result.ok : result.other)++;
            result.latenciesUs.push_back(answer.latencyUs);
        });
    result.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    std::sort(result.latenciesUs.begin(), result.latenciesUs.end());
    return result;
}

// Consoles that listen, in a thread of their own.
class Listeners
{
public:
    Listeners(const QString &folder, int count)
    {
        QFile file(folder + QStringLiteral("/operator.token"));
        const auto token = file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
        m_thread.reset(QThread::create([this, token, count] {
            std::vector<std::unique_ptr<QWebSocket>> sockets;
            for (int i = 0; i < count; ++i) {
                QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/admin/v1/stream").arg(kAdminPort)));
                request.setRawHeader("Authorization", "Bearer " + token);
                sockets.push_back(std::make_unique<QWebSocket>());
                QObject::connect(sockets.back().get(), &QWebSocket::textMessageReceived, sockets.back().get(), [this](const QString &frame) {
                    told += frame.count(QLatin1StringView("\"receivedAt\""));
                });
                sockets.back()->open(request);
            }
            QEventLoop().exec();
        }));
        m_thread->start();
    }
    ~Listeners()
    {
        m_thread->quit();
        m_thread->wait();
    }
    std::atomic<qint64> told{0}; // events

private:
    std::unique_ptr<QThread> m_thread;
};

// The same rows by the same statement, 64 at a time, one after the other.
double floorSeconds(PgConnection &connection, const Work &work)
{
    QElapsedTimer clock;
    clock.start();
    EventStore store(connection);
    for (size_t from = 0; from < work.bodies.size(); from += 64) {
        std::vector<IngestRequest> batch;
        for (size_t i = from; i < std::min(work.bodies.size(), from + 64); ++i) {
            auto mapped = mapShopifyWebhook({i % 2 ? "orders/paid" : "orders/create", "floor.myshopify.com",
                                             QByteArray::number(i), "2026-04-06T10:15:43.104882317Z"}, work.bodies[i]);
            batch.push_back({0, std::move(mapped->event), "[]", work.bodies[i], {}});
        }
        if (!store.store(batch))
            return 0;
    }
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("orders"), QStringLiteral("Orders, of two webhooks each."), QStringLiteral("N"), QStringLiteral("20000")},
                       {QStringLiteral("connections"), QStringLiteral("Connections of the load generator."), QStringLiteral("N"), QStringLiteral("32")},
                       {QStringLiteral("service"), QStringLiteral("The orchestratord to measure."), QStringLiteral("PATH"),
                        QCoreApplication::applicationDirPath() + QStringLiteral("/orchestratord")},
                       {QStringLiteral("streams"), QStringLiteral("Consoles that listen to the admin API's stream meanwhile."), QStringLiteral("N"), QStringLiteral("0")},
                       {QStringLiteral("ingest-only"), QStringLiteral("Without workers: what acceptance alone can do.")},
                       {QStringLiteral("keep-log"), QStringLiteral("Where the service's log goes."), QStringLiteral("FILE"), QStringLiteral("/dev/null")}});
    parser.process(application);
    const int orders = parser.value(QStringLiteral("orders")).toInt();
    const int connections = parser.value(QStringLiteral("connections")).toInt();

    QTemporaryDir folder(QDir::tempPath() + QStringLiteral("/oob-XXXXXX"));
    QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ReadOther | QFile::ExeOther);
    QProcess service;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("APP_ENV"), QStringLiteral("test"));
    environment.insert(QStringLiteral("APP_PORT"), QString::number(kPort));
    environment.insert(QStringLiteral("ADMIN_PORT"), QString::number(kAdminPort));
    environment.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QLatin1StringView(kSecret));
    service.setProcessEnvironment(environment);
    service.setStandardErrorFile(parser.value(QStringLiteral("keep-log")));
    service.setStandardOutputFile(QProcess::nullDevice());
    const bool ingestOnly = parser.isSet(QStringLiteral("ingest-only"));
    QStringList serve{QStringLiteral("serve"), QStringLiteral("--embedded"), QStringLiteral("--data-dir"), folder.path()};
    if (ingestOnly)
        serve << QStringLiteral("--roles") << QStringLiteral("ingest");

    const auto work = prepare(orders);
    const auto startAndWait = [&] {
        QElapsedTimer clock;
        clock.start();
        service.start(parser.value(QStringLiteral("service")), serve);
        while (!answers() && clock.elapsed() < 60000)
            QThread::msleep(5);
        return clock.elapsed();
    };
    const auto first = startAndWait();
    service.terminate();
    service.waitForFinished(30000);
    print("time to ready, new data folder", QStringLiteral("%1 ms").arg(first));
    print("time to ready, second start", QStringLiteral("%1 ms").arg(startAndWait()));
    print("memory at rest", QStringLiteral("%1 MB").arg(static_cast<double>(memoryKb(service.processId())) / 1024, 0, 'f', 1));

    ServiceSettings settings;
    useBackends(EmbeddedBackends(folder.path()), settings);
    PgConnection connection(settings.postgres);
    std::unique_ptr<Listeners> listeners;
    if (const int streams = parser.value(QStringLiteral("streams")).toInt())
        listeners = std::make_unique<Listeners>(folder.path(), streams);
    QElapsedTimer endToEnd;
    endToEnd.start();
    const auto accepted = load(work, connections);
    print("acceptance", QStringLiteral("%1/s over %2 connections, %3 webhooks of %4 bytes, %5 not 201")
                            .arg(static_cast<int>(accepted.ok / accepted.seconds)).arg(connections).arg(work.bodies.size())
                            .arg(work.bodies.front().size()).arg(accepted.other));
    const auto latency = [&](size_t percent) {
        return static_cast<double>(accepted.latenciesUs[(accepted.latenciesUs.size() - 1) * percent / 100]) / 1000;
    };
    print("  latency p50, p99", QStringLiteral("%1 ms, %2 ms").arg(latency(50), 0, 'f', 1).arg(latency(99), 0, 'f', 1));
    const auto processed = count(connection, "SELECT count(*) FROM event_store WHERE processed_at IS NOT NULL AND source = 'shopify'");
    print("  processed by then", QStringLiteral("%1 of %2").arg(processed).arg(work.bodies.size()));
    while (!ingestOnly && count(connection, "SELECT count(*) FROM event_store WHERE processed_at IS NULL") > 0
           && endToEnd.elapsed() < 300000)
        QThread::msleep(100);
    const double seconds = static_cast<double>(endToEnd.nsecsElapsed()) / 1e9;
    print("end to end", QStringLiteral("%1 events/s, %2 bookings delivered of %3 orders, %4 s")
                            .arg(static_cast<int>(static_cast<double>(work.bodies.size()) / seconds))
                            .arg(count(connection, "SELECT count(*) FROM outbound_calls WHERE state = 'accepted'")).arg(orders)
                            .arg(seconds, 0, 'f', 2));
    if (listeners)
        print("told to listeners", QStringLiteral("%1 events, effects among them").arg(listeners->told.load()));
    listeners.reset();
    print("memory after the load", QStringLiteral("%1 MB").arg(static_cast<double>(memoryKb(service.processId())) / 1024, 0, 'f', 1));
    const double floor = floorSeconds(connection, work);
    print("floor: plain batched SQL", QStringLiteral("%1 events/s").arg(static_cast<int>(static_cast<double>(work.bodies.size()) / floor)));
    service.terminate();
    service.waitForFinished(30000);
    return accepted.other == 0 ? 0 : 1;
}
