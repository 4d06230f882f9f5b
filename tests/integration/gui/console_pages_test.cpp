// What an operator does all day, by the console's own widgets, with a service and a courier of the test's.

#include "gui/models/event_export.h"
#include "gui/pages/event_view.h"
#include "gui/pages/events_page.h"
#include "gui/pages/order_view.h"
#include "gui/pages/orders_page.h"
#include "gui/widgets/filter_line.h"
#include "gui/widgets/table_view.h"
#include "tests/integration/gui/console_fixture.h"
#include "tests/support/stub_server.h"

#include <QClipboard>
#include <QLabel>

using namespace oo;
using namespace oo::gui;
using namespace oo::test;

class ConsolePagesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initTheme();
        m_courier = std::make_unique<StubServer>([this](const StubRequest &request) { return courierAnswers(request); });
        m_service = std::make_unique<ServiceProcess>(QMap<QString, QString>{
            {QStringLiteral("COURIER_SERVICE_URL"), m_courier->url().toString()}, {QStringLiteral("QUEUE_DEFAULT_BACKOFF_MS"), QStringLiteral("20")}});
        m_operator = createToken(*m_service, "ops", "operator");
        m_viewer = createToken(*m_service, "eyes", "viewer");
    }
    void cleanupTestCase() { m_service.reset(); }

    void init()
    {
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-1\"}"};
        m_console = std::make_unique<Console>();
        m_console->connectTo(*m_service, m_operator);
        QVERIFY(m_console->waitUntilLive());
    }
    void cleanup() { m_console.reset(); }

    void eventsComeByThemselvesAndPauseCountsThem()
    {
        auto *page = showEvents();
        const int before = page->feed().events().rowCount();
        QCOMPARE(send("orders/create", "pending", 100), 201);
        QTRY_COMPARE(page->feed().events().rowCount(), before + 1);
        QTRY_COMPARE(outcomeText(page->feed().events().row(0)), QStringLiteral("applied")); // learnt after it came
        auto *pause = buttonOf(page, QStringLiteral("Pause"));
        QVERIFY(pause);
        pause->click();
        QCOMPARE(send("orders/create", "pending", 101), 201);
        QCOMPARE(send("orders/create", "pending", 102), 201);
        QTRY_VERIFY2(pause->text().contains(QStringLiteral("2 new")), qPrintable(pause->text()));
        QCOMPARE(page->feed().events().rowCount(), before + 1);
        pause->click();
        QTRY_COMPARE(page->feed().events().rowCount(), before + 3);
        QCOMPARE(*page->feed().events().row(0).refId, QByteArray("102"));
    }

    void theFilterLineNarrowsOldAndNewAndSaysWhatItDoesNotKnow()
    {
        QCOMPARE(send("orders/create", "pending", 110), 201);
        auto *page = showEvents();
        auto *line = page->findChild<FilterLine *>();
        page->focusFilter();
        QTest::keyClicks(line, QStringLiteral("ref:110"));
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(page->feed().events().rowCount(), 1);
        QCOMPARE(send("orders/updated", "pending", 110), 201);
        QCOMPARE(send("orders/create", "pending", 111), 201);
        QTRY_COMPARE(page->feed().events().rowCount(), 2);
        QTest::keyClicks(line, QStringLiteral(" outcome:lost"));
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!line->isValid());
        QVERIFY(line->problem().contains(QStringLiteral("superseded"))); // what it may be
        QCOMPARE(page->feed().events().rowCount(), 2);                  // the last good filter stays
        QTest::keyClick(line, Qt::Key_Escape);
        QTest::keyClick(line, Qt::Key_Escape);
        QTRY_VERIFY(page->feed().events().rowCount() > 2);
        QTest::keyClick(line, Qt::Key_Up);
        QCOMPARE(line->text(), QStringLiteral("ref:110"));
    }

    void aPayloadIsFoundByTheService()
    {
        QCOMPARE(send("orders/create", "pending", 115), 201);
        auto *page = showEvents();
        page->applyFilter(QStringLiteral("payload.name:#115 since:1h"));
        QTRY_COMPARE(page->feed().events().rowCount(), 1);
        QVERIFY(page->feed().searched().has_value());
    }

    void selectionAndPlaceSurviveNewEvents()
    {
        for (int i = 0; i < 60; ++i)
            QCOMPARE(send("orders/create", "pending", 200 + i), 201);
        auto *page = showEvents();
        QTRY_VERIFY(page->feed().events().rowCount() >= 60);
        auto *table = page->findChild<TableView *>(QStringLiteral("events"));
        table->setCurrentIndex(table->model()->index(40, 0));
        table->scrollTo(table->currentIndex(), QAbstractItemView::PositionAtTop);
        const auto key = table->currentKey();
        const int y = table->visualRect(table->currentIndex()).y();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(send("orders/create", "pending", 300 + i), 201);
        QTRY_VERIFY(table->currentIndex().row() >= 50);
        QCOMPARE(table->currentKey(), key);
        QCOMPARE(table->visualRect(table->currentIndex()).y(), y);
    }

    void rowsAreCopiedWithTimesInUtc()
    {
        auto *page = showEvents();
        auto *table = page->findChild<TableView *>(QStringLiteral("events"));
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        const auto lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
        QVERIFY2(lines.value(0).startsWith(QStringLiteral("Received\tId\t")), qPrintable(lines.value(0)));
        QVERIFY2(lines.value(1).contains(QRegularExpression(QStringLiteral("^20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z\\t"))), qPrintable(lines.value(1)));
    }

    void whatTheFilterMatchesIsExported_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("lines");
        QTest::addRow("CSV with its header") << QStringLiteral("events.csv") << 3;
        QTest::addRow("JSON lines") << QStringLiteral("events.jsonl") << 2;
    }
    void whatTheFilterMatchesIsExported()
    {
        QFETCH(QString, file);
        QFETCH(int, lines);
        const qint64 ref = 400 + lines;
        QCOMPARE(send("orders/create", "pending", ref), 201);
        QCOMPARE(send("orders/updated", "pending", ref), 201);
        auto *page = showEvents();
        page->applyFilter(QStringLiteral("ref:%1").arg(ref));
        const auto path = m_console->folder.filePath(file);
        page->exportTo(path);
        QTRY_VERIFY(QFile::exists(path));
        QFile written(path);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto text = written.readAll();
        QCOMPARE(text.count('\n'), lines);
        QCOMPARE(text.count("ORDER_CREATED") + text.count("ORDER_UPDATED"), 2);
        QVERIFY(text.contains(QByteArray::number(ref)));
    }

    void anOrderIsFoundByItsTrackingNumberAndSaysWhyItIsNotBooked()
    {
        m_answer = {422, "{\"error\":\"no such street\"}"};
        QCOMPARE(send("orders/create", "paid", 500), 201);
        auto *page = showOrders();
        QTRY_VERIFY(searched(page, QStringLiteral("500")) && page->view()->sentence().contains(QStringLiteral("the courier refused it")));
        const auto tracking = QString::fromUtf8(*page->view()->page()->order.trackingNumber);
        QVERIFY(!tracking.isEmpty());
        page->search(QStringLiteral("nothing-like-it"));
        QTRY_COMPARE(page->orders().rowCount(), 0);
        QTRY_VERIFY(searched(page, tracking));
        QCOMPARE(page->view()->page()->order.refId, QByteArray("500"));
    }

    // The whole way without a mouse: search, read why, book again with a reason, see that there is one booking.
    void aRefusedOrderIsBookedAgainByKeysAlone()
    {
        m_answer = {422, "{\"error\":\"no such street\"}"};
        QCOMPARE(send("orders/create", "paid", 510), 201);
        auto *page = showOrders();
        QTest::keyClick(page, Qt::Key_Slash);
        auto *search = page->findChild<QLineEdit *>(QStringLiteral("search"));
        QTRY_VERIFY(search->hasFocus());
        QTRY_VERIFY(searchedByKeys(search, page, QStringLiteral("#510")) && page->view()->button(OrderAction::BookAgain)->isVisible());
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-510\"}"};
        auto *again = page->view()->button(OrderAction::BookAgain);
        again->setFocus();
        QTest::keyClick(again, Qt::Key_Space);
        giveReason(QStringLiteral("the street was mended"));
        QTRY_VERIFY2(page->view()->sentence().contains(QStringLiteral("It is booked")), qPrintable(page->view()->sentence()));
        QCOMPARE(accepted("510"), 1);
        const auto &calls = page->view()->page()->calls;
        QCOMPARE(calls.size(), 2u);
        QCOMPARE(calls[0].state, QByteArray("refused"));
        QCOMPARE(calls[1].state, QByteArray("accepted"));
        QVERIFY(calls[0].idempotencyKey != calls[1].idempotencyKey);
        QVERIFY(!page->view()->button(OrderAction::BookAgain)->isVisible());
    }

    // What the console is for, by keys alone: find by tracking number, read why, run again with a reason, see one booking.
    void anOrderIsFoundUnderstoodAndMendedByKeysAlone()
    {
        m_answer = {500, "{\"error\":\"tired\"}"};
        QCOMPARE(send("orders/create", "paid", 515), 201);
        QByteArray tracking;
        QTRY_VERIFY_WITH_TIMEOUT(!(tracking = trackingOf("515")).isEmpty(), 20000);
        auto &window = m_console->window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto *page = pageOf<OrdersPage>(window);
        const auto place = static_cast<Qt::Key>(Qt::Key_1 + window.pages().indexOf(page));
        QTest::keyClick(&window, place, Qt::AltModifier);
        QTRY_COMPARE(window.currentPage(), page);
        QTest::keyClick(&window, Qt::Key_Slash);
        QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
        QTest::keyClicks(QApplication::focusWidget(), QString::fromUtf8(tracking));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY2_WITH_TIMEOUT(page->view()->sentence().contains(QStringLiteral("Not booked: its booking is parked (attempts_exhausted)")), qPrintable(page->view()->sentence()), 20000);
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-515\"}"};
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_R, Qt::AltModifier); // as the button shows it
        QTRY_VERIFY(QApplication::activeModalWidget() && QApplication::activeModalWidget()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("the courier is awake"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY2_WITH_TIMEOUT(page->view()->sentence().contains(QStringLiteral("It is booked")), qPrintable(page->view()->sentence()), 20000);
        QCOMPARE(accepted("515"), 1);
    }

    void aParkedEventIsRunAgainAndBooksOnce()
    {
        m_answer = {500, "{\"error\":\"tired\"}"};
        QCOMPARE(send("orders/create", "paid", 520), 201);
        auto *page = showOrders();
        QTRY_VERIFY_WITH_TIMEOUT(searched(page, QStringLiteral("520")) && page->view()->button(OrderAction::ReRun)->isVisible(), 20000);
        QVERIFY2(page->view()->sentence().contains(QStringLiteral("parked (attempts_exhausted)")), qPrintable(page->view()->sentence()));
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-520\"}"};
        page->view()->button(OrderAction::ReRun)->click();
        giveReason(QStringLiteral("the courier is awake"));
        QTRY_VERIFY2(page->view()->sentence().contains(QStringLiteral("It is booked")), qPrintable(page->view()->sentence()));
        QCOMPARE(accepted("520"), 1);
    }

    // Parking makes no news: whoever looks at the order learns it all the same, and what was revealed stays to be read.
    void anOrderThatParksWhileItIsLookedAtSaysSo()
    {
        const Paused paused(*this, "internal-booking-events");
        m_answer = {500, "{\"error\":\"tired\"}"};
        QCOMPARE(send("orders/create", "paid", 525), 201);
        auto *view = showOrders()->view();
        QTRY_VERIFY(searched(showOrders(), QStringLiteral("525")) && view->sentence().contains(QStringLiteral("has not been called yet")));
        buttonOf(view, QStringLiteral("Reveal"))->click();
        giveReason(QStringLiteral("the customer calls"));
        QTRY_VERIFY(view->page()->order.customer.text.contains("Ada"));
        paused.resume();
        QTRY_VERIFY2_WITH_TIMEOUT(view->sentence().contains(QStringLiteral("parked (attempts_exhausted)")), qPrintable(view->sentence()), 20000);
        QVERIFY(view->page()->order.customer.text.contains("Ada"));
    }

    void anEventThatEndsWhileItIsLookedAtSaysSo()
    {
        const Paused paused(*this, "shopify-events");
        QCOMPARE(send("orders/create", "pending", 526), 201);
        auto *page = showEvents();
        page->applyFilter(QStringLiteral("ref:526"));
        QTRY_COMPARE(page->feed().events().rowCount(), 1);
        page->findChild<TableView *>(QStringLiteral("events"))->selectRow(0);
        auto *view = page->findChild<EventView *>();
        QTRY_VERIFY2(textsOf(view).contains(QStringLiteral("open")), qPrintable(textsOf(view)));
        paused.resume();
        QTRY_VERIFY2_WITH_TIMEOUT(textsOf(view).contains(QStringLiteral("applied")), qPrintable(textsOf(view)), 20000);
    }

    void manyPastedNumbersAreFoundAndTheRestIsNamed()
    {
        for (const qint64 ref : {601, 602, 603})
            QCOMPARE(send("orders/create", "pending", ref), 201);
        auto *page = showOrders();
        QTRY_VERIFY([&] { // they are made after their webhooks are answered
            page->search(QStringLiteral("601, #602\n603 604"));
            return QTest::qWaitFor([&] { return page->orders().rowCount() == 3; }, 300);
        }());
        QStringList labels;
        for (const auto *label : page->findChildren<QLabel *>())
            labels << label->text();
        QVERIFY2(labels.join(QLatin1Char('|')).contains(QStringLiteral("3 found for 4 searched · not found: 604")), qPrintable(labels.join(QLatin1Char('|'))));
    }

    void moreNumbersThanARequestHoldsAreFoundAllTheSame()
    {
        QCOMPARE(send("orders/create", "pending", 611), 201);
        QCOMPARE(send("orders/create", "pending", 612), 201);
        QStringList words{QStringLiteral("611")};
        for (qint64 other = 0; other < 700; ++other)
            words << QString::number(8630000000000 + other);
        words << QStringLiteral("612") << QStringLiteral("#611");
        auto *page = showOrders();
        QTRY_VERIFY2([&] { // they are made after their webhooks are answered
            page->search(words.join(QLatin1Char('\n')));
            return QTest::qWaitFor([&] { return textsOf(page).contains(QStringLiteral("2 found for 703 searched")); }, 1000);
        }(), qPrintable(textsOf(page)));
        QTRY_COMPARE(page->orders().rowCount(), 2);
        QCOMPARE(page->orders().row(0).refId, QByteArray("611"));
        QCOMPARE(page->orders().row(1).refId, QByteArray("612"));
    }

    void stuckOrdersAreCountedAndListed()
    {
        m_answer = {422, "{\"error\":\"no\"}"};
        QCOMPARE(send("orders/create", "paid", 530), 201);
        auto *page = showOrders();
        QTRY_VERIFY(searched(page, QStringLiteral("530")) && page->view()->button(OrderAction::BookAgain)->isVisible());
        page->search({});
        page->entered(); // counts anew
        QPushButton *parked = nullptr;
        QTRY_VERIFY((parked = buttonOf(page, QStringLiteral("Parked "))) != nullptr);
        parked->click();
        QTRY_VERIFY(page->orders().rowOfKey(page->view()->shown()) >= 0);
        const auto order = page->view()->shown();
        page->findChild<TableView *>(QStringLiteral("orders"))->selectKey(order);
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-530\"}"};
        page->view()->button(OrderAction::BookAgain)->click();
        giveReason(QStringLiteral("mended"));
        QTRY_VERIFY_WITH_TIMEOUT(page->orders().rowOfKey(order) < 0, 30000); // what is mended leaves the list
        QCOMPARE(page->view()->shown(), order);                              // and stays to be looked at
    }

    void aLinkToAnOrderIsCopiedAndOpensIt()
    {
        QCOMPARE(send("orders/create", "pending", 533), 201);
        auto *page = showOrders();
        QTRY_VERIFY(searched(page, QStringLiteral("533")));
        const auto order = page->view()->shown();
        auto *table = page->findChild<TableView *>(QStringLiteral("orders"));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        const auto link = readLink(QApplication::clipboard()->text());
        QVERIFY2(link.has_value(), qPrintable(QApplication::clipboard()->text()));
        page->view()->clear();
        m_console->window.open(*link);
        QTRY_COMPARE(page->view()->shown(), order);
    }

    void newOrdersComeByThemselves()
    {
        auto *page = showOrders();
        page->search({});
        QTRY_VERIFY(page->orders().rowCount() > 0);
        QCOMPARE(send("orders/create", "pending", 531), 201);
        QTRY_VERIFY_WITH_TIMEOUT(page->orders().row(0).refId == "531", 15000);
    }

    void aViewerLooksAndChangesNothing()
    {
        m_answer = {422, "{\"error\":\"no\"}"};
        QCOMPARE(send("orders/create", "paid", 540), 201);
        m_console->connectTo(*m_service, m_viewer);
        QVERIFY(m_console->waitUntilLive());
        auto *page = showOrders();
        QTRY_VERIFY(searched(page, QStringLiteral("540")) && page->view()->button(OrderAction::BookAgain)->isVisible());
        QVERIFY(!page->view()->button(OrderAction::BookAgain)->isEnabled());
        // And the service itself says no, whatever a console shows.
        QCOMPARE(m_service->admin("POST", "/admin/v1/orders/" + page->view()->shown() + "/book", "{\"reason\":\"r\",\"requestId\":\"viewer-0001\"}", m_viewer).status, 403);
    }

    void aReadOnlyProfileShowsAllAndSendsNoChange()
    {
        m_answer = {422, "{\"error\":\"no\"}"};
        QCOMPARE(send("orders/create", "paid", 550), 201);
        m_console->connectTo(*m_service, m_operator, true);
        QVERIFY(m_console->waitUntilLive());
        auto *page = showOrders();
        QTRY_VERIFY(searched(page, QStringLiteral("550")) && page->view()->button(OrderAction::BookAgain)->isVisible());
        QVERIFY(!page->view()->button(OrderAction::BookAgain)->isEnabled());
        std::optional<ApiError> error;
        m_console->window.client()->change({Endpoint::BookAgain, {{"id", page->view()->shown()}}}, ChangeReason::of(QStringLiteral("r")), page,
                                           [&](const auto &answer) { error = answer.error(); });
        QVERIFY(error && error->kind == ApiError::Kind::Forbidden);
    }

