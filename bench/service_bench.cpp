// What the service costs, measured from outside (see README.md).

#include "bench/bench_webhooks.h"
#include "bench/filled_store.h"
#include "service/backends/embedded_backends.h"
#include "service/chaos/load_client.h"
#include "service/domain/shopify_mapper.h"
#include "service/store/event_store.h"

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

constexpr quint16 kPort = 4970, kAdminPort = kPort + 1;
constexpr qint64 kStartMs = 60000, kSettleMs = 300000;

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

bool answers(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), port);
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

Accepted load(const Work &work, int connections, quint16 port)
{
    Accepted result;
    LoadClient client("127.0.0.1", port, connections);
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

// The service on a data folder of its own, as a process.
class MeasuredService
{
public:
    struct Options
    {
        QString program, log;
        bool ingestOnly = false;
    };
    MeasuredService(const Options &options, quint16 port) : m_options(options), m_port(port), m_folder(QDir::tempPath() + QStringLiteral("/oob-XXXXXX"))
    {
        QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther);
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("APP_ENV"), QStringLiteral("test"));
        environment.insert(QStringLiteral("APP_PORT"), QString::number(port));
        environment.insert(QStringLiteral("ADMIN_PORT"), QString::number(port + 1));
        environment.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QLatin1StringView(kBenchSecret));
        m_process.setProcessEnvironment(environment);
        m_process.setStandardErrorFile(options.log);
        m_process.setStandardOutputFile(QProcess::nullDevice());
    }
    ~MeasuredService() { stop(); }

    QString folder() const { return m_folder.path(); }
    quint16 port() const { return m_port; }
    double memoryMb() const { return static_cast<double>(memoryKb(m_process.processId())) / 1024; }
    PgSettings postgres() const { return EmbeddedBackends(folder()).postgres(); }

    qint64 start() // milliseconds until it answers
    {
        QStringList serve{QStringLiteral("serve"), QStringLiteral("--embedded"), QStringLiteral("--data-dir"), folder()};
        if (m_options.ingestOnly)
            serve << QStringLiteral("--roles") << QStringLiteral("ingest");
        QElapsedTimer clock;
        clock.start();
        m_process.start(m_options.program, serve);
        while (!answers(m_port) && clock.elapsed() < kStartMs)
            QThread::msleep(5);
        return clock.elapsed();
    }
    void stop()
    {
        m_process.terminate();
        m_process.waitForFinished(30000);
    }
    Status fill(int orders) const // while it is stopped
    {
        EmbeddedBackends backends(folder());
        if (auto started = backends.start(); !started)
            return started;
        auto filled = fillStore(backends.postgres(), orders);
        backends.stop();
        return filled;
    }

private:
    Options m_options;
    quint16 m_port;
    QTemporaryDir m_folder;
    QProcess m_process;
};

// Seconds from the first webhook until no event but those of before is unprocessed.
struct Rates
{
    double accepted = 0, endToEnd = 0; // a second
    int refused = 0;
};

