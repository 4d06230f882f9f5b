// Replay, chaos and the overview, by the console's own widgets, with a service that has its stand-ins.

#include "gui/pages/chaos_page.h"
#include "gui/pages/events_page.h"
#include "gui/pages/order_view.h"
#include "gui/pages/orders_page.h"
#include "gui/pages/overview_page.h"
#include "gui/pages/replay_page.h"
#include "gui/widgets/table_view.h"
#include "tests/integration/gui/console_fixture.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QRegularExpression>
#include <QTreeWidget>

using namespace oo;
using namespace oo::gui;
using namespace oo::test;

class ConsoleProofTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initTheme();
        m_service = std::make_unique<ServiceProcess>();
        m_operator = createToken(*m_service, "ops", "operator");
        m_console = std::make_unique<Console>();
        m_console->connectTo(*m_service, m_operator);
        QVERIFY(m_console->waitUntilLive());
    }
    void cleanupTestCase()
    {
        m_console.reset();
        m_service.reset();
    }

    void aReplayIsPreviewedRunAndToldEventByEvent()
    {
        for (const qint64 ref : {900, 901})
            QCOMPARE(sendOrder(*m_service, ref, "orders/create", "paid", "p-" + QByteArray::number(ref)), 201);
        auto *page = show<ReplayPage>();
        auto *run = page->findChild<QPushButton *>(QStringLiteral("run"));
        QVERIFY(!run->isEnabled()); // nothing was previewed
        page->findChild<QLineEdit *>(QStringLiteral("order"))->setText(QStringLiteral("900"));
        QTRY_VERIFY([&] { // until its events are settled
            page->findChild<QPushButton *>(QStringLiteral("preview"))->click();
            return QTest::qWaitFor([&] { return page->summary().contains(QStringLiteral("0 would be re-run")) && !page->summary().startsWith(QStringLiteral("0 events")); }, 500);
        }());
        QVERIFY2(page->summary().contains(QStringLiteral("will change nothing")), qPrintable(page->summary()));
        QVERIFY(run->isEnabled());
        page->findChild<QLineEdit *>(QStringLiteral("order"))->setText(QStringLiteral("901"));
        QVERIFY(!run->isEnabled()); // another selection was not previewed
        page->findChild<QLineEdit *>(QStringLiteral("order"))->setText(QStringLiteral("900"));
        page->findChild<QPushButton *>(QStringLiteral("preview"))->click();
        QTRY_VERIFY(run->isEnabled());
        run->click();
        giveReason(QStringLiteral("after the fix"));
        QTRY_VERIFY(page->runs().rows().rowCount() == 1 && page->runs().rows().row(0).state == "done");
        QTRY_VERIFY(page->results().rows().rowCount() >= 1);
        QCOMPARE(page->results().rows().row(0).result, QByteArray("no change"));
    }

    void selectedEventsAreReplayed()
    {
        QCOMPARE(sendOrder(*m_service, 910, "orders/create", "pending", "p-910"), 201);
        auto *events = show<EventsPage>();
        events->applyFilter(QStringLiteral("ref:910"));
        QTRY_COMPARE(events->feed().events().rowCount(), 1);
        auto *table = events->findChild<TableView *>(QStringLiteral("events"));
        table->selectRow(0);
        auto *page = pageOf<ReplayPage>(m_console->window);
        page->findChild<QCheckBox *>()->setChecked(true); // of what was replayed before
        Q_EMIT events->replayWanted(table->selectedKeys());
        QVERIFY(!page->findChild<QCheckBox *>()->isChecked());
        QTRY_VERIFY(page->isVisible());
        QTRY_VERIFY2(page->summary().startsWith(QStringLiteral("1 events")), qPrintable(page->summary()));
    }

    void moreEventsThanARequestHoldsArePreviewed()
    {
        QList<QByteArray> ids;
        for (qint64 id = 9'000'000'000'000; id < 9'000'000'000'900; ++id)
            ids.append(QByteArray::number(id));
        auto *page = show<ReplayPage>();
        page->select(ids);
        QTRY_VERIFY2(page->summary().startsWith(QStringLiteral("0 events")), qPrintable(page->summary()));
        QVERIFY(page->findChild<QPushButton *>(QStringLiteral("run"))->isEnabled());
    }

    void aChaosRunIsBegunFollowedAndJudged()
    {
        auto *page = show<ChaosPage>();
        page->option(QStringLiteral("orders"))->setValue(10);
        page->option(QStringLiteral("events"))->setValue(20);
        page->option(QStringLiteral("seed"))->setValue(42);
        page->findChild<QPushButton *>(QStringLiteral("start"))->click();
        giveReason(QStringLiteral("before the release"));
        QTRY_VERIFY_WITH_TIMEOUT(page->runs().rows().rowCount() == 1 && page->runs().rows().row(0).state == "done", 60000);
        const auto &run = page->runs().rows().row(0);
        QCOMPARE(verdictText(run), QStringLiteral("CLEAN"));
        auto *verdict = page->findChild<QTreeWidget *>(QStringLiteral("verdict"));
        QTRY_COMPARE(verdict->topLevelItem(0)->text(0), QStringLiteral("CLEAN"));
        page->option(QStringLiteral("orders"))->setValue(3);
        page->option(QStringLiteral("seed"))->setValue(7);
        page->findChild<QPushButton *>(QStringLiteral("reuse"))->click();
        QCOMPARE(page->option(QStringLiteral("orders"))->value(), 10.0);
        QCOMPARE(page->option(QStringLiteral("seed"))->value(), 42.0);
        const auto path = m_console->folder.filePath(QStringLiteral("report.json"));
        page->saveReport(run, path);
        QFile report(path);
        QVERIFY(report.open(QIODevice::ReadOnly));
        const auto text = report.readAll();
        QVERIFY(text.contains("\"seed\": 42") && text.contains("\"clean\": true"));
        // Its orders are found when they are asked for, and only then.
        Q_EMIT page->ordersWanted(QStringLiteral("run:") + QString::fromUtf8(run.run));
        auto *orders = pageOf<OrdersPage>(m_console->window);
        QTRY_COMPARE(orders->orders().rowCount(), 10);
    }

    void theOverviewIsGreenUntilSomethingIsWrong()
    {
        auto *page = show<OverviewPage>();
        QTRY_VERIFY2(page->balanceText().startsWith(QStringLiteral("Balanced")), qPrintable(page->balanceText()));
        QVERIFY2(page->balanceText().contains(QRegularExpression(QStringLiteral("as of \\d\\d:\\d\\d\\."))), qPrintable(page->balanceText()));
        QStringList names;
        for (const auto *label : page->findChildren<QLabel *>())
            names << QAccessible::queryAccessibleInterface(const_cast<QLabel *>(label))->text(QAccessible::Name);
        QVERIFY2(names.join(QLatin1Char('\n')).contains(QRegularExpression(QStringLiteral("webhooks a second: [\\d–]"))), qPrintable(names.join(QLatin1Char('\n'))));
        QVERIFY(page->warningTexts().isEmpty());
        QCOMPARE(m_service->admin("POST", "/admin/v1/queues/courier-events/pause", "{\"reason\":\"r\",\"requestId\":\"overview-0001\"}", m_operator).status, 200);
        QTRY_VERIFY(page->warningTexts().join(QLatin1Char('|')).contains(QStringLiteral("courier-events is paused")));
        buttonOf(page, QStringLiteral("Acknowledge"))->click();
        QVERIFY(!buttonOf(page, QStringLiteral("Acknowledge"))->isEnabled());
        QCOMPARE(page->warningTexts().size(), 1); // still said, no longer loud
        QCOMPARE(m_service->admin("POST", "/admin/v1/queues/courier-events/resume", "{\"reason\":\"r\",\"requestId\":\"overview-0002\"}", m_operator).status, 200);
        QTRY_VERIFY(page->warningTexts().isEmpty());
    }

    void pagesAndCommandsAreReachedByKeys()
    {
        auto &window = m_console->window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (int place = 0; place < window.pages().size(); ++place) {
            QTest::keyClick(&window, static_cast<Qt::Key>(Qt::Key_1 + place), Qt::AltModifier);
            QTRY_COMPARE(window.currentPage(), window.pages()[place]);
        }
        runByPalette(QStringLiteral("ord"));
        QTRY_COMPARE(window.currentPage(), pageOf<OrdersPage>(window));
        window.showPage(pageOf<ReplayPage>(window));
        runByPalette(QStringLiteral("#900")); // a number is looked for
        QTRY_COMPARE(window.currentPage(), pageOf<OrdersPage>(window));
        QCOMPARE(window.currentPage()->findChild<QLineEdit *>(QStringLiteral("search"))->text(), QStringLiteral("#900"));
        window.showPage(pageOf<EventsPage>(window));
        runByPalette(QStringLiteral("events: pause")); // what the page's own buttons do
        QTRY_VERIFY(pageOf<EventsPage>(window)->feed().isPaused());
        pageOf<EventsPage>(window)->feed().setPaused(false);
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_Question);
        QTRY_VERIFY(QApplication::activeModalWidget() != nullptr);
        QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape);
        QTRY_VERIFY(QApplication::activeModalWidget() == nullptr);
    }

    // A control that takes the focus and tells a screen reader nothing is a closed door.
    void everyControlThatTakesFocusHasAName()
    {
        QStringList nameless;
        for (auto *page : m_console->window.pages()) {
            m_console->window.showPage(page);
            for (auto *widget : page->findChildren<QWidget *>()) {
                const bool isPart = qobject_cast<QAbstractSpinBox *>(widget->parent()) || qobject_cast<QComboBox *>(widget->parent()); // named as a whole
                if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisibleTo(page) || widget->focusProxy() || isPart)
                    continue;
                auto *accessible = QAccessible::queryAccessibleInterface(widget);
                if (!accessible || accessible->text(QAccessible::Name).trimmed().isEmpty())
                    nameless << page->title() + QStringLiteral(": ") + QLatin1StringView(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
            }
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

private:
    // Types into the palette, and takes what stands first.
    void runByPalette(const QString &words)
    {
        auto &window = m_console->window;
        QTRY_VERIFY(!window.findChild<CommandPalette *>());
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        CommandPalette *palette = nullptr;
        QTRY_VERIFY((palette = window.findChild<CommandPalette *>()) != nullptr);
        auto *typed = palette->findChild<QLineEdit *>();
        QTest::keyClicks(typed, words);
        QTest::keyClick(typed, Qt::Key_Return);
    }

    template <class W>
    W *show()
    {
        auto *page = pageOf<W>(m_console->window);
        m_console->window.showPage(page);
        return page;
    }

    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_operator;
    std::unique_ptr<Console> m_console;
};

QTEST_MAIN(ConsoleProofTest)
#include "console_proof_test.moc"