private:
    // A queue that stands still until it is resumed.
    class Paused
    {
    public:
        Paused(const ConsolePagesTest &test, const QByteArray &queue) : m_test(test), m_queue(queue) { change("pause"); }
        ~Paused() { resume(); }
        void resume() const { change("resume"); }

    private:
        void change(const QByteArray &what) const
        {
            static int requests = 0;
            const auto body = "{\"reason\":\"r\",\"requestId\":\"paused-queue-" + QByteArray::number(++requests) + "\"}";
            if (m_test.m_service->admin("POST", "/admin/v1/queues/" + m_queue + '/' + what, body, m_test.m_operator).status != 200)
                QTest::qFail("the queue does not obey", __FILE__, __LINE__);
        }
        const ConsolePagesTest &m_test;
        QByteArray m_queue;
    };
    static QString textsOf(QWidget *view)
    {
        QStringList texts;
        for (const auto *label : view->findChildren<QLabel *>())
            texts << label->text();
        return texts.join(QLatin1Char('\n'));
    }
    StubAnswer courierAnswers(const StubRequest &request) const
    {
        return request.path.endsWith("/request-shipping-booking") ? m_answer : StubAnswer{};
    }
    int send(const char *topic, const char *financialStatus, qint64 ref)
    {
        return sendOrder(*m_service, ref, topic, financialStatus, "w-" + QByteArray::number(ref) + topic);
    }
    EventsPage *showEvents()
    {
        auto *page = pageOf<EventsPage>(m_console->window);
        m_console->window.showPage(page);
        page->entered();
        if (!QTest::qWaitFor([&] { return !page->feed().isLoading(); }, 10000))
            QTest::qFail("the events are not read", __FILE__, __LINE__);
        return page;
    }
    OrdersPage *showOrders()
    {
        auto *page = pageOf<OrdersPage>(m_console->window);
        m_console->window.showPage(page);
        return page;
    }
    // Asks until the order is there (it is made after its webhook is answered).
    static bool searched(OrdersPage *page, const QString &words)
    {
        if (page->view()->page() && page->orders().rowCount() == 1)
            return true;
        page->search(words);
        return QTest::qWaitFor([&] { return page->view()->page().has_value(); }, 300);
    }
    static bool searchedByKeys(QLineEdit *search, OrdersPage *page, const QString &words)
    {
        if (page->view()->page() && page->orders().rowCount() == 1)
            return true;
        search->clear();
        QTest::keyClicks(search, words);
        QTest::keyClick(search, Qt::Key_Return);
        return QTest::qWaitFor([&] { return page->view()->page().has_value(); }, 300);
    }
    QByteArray trackingOf(const QByteArray &ref) const
    {
        const auto found = readMessage<ListOf<OrderSummary>>(m_service->admin("GET", "/admin/v1/orders?q=" + ref, {}, m_operator).body);
        return found && found->items.size() == 1 ? found->items[0].trackingNumber.value_or(QByteArray()) : QByteArray();
    }
    // Bookings of that order which the courier took.
    int accepted(const QByteArray &ref) const
    {
        QSet<QByteArray> keys;
        const auto &requests = m_courier->requests();
        for (const auto &request : requests) {
            if (request.path.endsWith("/request-shipping-booking") && request.body.contains("\"refId\":\"" + ref + '"'))
                keys.insert(request.header("Idempotency-Key"));
        }
        const auto calls = m_service->admin("GET", "/admin/v1/calls?state=accepted&limit=500", {}, m_operator).body;
        int count = 0;
        for (const auto &key : std::as_const(keys))
            count += calls.contains("\"idempotencyKey\":\"" + key + '"') ? 1 : 0;
        return count;
    }

    StubAnswer m_answer;
    std::unique_ptr<StubServer> m_courier;
    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_operator, m_viewer;
    std::unique_ptr<Console> m_console;
};

QTEST_MAIN(ConsolePagesTest)
#include "console_pages_test.moc"