Rates measureRates(const MeasuredService &service, PgConnection &connection, const Work &work, int connections)
{
    constexpr char kOpen[] = "SELECT count(*) FROM event_store WHERE processed_at IS NULL";
    const auto before = count(connection, kOpen);
    QElapsedTimer clock;
    clock.start();
    const auto accepted = load(work, connections, service.port());
    while (count(connection, kOpen) > before && clock.elapsed() < kSettleMs)
        QThread::msleep(20);
    return {accepted.ok / accepted.seconds, static_cast<double>(work.bodies.size()) / (static_cast<double>(clock.nsecsElapsed()) / 1e9), accepted.other};
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

// An empty store and one of `filled` orders, the same webhooks to each in turn.
int compareWithFilled(const MeasuredService::Options &options, int filled, int rounds, int orders, int connections)
{
    MeasuredService empty(options, kPort), full(options, kPort + 2);
    QElapsedTimer clock;
    clock.start();
    if (const auto done = full.fill(filled); !done)
        return std::fprintf(stderr, "service_bench: %s\n", qPrintable(done.error().message)), 1;
    print("filled", QStringLiteral("%1 orders, %2 events in %3 s").arg(filled).arg(5ll * filled).arg(clock.elapsed() / 1000));
    print("time to ready, empty and filled", QStringLiteral("%1 ms, %2 ms").arg(empty.start()).arg(full.start()));
    PgConnection ofEmpty(empty.postgres()), ofFull(full.postgres());
    std::vector<double> acceptance, endToEnd;
    int refused = 0;
    for (int round = 0; round <= rounds; ++round) { // the first warms up
        const auto work = prepareWebhooks(orders, round * orders);
        Rates of[2];
        for (const int which : {round % 2, 1 - round % 2})
            of[which] = measureRates(which ? full : empty, which ? ofFull : ofEmpty, work, connections);
        refused += of[0].refused + of[1].refused;
        print(round ? "empty, filled" : "empty, filled (not counted)",
              QStringLiteral("acceptance %1/s, %2/s; end to end %3/s, %4/s").arg(of[0].accepted, 0, 'f', 0).arg(of[1].accepted, 0, 'f', 0).arg(of[0].endToEnd, 0, 'f', 0).arg(of[1].endToEnd, 0, 'f', 0));
        if (round == 0)
            continue;
        acceptance.push_back(of[1].accepted / of[0].accepted);
        endToEnd.push_back(of[1].endToEnd / of[0].endToEnd);
    }
    print("filled to empty, median of ratios", QStringLiteral("acceptance %1, end to end %2").arg(median(acceptance), 0, 'f', 3).arg(median(endToEnd), 0, 'f', 3));
    print("memory, empty and filled", QStringLiteral("%1 MB, %2 MB").arg(empty.memoryMb(), 0, 'f', 1).arg(full.memoryMb(), 0, 'f', 1));
    return refused == 0 ? 0 : 1;
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
                       {QStringLiteral("filled"), QStringLiteral("Compare an empty store with one of N orders and five times as many events instead."), QStringLiteral("N"), QStringLiteral("0")},
                       {QStringLiteral("rounds"), QStringLiteral("Pairs of that comparison."), QStringLiteral("N"), QStringLiteral("5")},
                       {QStringLiteral("ingest-only"), QStringLiteral("Without workers: what acceptance alone can do.")},
                       {QStringLiteral("keep-log"), QStringLiteral("Where the service's log goes."), QStringLiteral("FILE"), QStringLiteral("/dev/null")}});
    parser.process(application);
    const int orders = parser.value(QStringLiteral("orders")).toInt();
    const int connections = parser.value(QStringLiteral("connections")).toInt();

    const MeasuredService::Options options{parser.value(QStringLiteral("service")), parser.value(QStringLiteral("keep-log")), parser.isSet(QStringLiteral("ingest-only"))};
    if (const int filled = parser.value(QStringLiteral("filled")).toInt())
        return compareWithFilled(options, filled, parser.value(QStringLiteral("rounds")).toInt(), orders, connections);

    MeasuredService service(options, kPort);
    const auto work = prepareWebhooks(orders);
    const auto first = service.start();
    service.stop();
    print("time to ready, new data folder", QStringLiteral("%1 ms").arg(first));
    print("time to ready, second start", QStringLiteral("%1 ms").arg(service.start()));
    print("memory at rest", QStringLiteral("%1 MB").arg(service.memoryMb(), 0, 'f', 1));

    PgConnection connection(service.postgres());
    std::unique_ptr<Listeners> listeners;
    if (const int streams = parser.value(QStringLiteral("streams")).toInt())
        listeners = std::make_unique<Listeners>(service.folder(), streams);
    QElapsedTimer endToEnd;
    endToEnd.start();
    const auto accepted = load(work, connections, kPort);
    print("acceptance", QStringLiteral("%1/s over %2 connections, %3 webhooks of %4 bytes, %5 not 201")
                            .arg(static_cast<int>(accepted.ok / accepted.seconds)).arg(connections).arg(work.bodies.size())
                            .arg(work.bodies.front().size()).arg(accepted.other));
    const auto latency = [&](size_t percent) {
        return static_cast<double>(accepted.latenciesUs[(accepted.latenciesUs.size() - 1) * percent / 100]) / 1000;
    };
    print("  latency p50, p99", QStringLiteral("%1 ms, %2 ms").arg(latency(50), 0, 'f', 1).arg(latency(99), 0, 'f', 1));
    const auto processed = count(connection, "SELECT count(*) FROM event_store WHERE processed_at IS NOT NULL AND source = 'shopify'");
    print("  processed by then", QStringLiteral("%1 of %2").arg(processed).arg(work.bodies.size()));
    while (!options.ingestOnly && count(connection, "SELECT count(*) FROM event_store WHERE processed_at IS NULL") > 0
           && endToEnd.elapsed() < kSettleMs)
        QThread::msleep(100);
    const double seconds = static_cast<double>(endToEnd.nsecsElapsed()) / 1e9;
    print("end to end", QStringLiteral("%1 events/s, %2 bookings delivered of %3 orders, %4 s")
                            .arg(static_cast<int>(static_cast<double>(work.bodies.size()) / seconds))
                            .arg(count(connection, "SELECT count(*) FROM outbound_calls WHERE state = 'accepted'")).arg(orders)
                            .arg(seconds, 0, 'f', 2));
    if (listeners)
        print("told to listeners", QStringLiteral("%1 events, effects among them").arg(listeners->told.load()));
    listeners.reset();
    print("memory after the load", QStringLiteral("%1 MB").arg(service.memoryMb(), 0, 'f', 1));
    const double floor = floorSeconds(connection, work);
    print("floor: plain batched SQL", QStringLiteral("%1 events/s").arg(static_cast<int>(static_cast<double>(work.bodies.size()) / floor)));
    service.stop();
    return accepted.other == 0 ? 0 : 1;
}
