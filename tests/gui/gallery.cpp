// Takes a picture of every page of the console at a running service: gallery URL TOKENFILE FOLDER light|dark [order]
// Larger ones by QT_SCALE_FACTOR. Used for looking at what was built, and for docs/.

#include "gui/app/main_window.h"
#include "gui/client/profile.h"
#include "gui/pages/chaos_page.h"
#include "gui/pages/events_page.h"
#include "gui/pages/order_view.h"
#include "gui/pages/orders_page.h"
#include "gui/pages/overview_page.h"
#include "gui/pages/problems_page.h"
#include "gui/pages/queues_page.h"
#include "gui/pages/replay_page.h"
#include "gui/widgets/table_view.h"

#include <QApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace oo::gui;

namespace {

void wait(const std::function<bool()> &isReady)
{
    if (!QTest::qWaitFor(isReady, 20000))
        std::fprintf(stderr, "not ready in time\n");
    QTest::qWait(150); // what it shows is painted with the next turns
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    const auto arguments = QApplication::arguments();
    if (arguments.size() < 5)
        return 2;
    initTheme();
    QTemporaryDir folder;
    ProfileStore store(folder.path());
    MainWindow window(store);
    window.resize(1400, 880);
    const auto dark = arguments[4] == QLatin1StringView("dark");
    window.setTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
    window.show();
    const QDir out(arguments[3]);
    const auto save = [&](const QString &name) {
        const auto path = out.filePath(name + QLatin1Char('-') + arguments[4] + QStringLiteral(".png"));
        std::printf("%s %s\n", qPrintable(path), window.grab().save(path) ? "" : "NOT SAVED");
    };
    QTest::qWait(200);
    save(QStringLiteral("connection"));
    Profile profile;
    profile.url = QUrl(arguments[1]);
    profile.name = QStringLiteral("Web shop");
    profile.timeZone = "Europe/Berlin";
    window.connectTo(profile, readTokenFile(arguments[2]).value_or(QByteArray()));
    wait([&] { return !window.pages().isEmpty(); });

    const auto take = [&](auto *page, const QString &name, const std::function<void()> &prepare) {
        window.showPage(page);
        QTest::qWait(1500); // lists are asked for when a page is entered
        prepare();
        QTest::qWait(1200);
        save(name);
    };
    const auto selectRow = [](QWidget *page, const char *table, int row) {
        auto *view = page->findChild<TableView *>(QLatin1StringView(table));
        if (view && view->model()->rowCount() > 0)
            view->setCurrentIndex(view->model()->index(std::min(row, view->model()->rowCount() - 1), 0));
    };
    auto *events = pageOf<EventsPage>(window);
    take(events, QStringLiteral("events"), [&] { selectRow(events, "events", 8); });
    auto *orders = pageOf<OrdersPage>(window);
    take(orders, QStringLiteral("orders"), [&] {
        if (arguments.size() > 5)
            orders->search(arguments[5]);
        QTest::qWait(1000);
        selectRow(orders, "orders", 0);
    });
    auto *queues = pageOf<QueuesPage>(window);
    take(queues, QStringLiteral("queues"), [&] { selectRow(queues, "jobs", 0); });
    auto *problems = pageOf<ProblemsPage>(window);
    take(problems, QStringLiteral("problems"), [&] { selectRow(problems, "problems/groups", 0); });
    for (const auto &[tab, name] : {std::pair{ProblemsPage::Tab::Calls, "calls"}, std::pair{ProblemsPage::Tab::Audit, "audit"}}) {
        problems->showTab(tab);
        QTest::qWait(800);
        save(QLatin1StringView(name));
    }
    auto *replay = pageOf<ReplayPage>(window);
    take(replay, QStringLiteral("replay"), [&] { selectRow(replay, "replay/runs", 0); });
    auto *chaos = pageOf<ChaosPage>(window);
    take(chaos, QStringLiteral("chaos"), [&] { selectRow(chaos, "chaos", 0); });
    take(pageOf<OverviewPage>(window), QStringLiteral("overview"), [] { QTest::qWait(2000); });
    return 0;
}
