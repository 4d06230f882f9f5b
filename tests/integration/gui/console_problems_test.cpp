// Queues and what waits for a person, by the console's own widgets, with a service and a courier of the test's.

#include "gui/pages/job_view.h"
#include "gui/pages/problems_page.h"
#include "gui/pages/queues_page.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "tests/integration/gui/console_fixture.h"
#include "tests/support/stub_server.h"

#include <QComboBox>
#include <QLabel>
#include <QTabBar>

using namespace oo;
using namespace oo::gui;
using namespace oo::test;

namespace {

constexpr char kBookings[] = "internal-booking-events";

}

class ConsoleProblemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initTheme();
        m_courier = std::make_unique<StubServer>([this](const StubRequest &request) { return request.path.endsWith("/request-shipping-booking") ? m_answer : StubAnswer{}; });
        m_service = std::make_unique<ServiceProcess>(QMap<QString, QString>{
            {QStringLiteral("COURIER_SERVICE_URL"), m_courier->url().toString()}, {QStringLiteral("QUEUE_DEFAULT_BACKOFF_MS"), QStringLiteral("20")}});
        m_operator = createToken(*m_service, "ops", "operator");
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

    void aQueueIsPausedAndResumedWithAReason()
    {
        auto *page = showQueues();
        auto *pause = buttonOf(page, QStringLiteral("Pause ") + QLatin1StringView(kBookings));
        QVERIFY(pause && pause->isEnabled());
        pause->click();
        giveReason(QStringLiteral("the courier moves house"));
        QTRY_VERIFY(isPaused(page));
        QTRY_COMPARE(pause->text(), QStringLiteral("&Resume ") + QLatin1StringView(kBookings) + QStringLiteral("…"));
        QCOMPARE(sendOrder(*m_service, 700, "orders/create", "paid", "q-700"), 201);
        QTRY_VERIFY(page->queues().row(row(page)).paused + page->queues().row(row(page)).waiting >= 1); // it waits
        QCOMPARE(m_courier->requests().size(), 0);
        pause->click();
        giveReason(QStringLiteral("it has moved"));
        QTRY_VERIFY(!isPaused(page));
        QTRY_VERIFY(m_courier->requests().size() >= 1);
    }

    void aFailedJobShowsItsErrorsAndAllThatMatchAreRetried()
    {
        m_answer = {422, "{\"error\":\"no such street\"}"};
        QCOMPARE(sendOrder(*m_service, 710, "orders/create", "paid", "q-710"), 201);
        QCOMPARE(sendOrder(*m_service, 711, "orders/create", "paid", "q-711"), 201);
        auto *page = showQueues();
        QTRY_COMPARE_WITH_TIMEOUT(page->jobs().rows().rowCount(), 2, 15000);
        auto *table = page->findChild<TableView *>(QStringLiteral("jobs"));
        table->setCurrentIndex(table->model()->index(0, 0));
        auto *job = page->findChild<JobView *>();
        QTRY_VERIFY(job->shown() && job->shown()->state == "failed" && job->shown()->attemptsMade == 1);
        auto *match = page->findChild<QLineEdit *>();
        page->focusFilter();
        QVERIFY(match->hasFocus() || !page->isActiveWindow());
        auto *retryAll = buttonOf(page, QStringLiteral("Retry all that match"));
        match->setText(QStringLiteral("nothing like it"));
        retryAll->click();
        auto *notice = page->findChild<NoticeBar *>();
        QTRY_VERIFY2(notice->text().contains(QStringLiteral("No failed job matches")), qPrintable(notice->text()));
        match->setText(QStringLiteral("refused"));
        retryAll->click();
        giveReason(QStringLiteral("tried once more")); // the answer of a refusal stands: the jobs only end
        QTRY_COMPARE_WITH_TIMEOUT(page->jobs().rows().rowCount(), 0, 15000);
    }

    void aWholeGroupOfParkedEventsRunsAgain()
    {
        m_answer = {500, "{\"error\":\"tired\"}"};
        for (const qint64 ref : {720, 721, 722})
            QCOMPARE(sendOrder(*m_service, ref, "orders/create", "paid", "q-" + QByteArray::number(ref)), 201);
        auto *page = showProblems(ProblemsPage::Tab::Parked);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(page, "attempts_exhausted") == 3, 20000);
        page->findChild<TableView *>(QStringLiteral("problems/groups"))->selectKey("attempts_exhausted");
        QTRY_COMPARE(page->parked().rows().rowCount(), 3);
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-2\"}"};
        auto *all = page->findChild<QPushButton *>(QStringLiteral("releaseGroup"));
        QTRY_COMPARE(all->text(), QStringLiteral("Re-run &all 3 parked as attempts_exhausted…"));
        all->click();
        giveReason(QStringLiteral("it is awake"));
        QTRY_VERIFY_WITH_TIMEOUT(countOf(page, "attempts_exhausted") == 0, 15000);
        page->showTab(ProblemsPage::Tab::Audit);
        QTRY_VERIFY(page->audit().rows().rowCount() > 0 && page->audit().rows().row(0).reason == "it is awake");
    }

    void whatWasRefusedIsNotOfferedToRunAgain()
    {
        m_answer = {422, "{\"error\":\"no such street\"}"};
        QCOMPARE(sendOrder(*m_service, 715, "orders/create", "paid", "q-715"), 201);
        auto *page = showProblems(ProblemsPage::Tab::Parked);
        QTRY_VERIFY_WITH_TIMEOUT(countOf(page, "refused") >= 1, 20000);
        page->findChild<TableView *>(QStringLiteral("problems/groups"))->selectKey("refused");
        auto *hint = page->findChild<QLabel *>(QStringLiteral("refusedHint"));
        QTRY_VERIFY(hint->isVisible());
        QVERIFY2(hint->text().contains(QStringLiteral("book it again")), qPrintable(hint->text()));
        QVERIFY(!page->findChild<QPushButton *>(QStringLiteral("releaseGroup"))->isVisible());
    }

    void anUnknownCallComesFirstAndTheCourierIsAskedNow()
    {
        m_answer = {200, "{}", true}; // it never answers
        QCOMPARE(sendOrder(*m_service, 730, "orders/create", "paid", "q-730"), 201);
        auto *page = showProblems(ProblemsPage::Tab::Calls);
        QTRY_VERIFY_WITH_TIMEOUT(callRow(page, "730") >= 0, 30000);
        m_answer = {200, "{\"accepted\":true,\"trackingNumber\":\"T-3\"}"};
        page->findChild<TableView *>(QStringLiteral("problems/calls"))->selectKey(page->calls().rows().rowKey(callRow(page, "730")));
        auto *ask = page->findChild<QPushButton *>(QStringLiteral("ask"));
        QTRY_VERIFY(ask->isEnabled());
        ask->click();
        giveReason(QStringLiteral("the customer waits"));
        auto *notice = page->findChild<NoticeBar *>();
        QTRY_VERIFY2(notice->text().contains(QStringLiteral("the call's job")), qPrintable(notice->text()));
        QTRY_VERIFY_WITH_TIMEOUT(callRow(page, "730") < 0, 30000); // it is not unknown any more
    }

    void aCourierEventIsLinkedToItsOrder()
    {
        QCOMPARE(sendOrder(*m_service, 740, "orders/create", "pending", "q-740"), 201);
        const QByteArray courier = "{\"tracking_number\":\"LOST-740\",\"courier\":\"DHL\",\"status\":\"shipped\",\"timestamp\":\"2026-04-08T10:00:00Z\"}";
        QCOMPARE(m_service->send("POST", "/webhooks/courier", courier, {}).status, 201);
        auto *page = showProblems(ProblemsPage::Tab::Unmatched);
        QTRY_COMPARE(page->unmatched().rows().rowCount(), 1);
        page->findChild<TableView *>(QStringLiteral("problems/unmatched"))->selectKey(page->unmatched().rows().rowKey(0));
        auto *link = page->findChild<QPushButton *>(QStringLiteral("link"));
        QTRY_VERIFY(link->isEnabled());
        link->click();
        giveReason(QStringLiteral("the courier told us"), QStringLiteral("#740"));
        auto *notice = page->findChild<NoticeBar *>();
        QTRY_VERIFY2(notice->text().contains(QStringLiteral("belongs to the order")), qPrintable(notice->text()));
        QTRY_COMPARE_WITH_TIMEOUT(page->unmatched().rows().rowCount(), 0, 10000);
    }

    void refusedWebhooksAreListed()
    {
        QCOMPARE(m_service->send("POST", "/webhooks/shopify", "{}", {{"X-Shopify-Topic", "orders/create"}, {"X-Shopify-Hmac-Sha256", "AAAA"}}).status, 401);
        auto *page = showProblems(ProblemsPage::Tab::Refusals);
        QTRY_VERIFY(page->refusals().rows().rowCount() >= 1);
        QCOMPARE(page->refusals().rows().row(0).status, 401);
        QCOMPARE(page->refusals().rows().row(0).topic, QByteArray("orders/create"));
    }

