#pragma once
// The window: one connection at a time, its pages, and what the keyboard reaches everywhere.

#include "gui/client/link.h"
#include "gui/models/health_picture.h"
#include "gui/pages/page.h"
#include "gui/widgets/command_palette.h"
#include "gui/widgets/theme.h"

#include <QMainWindow>

class QListWidget;
class QStackedWidget;

namespace oo::gui {

class ChaosPage;
class ConnectionBanner;
class ConnectionPage;
class EventsPage;
class NoticeBar;
class OrdersPage;
class OverviewPage;
class ProblemsPage;
class ProfileStore;
class QueuesPage;
class ReplayPage;
class Tray;

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(ProfileStore &store);
    ~MainWindow() override;

    // Its page of connections is shown until the service answers for the first time.
    void connectTo(const Profile &profile, const QByteArray &token);
    void connectToLastUsed(); // if its token is kept; else the page of connections stays
    void open(const ConsoleLink &link); // at once if that profile is the connected one; else it is connected first, if it is known with its token

    AdminClient *client() const { return m_client.get(); }
    Page *currentPage() const;
    const QList<Page *> &pages() const { return m_pages; }
    ConnectionPage *connectionPage() const { return m_connectionPage; }
    ConnectionBanner *banner() const { return m_banner; }
    NoticeBar *notice() const { return m_notice; }
    void showPage(Page *page);
    void setTheme(ThemeChoice choice);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void makeMenus();
    void makePages();
    void listPages();
    void connectPages();
    void goTo(Warning::Place place);
    void dropConnection();
    void followState();
    void showConnections();
    void openPalette();
    void showKeys();
    QList<Command> commands();
    QList<Command> commandsFor(const QString &typed);
    void findOrders(const QString &words);
    void filterEvents(const QString &filter);
    void carryOutLink();

    ProfileStore &m_store;
    LayoutFile m_layout;
    std::unique_ptr<AdminClient> m_client;
    QByteArray m_token; // its own
    std::unique_ptr<Session> m_session;
    std::unique_ptr<HealthPicture> m_picture;
    QList<Page *> m_pages;
    bool m_wasLive = false;
    std::optional<ConsoleLink> m_link; // to be opened when its service answers

    ConnectionBanner *m_banner;
    NoticeBar *m_notice; // of what belongs to no page
    QListWidget *m_places;
    QStackedWidget *m_stack;
    ConnectionPage *m_connectionPage;
    OverviewPage *m_overview = nullptr; // these live as long as a connection
    EventsPage *m_events = nullptr;
    OrdersPage *m_orders = nullptr;
    QueuesPage *m_queues = nullptr;
    ProblemsPage *m_problems = nullptr;
    ReplayPage *m_replay = nullptr;
    ChaosPage *m_chaos = nullptr;
    Tray *m_tray;
    QTimer m_retryTold; // the countdown on the page of connections
};

// The page of that class; null while no connection is made.
template <class W>
W *pageOf(const MainWindow &window)
{
    for (auto *page : window.pages()) {
        if (auto *found = qobject_cast<W *>(page))
            return found;
    }
    return nullptr;
}

} // namespace oo::gui
