// How heavy the console is: console_bench [--seconds N] [--rate N] [--rows N]. A service of its own thread tells events at that rate; what is
// measured is the console's: how long its event loop is held, its share of a core, its memory, and how soon its window is there.

#include "gui/app/main_window.h"
#include "gui/pages/events_page.h"
#include "shared/api/endpoints.h"
#include "shared/api/stream_messages.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QWebSocket>
#include <QWebSocketServer>

#include <atomic>
#include <cstdio>

#include <sys/resource.h>

using namespace oo;
using namespace oo::gui;

namespace {

constexpr int kFrameEveryMs = 100;
constexpr int kTickMs = 1;

// As much of a service as the console needs, in a thread of its own.
class Teller : public QObject
{
    Q_OBJECT

public:
    std::atomic<int> rate{0};      // events a second
    std::atomic<qint64> told{0};
    std::atomic<quint16> port{0};

    void start() // in its thread
    {
        m_server = new QTcpServer(this);
        m_sockets = new QWebSocketServer(QStringLiteral("bench"), QWebSocketServer::NonSecureMode, this);
        m_server->listen(QHostAddress::LocalHost);
        connect(m_server, &QTcpServer::newConnection, this, [this] {
            auto *socket = m_server->nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(socket); });
        });
        connect(m_sockets, &QWebSocketServer::newConnection, this, [this] { m_streams.append(m_sockets->nextPendingConnection()); });
        auto *timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, &Teller::tell);
        timer->start(kFrameEveryMs);
        port = m_server->serverPort();
    }

private:
    static EventSummary event(qint64 id)
    {
        static const char *const types[] = {"ORDER_CREATED", "ORDER_UPDATED", "COURIER_STATUS_UPDATED", "BOOKING_CREATE_REQUEST"};
        EventSummary event;
        event.id = {id};
        event.source = "shopify";
        event.type = types[id % 4];
        event.refId = QByteArray::number(820982911946154508 + id % 20000);
        event.orderId = "ff8fda99-65f3-43ca-a016-" + QByteArray::number(100000000000 + id % 20000);
        event.deliveryId = "a-shop.myshopify.com:b54557e4-bdd9-4b37-8a5f-" + QByteArray::number(100000000000 + id);
        event.receivedAt = event.processedAt.emplace(Instant::now());
        event.businessAt = event.receivedAt;
        event.outcome = id % 3 ? "applied" : "superseded";
        event.outcomeDetail = "financialStatus,shippingAddress";
        return event;
    }

    void tell()
    {
        TailNews news;
        for (int i = 0; i < rate * kFrameEveryMs / 1000; ++i) {
            news.events.push_back(event(++m_id));
            if (i % 10 == 0) {
                OrderSummary order;
                order.id = *news.events.back().orderId;
                order.refId = *news.events.back().refId;
                news.orders.push_back(order);
            }
            if (news.events.size() == 200)
                send(std::exchange(news, {}));
        }
        send(news);
        if (++m_turn % (1000 / kFrameEveryMs) == 0) {
            StreamHealth health{Instant::now(), true, true, {}, {"{\"items\":[],\"next\":null}"}};
            frame("health", toJson(health));
            frame("queues", "{\"items\":[" + toJson(queue("shopify-events")) + ',' + toJson(queue("courier-events")) + "],\"next\":null}");
        }
    }
    static QueueSummary queue(const char *name)
    {
        QueueSummary queue;
        queue.queue = name;
        queue.waiting = QDateTime::currentMSecsSinceEpoch() % 100;
        return queue;
    }
    void send(TailNews news)
    {
        news.next = QByteArray::number(m_id);
        told += static_cast<qint64>(news.events.size());
        frame("news", toJson(news));
    }
    void frame(const QByteArray &kind, const QByteArray &body)
    {
        const auto text = QString::fromUtf8("{\"kind\":\"" + kind + "\",\"body\":" + body + '}');
        for (auto *stream : std::as_const(m_streams))
            stream->sendTextMessage(text);
    }
    void answer(QTcpSocket *socket)
    {
        const auto head = socket->peek(65536);
        if (!head.contains("\r\n\r\n"))
            return;
        if (head.contains("Upgrade: websocket") || head.contains("Upgrade: WebSocket")) {
            socket->disconnect(this);
            return m_sockets->handleConnection(socket);
        }
        socket->readAll();
        QByteArray body = "{\"items\":[],\"next\":null}";
        if (head.startsWith("GET /admin/v1/status"))
            body = toJson(ServiceStatus{"bench", "0", kApiVersion, "test", "all", {}, Instant::now(), {"bench", "operator"}, {"{}"}});
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QTcpServer *m_server = nullptr;
    QWebSocketServer *m_sockets = nullptr;
    QList<QWebSocket *> m_streams;
    qint64 m_id = 0;
    int m_turn = 0;
};

double threadSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval &time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double residentMb()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const auto text = status.readAll();
    const auto at = text.indexOf("VmRSS:");
    return text.mid(at + 6, 30).simplified().split(' ').value(0).toDouble() / 1024;
}

void waitFor(const std::function<bool()> &isSo, int ms = 10000)
{
    if (!QTest::qWaitFor(isSo, ms))
        qFatal("the console does not come that far");
}

void measureStart()
{
    QTemporaryDir folder;
    QProcess console;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), folder.path());
    environment.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("orders.console.info=true"));
    console.setProcessEnvironment(environment);
    console.setProcessChannelMode(QProcess::MergedChannels);
    QList<qint64> times;
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer clock;
        clock.start();
        console.start(QApplication::applicationDirPath() + QStringLiteral("/orchestrator-console"), QStringList());
        QByteArray said;
        while (!said.contains("the window is shown") && console.waitForReadyRead(10000))
            said += console.readAll();
        times.append(clock.elapsed());
        console.kill();
        console.waitForFinished();
    }
    std::sort(times.begin(), times.end());
    std::printf("start to window: %lld ms in the median of five, %lld ms at most\n", static_cast<long long>(times[2]), static_cast<long long>(times.back()));
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    initTheme();
    QCommandLineParser parser;
    const QCommandLineOption seconds(QStringLiteral("seconds"), {}, QStringLiteral("N"), QStringLiteral("20"));
    const QCommandLineOption rate(QStringLiteral("rate"), {}, QStringLiteral("N"), QStringLiteral("1000"));
    const QCommandLineOption rows(QStringLiteral("rows"), {}, QStringLiteral("N"), QStringLiteral("100000"));
    parser.addOptions({seconds, rate, rows});
    parser.process(app);
    measureStart();

    QThread thread;
    Teller teller;
    teller.moveToThread(&thread);
    QObject::connect(&thread, &QThread::started, &teller, &Teller::start);
    QObject::connect(&thread, &QThread::finished, &teller, [&teller] { qDeleteAll(teller.children()); }, Qt::DirectConnection);
    thread.start();
    waitFor([&] { return teller.port != 0; });

    QTemporaryDir folder;
    ProfileStore store(folder.path());
    MainWindow window(store);
    window.resize(1400, 880);
    window.show();
    QTest::qWait(300);
    std::printf("memory without events: %.0f MB\n", residentMb());
    window.connectTo({QStringLiteral("bench"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(teller.port))}, "token");
    waitFor([&] { return !window.pages().isEmpty(); }, 10000);
    EventsPage *page = nullptr;
    for (auto *found : window.pages()) {
        if (auto *events = qobject_cast<EventsPage *>(found))
            page = events;
    }
    window.showPage(page);
    waitFor([&] { return !page->feed().isLoading(); }, 10000);
    teller.rate = 20000;
    const int wanted = parser.value(rows).toInt();
    waitFor([&] { return page->feed().events().rowCount() >= wanted; }, 60000);
    teller.rate = parser.value(rate).toInt();
    QTest::qWait(2000);
    std::printf("memory with %d events shown: %.0f MB\n", page->feed().events().rowCount(), residentMb());

    const auto run = [&] {
        QEventLoop loop;
        QTimer::singleShot(parser.value(seconds).toInt() * 1000, &loop, &QEventLoop::quit);
        loop.exec();
    };
    const double before = threadSeconds();
    const qint64 toldBefore = teller.told;
    QElapsedTimer wall;
    wall.start();
    run();
    const double share = (threadSeconds() - before) * 1000 / static_cast<double>(wall.elapsed());
    const double told = static_cast<double>(teller.told - toldBefore) * 1000 / static_cast<double>(wall.elapsed());
    // How long the event loop was not there for anybody else: how late a timer is.
    QList<qint64> late; // ns
    QElapsedTimer last;
    QTimer tick;
    tick.setTimerType(Qt::PreciseTimer);
    QObject::connect(&tick, &QTimer::timeout, &window, [&] {
        if (last.isValid())
            late.append(std::max<qint64>(0, last.nsecsElapsed() - kTickMs * 1000000));
        last.start();
    });
    tick.start(kTickMs);
    run();
    tick.stop();
    std::sort(late.begin(), late.end());
    const auto at = [&](double place) { return static_cast<double>(late[static_cast<qsizetype>(place * static_cast<double>(late.size() - 1))]) / 1e6; };
    std::printf("%.0f events a second: %.1f %% of a core; the event loop was held for %.2f ms in the median, %.2f ms in 99 %%, %.2f ms at most\n", told, share * 100, at(0.5), at(0.99), at(1));
    thread.quit();
    thread.wait();
    return 0;
}

#include "console_bench.moc"
