// Takes a picture of every page of the console at a running service: gallery URL TOKENFILE FOLDER light|dark [order]
// Larger ones by QT_SCALE_FACTOR. Used for looking at what was built, and for docs/.

#include "gui/app/main_window.h"
#include "gui/client/profile.h"
#include "gui/pages/events_page.h"
#include "gui/pages/order_view.h"
#include "gui/pages/orders_page.h"
#include "gui/widgets/table_view.h"

#include <QApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace oo::gui;

namespace {

template <class W>
W *pageOf(const MainWindow &window)
{
    for (auto *page : window.pages()) {
        if (auto *found = qobject_cast<W *>(page))
            return found;
    }
    return nullptr;
}

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

    auto *events = pageOf<EventsPage>(window);
    window.showPage(events);
    wait([&] { return !events->feed().isLoading(); });
    auto *table = events->findChild<TableView *>(QStringLiteral("events"));
    table->setCurrentIndex(table->model()->index(std::min(3, table->model()->rowCount() - 1), 0));
    QTest::qWait(600);
    save(QStringLiteral("events"));

    auto *orders = pageOf<OrdersPage>(window);
    window.showPage(orders);
    if (arguments.size() > 5)
        orders->search(arguments[5]);
    wait([&] { return orders->orders().rowCount() > 0; });
    if (auto *list = orders->findChild<TableView *>(QStringLiteral("orders")); orders->view()->shown().isEmpty())
        list->setCurrentIndex(list->model()->index(0, 0));
    QTest::qWait(800);
    save(QStringLiteral("orders"));
    return 0;
}