private:
    QueuesPage *showQueues()
    {
        auto *page = pageOf<QueuesPage>(m_console->window);
        m_console->window.showPage(page);
        if (!QTest::qWaitFor([&] { return row(page) >= 0; }, 10000))
            QTest::qFail("the queues are not read", __FILE__, __LINE__);
        page->showQueue(kBookings);
        return page;
    }
    ProblemsPage *showProblems(ProblemsPage::Tab tab)
    {
        auto *page = pageOf<ProblemsPage>(m_console->window);
        m_console->window.showPage(page);
        page->showTab(tab);
        return page;
    }
    static int row(QueuesPage *page) { return page->queues().rowOfKey(kBookings); }
    static bool isPaused(QueuesPage *page) { return page->queues().row(row(page)).isPaused; }
    static qint64 countOf(ProblemsPage *page, const QByteArray &reason)
    {
        const int group = page->groups().rows().rowOfKey(reason);
        return group < 0 ? 0 : page->groups().rows().row(group).count;
    }
    static int callRow(ProblemsPage *page, const QByteArray &ref)
    {
        const auto &rows = page->calls().rows().rows();
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const CallSummary &call) { return call.refId == ref && call.state == "unknown"; });
        return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
    }

    StubAnswer m_answer;
    std::unique_ptr<StubServer> m_courier;
    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_operator;
    std::unique_ptr<Console> m_console;
};

QTEST_MAIN(ConsoleProblemsTest)
#include "console_problems_test.moc"
