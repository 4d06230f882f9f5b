// How the console comes to a service, says what is wrong, and finds back.

#include "gui/app/display.h"
#include "gui/app/link_receiver.h"
#include "gui/pages/events_page.h"
#include "gui/pages/orders_page.h"
#include "gui/pages/order_view.h"
#include "gui/widgets/notice_bar.h"
#include "shared/api/endpoints.h"
#include "tests/integration/gui/console_fixture.h"
#include "tests/support/stub_server.h"

#include <QListWidget>
#include <QProcess>
#include <QSet>

using namespace oo;
using namespace oo::gui;
using namespace oo::test;

namespace {

StubAnswer statusOfVersion(int version)
{
    return {200, "{\"instance\":\"other\",\"apiVersion\":" + QByteArray::number(version) + "}"};
}

QSet<qint64> idsOf(const EventTableModel &model)
{
    QSet<qint64> ids;
    for (const auto &event : model.rows())
        ids.insert(event.id.value);
    return ids;
}

} // namespace

class ConsoleConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initTheme();
        m_service = std::make_unique<ServiceProcess>();
        m_token = createToken(*m_service, "ops", "operator");
        QVERIFY2(m_token.startsWith("oot_"), m_token.constData());
    }
    void cleanupTestCase() { m_service.reset(); }

    void withoutAProfileThePageOfConnectionsIsShown()
    {
        Console console;
        console.window.connectToLastUsed();
        QVERIFY(console.window.connectionPage()->isVisible());
        QVERIFY(!console.window.client());
        QVERIFY(!QApplication::activeModalWidget());
    }

    void whatIsWrongIsSaidInItsOwnWords_data()
    {
        QTest::addColumn<int>("over");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("told");
        const auto row = [](const char *name, StubServer::Over over, const StubAnswer &answer, const char *told) {
            QTest::addRow("%s", name) << static_cast<int>(over) << answer.status << answer.body << QString::fromLatin1(told);
        };
        using Over = StubServer::Over;
        row("a web page", Over::Plain, {200, "<html></html>"}, "not an orders service");
        row("JSON of something else", Over::Plain, {200, "{\"hello\":1}"}, "not an orders service");
        row("nothing there", Over::Plain, {404, "not found"}, "not an orders service");
        row("a redirect", Over::Plain, {302, ""}, "not an orders service");
        row("older", Over::Plain, statusOfVersion(kApiVersion - 1), "too old for this console");
        row("newer", Over::Plain, statusOfVersion(kApiVersion + 1), "too new for this console");
        row("its database is down", Over::Plain, {503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"PostgreSQL\"}}"}, "its database is not");
        row("another host name", Over::Plain, {403, "{\"error\":{\"code\":\"forbidden\",\"message\":\"ADMIN_HOSTS\"}}"}, "refuses this console");
        row("wrong certificate", Over::Tls, statusOfVersion(kApiVersion), "certificate is wrong");
    }
    void whatIsWrongIsSaidInItsOwnWords()
    {
        QFETCH(int, over);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, told);
        StubServer stub([&](const StubRequest &) { return StubAnswer{status, body}; }, static_cast<StubServer::Over>(over));
        Console console;
        auto *page = console.window.connectionPage();
        page->edit({QStringLiteral("stub"), stub.url()}, "oot_x_y");
        Q_EMIT page->connectWanted(page->profile(), page->token());
        QTRY_VERIFY2(page->told().contains(told), qPrintable(page->told()));
        QVERIFY(page->isVisible());
        QVERIFY(console.window.pages().isEmpty());
    }

    void aWrongTokenAndASilentPortAreTwoThings()
    {
        Console console;
        console.connectTo(*m_service, "oot_wrong_token");
        QTRY_VERIFY2(console.window.connectionPage()->told().contains(QStringLiteral("token is wrong or was revoked")), qPrintable(console.window.connectionPage()->told()));
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const auto port = closed.serverPort();
        closed.close();
        console.window.connectTo({QStringLiteral("nobody"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port))}, "oot_x_y");
        QTRY_VERIFY2(console.window.connectionPage()->told().contains(QStringLiteral("cannot be reached")), qPrintable(console.window.connectionPage()->told()));
        QVERIFY(console.window.connectionPage()->told().contains(QStringLiteral("tried again")));
    }

    void aTestOfTheConnectionSaysWhoIsThere()
    {
        Console console;
        auto *page = console.window.connectionPage();
        page->edit({QStringLiteral("test"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort()))}, m_token);
        for (auto *button : page->findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("&Test"))
                button->click();
        }
        QTRY_VERIFY2(page->told().contains(QStringLiteral("ops's, who is an operator")), qPrintable(page->told()));
    }

    void anAddressOfHttpsWhereHttpIsSpokenIsNoTroubleOfCertificates()
    {
        Console console;
        auto *page = console.window.connectionPage();
        page->edit({QStringLiteral("test"), QUrl(QStringLiteral("https://127.0.0.1:%1").arg(m_service->adminPort()))}, m_token);
        buttonOf(page, QStringLiteral("Connect"))->click();
        QTRY_VERIFY2_WITH_TIMEOUT(page->told().contains(QStringLiteral("does not speak https")), qPrintable(page->told()), 20000); // the service waits for the rest of a head
    }

    void whoeverConnectsWithTheTokenToBeKeptFindsItKept()
    {
        Console console;
        auto *page = console.window.connectionPage();
        Profile profile{QStringLiteral("ticked"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort()))};
        profile.keepsToken = true;
        page->edit(profile, m_token);
        buttonOf(page, QStringLiteral("Connect"))->click();
        QVERIFY(console.waitUntilLive());
        QCOMPARE(console.store.find(QStringLiteral("ticked")), std::optional(profile));
        QCOMPARE(console.store.token(QStringLiteral("ticked")), m_token);
        QCOMPARE(console.store.lastUsed(), QStringLiteral("ticked"));
    }

    void theTokenOfAConnectionThatIsKeptNowhereStaysInTheForm()
    {
        Console console;
        console.connectTo(*m_service, m_token);
        QVERIFY(console.waitUntilLive());
        buttonOf(console.window.banner(), QStringLiteral("Connections"))->click();
        QCOMPARE(console.window.connectionPage()->token(), m_token);
    }

    void aConnectionIsForgottenOnlyAfterAQuestion()
    {
        Console console;
        console.store.save({QStringLiteral("old"), QUrl(QStringLiteral("http://127.0.0.1:1"))});
        MainWindow window(console.store);
        window.show();
        auto *page = window.connectionPage();
        page->findChild<QListWidget *>()->setCurrentRow(0);
        for (const bool isSure : {false, true}) {
            buttonOf(page, QStringLiteral("Delete"))->click();
            QWidget *question = nullptr;
            QTRY_VERIFY((question = QApplication::activeModalWidget()) != nullptr);
            QVERIFY(console.store.find(QStringLiteral("old")).has_value());
            if (isSure)
                question->findChild<QPushButton *>(QStringLiteral("go"))->click();
            else
                QTest::keyClick(question, Qt::Key_Escape);
            QTRY_VERIFY(!QApplication::activeModalWidget());
            QCOMPARE(console.store.find(QStringLiteral("old")).has_value(), !isSure);
        }
    }

    void aKeptProfileIsConnectedAtTheNextStart()
    {
        QTemporaryDir folder;
        ProfileStore store(folder.path());
        Profile profile{QStringLiteral("kept"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort()))};
        profile.keepsToken = true;
        store.save(profile);
        QCOMPARE(store.keepToken(profile.name, m_token), QString());
        for (int start = 0; start < 2; ++start) {
            MainWindow window(store);
            window.show();
            if (start == 0)
                window.connectTo(profile, m_token); // is the last used one from now on
            else
                window.connectToLastUsed();
            QVERIFY(QTest::qWaitFor([&] { return !window.pages().isEmpty(); }, 20000));
        }
        QFile ini(folder.filePath(QStringLiteral("profiles.ini")));
        QVERIFY(ini.open(QIODevice::ReadOnly));
        QVERIFY(!ini.readAll().contains(m_token));
    }

    void productionIsRedWhetherAProfileSaysSoOrNot_data()
    {
        QTest::addColumn<QByteArray>("environment");
        QTest::addColumn<QString>("colour");
        QTest::addColumn<QString>("seen"); // empty: none of its own
        QTest::addRow("production") << QByteArray("production") << QString() << QStringLiteral("#b3261e");
        QTest::addRow("production, of a profile with another colour") << QByteArray("production") << QStringLiteral("#e6a100") << QStringLiteral("#e6a100");
        QTest::addRow("a trial") << QByteArray("test") << QString() << QString();
    }
    void productionIsRedWhetherAProfileSaysSoOrNot()
    {
        QFETCH(QByteArray, environment);
        QFETCH(QString, colour);
        QFETCH(QString, seen);
        StubServer stub([&](const StubRequest &) {
            return StubAnswer{200, "{\"instance\":\"i\",\"version\":\"1\",\"apiVersion\":" + QByteArray::number(kApiVersion) + ",\"environment\":\"" + environment
                                       + "\",\"roles\":\"all\",\"startedAt\":\"2026-04-06T10:00:00Z\",\"now\":\"2026-04-06T10:00:00Z\","
                                         "\"caller\":{\"name\":\"t\",\"role\":\"operator\"},\"counters\":null}"};
        });
        AdminClient client({QStringLiteral("stub"), stub.url(), colour}, "oot_x_y");
        ConnectionBanner banner;
        banner.watch(&client);
        client.start();
        QTRY_VERIFY(client.service() && client.state() == LinkState::Waiting);
        const auto ground = banner.grab().toImage().pixelColor(1, 1);
        const auto expected = seen.isEmpty() ? toneBackground(Tone::Plain, banner.palette()) : QColor(seen);
        QCOMPARE(ground.name(), expected.name());
        banner.watch(nullptr);
    }

    void theWindowIsNamedAfterItsService()
    {
        Console console;
        console.connectTo(*m_service, m_token);
        QVERIFY2(console.window.windowTitle().startsWith(QStringLiteral("test ")), qPrintable(console.window.windowTitle()));
    }

    void aLinkOpensItsOrder()
    {
        QCOMPARE(sendOrder(*m_service, 7001, "orders/create", "pending", "link-1"), 201);
        Console console;
        console.connectTo(*m_service, m_token);
        QVERIFY(console.waitUntilLive());
        LinkReceiver receiver(console.folder.filePath(QStringLiteral("orchestrator-console")));
        QObject::connect(&receiver, &LinkReceiver::received, &console.window, &MainWindow::open);
        receiver.listen();
        QProcess second; // the program, which hands its link over to the first
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), console.folder.path());
        second.setProcessEnvironment(environment);
        second.start(QStringLiteral(OO_CONSOLE), {QStringLiteral("oo://test/order/7001")});
        auto *orders = pageOf<OrdersPage>(console.window);
        QTRY_VERIFY(orders->view()->page() && orders->view()->page()->order.refId == "7001");
        QTRY_COMPARE(second.state(), QProcess::NotRunning);
        QCOMPARE(second.exitCode(), 0);
    }

    void aLinkThatLeadsNowhereEndsNothing_data()
    {
        QTest::addColumn<bool>("isKnown");
        QTest::addColumn<QString>("told");
        QTest::addRow("a profile that is not known") << false << QStringLiteral("is not known here");
        QTest::addRow("a profile without its token") << true << QStringLiteral("token is not kept here");
    }
    void aLinkThatLeadsNowhereEndsNothing()
    {
        QFETCH(bool, isKnown);
        QFETCH(QString, told);
        Console console;
        if (isKnown)
            console.store.save({QStringLiteral("elsewhere"), QUrl(QStringLiteral("http://127.0.0.1:1"))});
        console.connectTo(*m_service, m_token);
        QVERIFY(console.waitUntilLive());
        const auto *client = console.window.client();
        console.window.open({QStringLiteral("elsewhere"), ConsoleLink::Kind::Order, QStringLiteral("7001")});
        QVERIFY2(console.window.notice()->text().contains(told), qPrintable(console.window.notice()->text()));
        QCOMPARE(console.window.client(), client);
        QVERIFY(!console.window.pages().isEmpty());
    }

    void aLinkIsNotCarriedOutInAnotherService()
    {
        QCOMPARE(sendOrder(*m_service, 7002, "orders/create", "pending", "link-2"), 201);
        Console console;
        console.store.save({QStringLiteral("elsewhere"), QUrl(QStringLiteral("http://127.0.0.1:1"))});
        console.window.open({QStringLiteral("elsewhere"), ConsoleLink::Kind::Order, QStringLiteral("7002")});
        auto *page = console.window.connectionPage();
        QVERIFY2(page->told().startsWith(QStringLiteral("The link is for elsewhere")), qPrintable(page->told()));
        page->edit({QStringLiteral("test"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort()))}, m_token);
        Q_EMIT page->connectWanted(page->profile(), page->token());
        QVERIFY(console.waitUntilLive());
        auto *orders = pageOf<OrdersPage>(console.window);
        console.window.showPage(orders);
        QVERIFY(orders->findChild<QLineEdit *>(QStringLiteral("search"))->text().isEmpty());
    }

    void aServiceThatIsKilledIsFoundAgainAndNothingIsMissed()
    {
        Console console;
        console.connectTo(*m_service, m_token);
        QVERIFY(console.waitUntilLive());
        auto *events = pageOf<EventsPage>(console.window);
        console.window.showPage(events);
        QTRY_VERIFY(!events->feed().isLoading());
        const auto before = idsOf(events->feed().events());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(sendOrder(*m_service, 8000 + i, "orders/create", "pending", "before-" + QByteArray::number(i)), 201);
        m_service->kill();
        QTRY_COMPARE(console.window.client()->state(), LinkState::Waiting);
        QTRY_VERIFY2(console.window.banner()->stateText().contains(QStringLiteral("the picture is")), qPrintable(console.window.banner()->stateText()));
        QVERIFY(console.window.currentPage() == events); // what is known stays to be seen
        m_service->start();
        for (int i = 0; i < 20; ++i)
            QCOMPARE(sendOrder(*m_service, 8100 + i, "orders/create", "pending", "after-" + QByteArray::number(i)), 201);
        QTRY_COMPARE_WITH_TIMEOUT(console.window.client()->state(), LinkState::Live, 30000);
        QTRY_COMPARE_WITH_TIMEOUT(events->feed().events().rowCount(), before.size() + 40, 20000);
        QCOMPARE(idsOf(events->feed().events()).size(), before.size() + 40); // each once
    }

    void aRevokedTokenIsSaid()
    {
        const auto token = createToken(*m_service, "brief", "viewer");
        Console console;
        console.connectTo(*m_service, token);
        QVERIFY(console.waitUntilLive());
        m_service->run({QStringLiteral("token"), QStringLiteral("revoke"), QStringLiteral("brief")});
        QTRY_COMPARE_WITH_TIMEOUT(console.window.client()->state(), LinkState::Refused, 20000);
        QTRY_VERIFY2(console.window.banner()->stateText().contains(QStringLiteral("revoked")), qPrintable(console.window.banner()->stateText()));
    }

    void theProgramOpensConnected()
    {
        QTemporaryDir folder;
        QFile tokenFile(folder.filePath(QStringLiteral("token")));
        QVERIFY(tokenFile.open(QIODevice::WriteOnly));
        tokenFile.write(m_token + '\n');
        tokenFile.close();
        QProcess console;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"})
            environment.insert(QLatin1StringView(name), folder.path());
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("orders.console.info=true"));
        console.setProcessEnvironment(environment);
        const auto url = QStringLiteral("http://127.0.0.1:%1").arg(m_service->adminPort());
        console.start(QStringLiteral(OO_CONSOLE), {QStringLiteral("--connect"), url, QStringLiteral("--token-file"), tokenFile.fileName()});
        QByteArray told;
        QTRY_VERIFY2_WITH_TIMEOUT((told += console.readAllStandardError()).contains("connected to " + url.toUtf8()), told.constData(), 20000);
        QCOMPARE(console.state(), QProcess::Running);
        console.kill();
        QVERIFY(console.waitForFinished(10000));
    }

    void withoutADisplayTheProgramSaysSoAndEndsWithTwo()
    {
        QProcess console;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QLatin1StringView(name));
        console.setProcessEnvironment(environment);
        console.start(QStringLiteral(OO_CONSOLE), QStringList());
        QVERIFY(console.waitForFinished(10000));
        QCOMPARE(console.exitCode(), 2);
        QVERIFY2(console.readAllStandardError().contains("there is no display"), "");
    }

private:
    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_token;
};

QTEST_MAIN(ConsoleConnectionTest)
#include "console_connection_test.moc"
