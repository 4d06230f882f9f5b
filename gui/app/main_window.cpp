#include "gui/app/main_window.h"

#include "gui/app/connection_banner.h"
#include "gui/app/key_list.h"
#include "gui/app/page_commands.h"
#include "gui/app/tray.h"
#include "gui/client/profile.h"
#include "gui/pages/chaos_page.h"
#include "gui/pages/connection_page.h"
#include "gui/pages/events_page.h"
#include "gui/pages/order_view.h"
#include "gui/pages/orders_page.h"
#include "gui/pages/overview_page.h"
#include "gui/pages/problems_page.h"
#include "gui/pages/queues_page.h"
#include "gui/pages/replay_page.h"
#include "gui/widgets/notice_bar.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QListWidget>
#include <QMenuBar>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kPlacesWidth = 150;

ThemeChoice keptTheme(const LayoutFile &layout)
{
    return fromText<ThemeChoice>(QByteArrayView(layout.value(QStringLiteral("theme")).toByteArray())).value_or(ThemeChoice::System);
}

} // namespace

MainWindow::MainWindow(ProfileStore &store)
    : m_store(store), m_layout(store.folder() + QStringLiteral("/layout.ini")), m_banner(new ConnectionBanner(this)),
      m_notice(new NoticeBar(this)), m_places(new QListWidget(this)), m_stack(new QStackedWidget(this)), m_connectionPage(new ConnectionPage(store, this)), m_tray(new Tray(this))
{
    setWindowTitle(tr("Orders Orchestrator"));
    m_places->setAccessibleName(tr("Pages"));
    m_places->setFixedWidth(kPlacesWidth);
    m_places->setFrameShape(QFrame::NoFrame);
    m_places->setSpacing(2);
    m_places->setVisible(false);
    m_banner->setVisible(false);
    m_stack->addWidget(m_connectionPage);
    auto *body = new QWidget(this);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_places);
    row->addWidget(m_stack, 1);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_notice);
    column->addLayout(row, 1);
    setCentralWidget(body);
    makeMenus();
    applyTheme(keptTheme(m_layout));
    resize(1400, 900);
    restoreGeometry(m_layout.value(QStringLiteral("geometry")).toByteArray());
    connect(m_connectionPage, &ConnectionPage::connectWanted, this, [this](const Profile &profile, const QByteArray &token) {
        if (m_link && m_link->profile != profile.name)
            m_link.reset(); // somebody has turned to something else
        connectTo(profile, token);
    });
    connect(m_banner, &ConnectionBanner::connectionsWanted, this, &MainWindow::showConnections);
    connect(m_places, &QListWidget::currentRowChanged, this, [this](int place) {
        if (place >= 0)
            showPage(m_pages[place]);
    });
    connect(m_tray, &Tray::windowWanted, this, [this] {
        setWindowState(windowState() & ~Qt::WindowMinimized); // a large one stays large
        show();
        raise();
        activateWindow();
    });
    setWindowIcon(Tray::icon(Tone::Muted));
    connect(&m_retryTold, &QTimer::timeout, this, &MainWindow::followState);
}

MainWindow::~MainWindow()
{
    dropConnection();
}

void MainWindow::makeMenus()
{
    auto *console = menuBar()->addMenu(tr("&Console"));
    connect(console->addAction(tr("&Connections…")), &QAction::triggered, this, &MainWindow::showConnections);
    auto *find = console->addAction(tr("&Go to or do…"));
    find->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    connect(find, &QAction::triggered, this, &MainWindow::openPalette);
    console->addSeparator();
    auto *quit = console->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, this, &QWidget::close);
    auto *view = menuBar()->addMenu(tr("&View"));
    auto *themes = new QActionGroup(this);
    const std::pair<ThemeChoice, QString> choices[] = {{ThemeChoice::System, tr("As the &system")}, {ThemeChoice::Light, tr("&Light")}, {ThemeChoice::Dark, tr("&Dark")}};
    for (const auto &[choice, title] : choices) {
        auto *action = view->addAction(title);
        action->setCheckable(true);
        action->setChecked(choice == keptTheme(m_layout));
        themes->addAction(action);
        connect(action, &QAction::triggered, this, [this, chosen = choice] { setTheme(chosen); });
    }
    auto *help = menuBar()->addMenu(tr("&Help"));
    connect(help->addAction(tr("&Keys   (?)")), &QAction::triggered, this, &MainWindow::showKeys);
    connect(new QShortcut(QKeySequence(Qt::Key_Question), this), &QShortcut::activated, this, &MainWindow::showKeys);
    connect(new QShortcut(QKeySequence(Qt::Key_Slash), this), &QShortcut::activated, this, [this] {
        if (auto *page = currentPage())
            page->focusFilter();
    });
    for (int place = 0; place < 9; ++place) {
        connect(new QShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + place)), this), &QShortcut::activated, this, [this, place] {
            if (place < m_pages.size())
                showPage(m_pages[place]);
        });
    }
}

void MainWindow::setTheme(ThemeChoice choice)
{
    m_layout.setValue(QStringLiteral("theme"), bytesOf(choice));
    applyTheme(choice);
}

void MainWindow::connectTo(const Profile &profile, const QByteArray &token)
{
    dropConnection();
    m_token = token;
    setWindowTitle(tr("%1 – Orders Orchestrator").arg(profile.name.isEmpty() ? profile.url.authority() : profile.name));
    m_client = std::make_unique<AdminClient>(profile, token);
    m_session.reset(new Session{*m_client, TimeText(profile.timeZone), m_layout});
    m_connectionPage->tellConnecting(profile);
    connect(m_client.get(), &AdminClient::stateChanged, this, &MainWindow::followState);
    m_client->start();
}

void MainWindow::connectToLastUsed()
{
    const auto profile = m_store.find(m_store.lastUsed());
    const auto token = profile ? m_store.token(profile->name) : QByteArray();
    if (!token.isEmpty())
        connectTo(*profile, token);
}

void MainWindow::dropConnection()
{
    m_notice->clear();
    m_banner->watch(nullptr);
    m_tray->watch(nullptr, {});
    m_places->hide();
    m_places->clear();
    m_stack->setCurrentWidget(m_connectionPage);
    qDeleteAll(std::exchange(m_pages, {}));
    m_retryTold.stop();
    m_picture.reset();
    m_session.reset();
    m_client.reset();
    m_token.clear();
    setWindowTitle(tr("Orders Orchestrator"));
    m_wasLive = false;
}

// Until the service has answered once, the page of connections says how it goes; afterwards the banner does.
void MainWindow::followState()
{
    switch (m_client->state()) {
    case LinkState::Live:
        m_retryTold.stop();
        if (!std::exchange(m_wasLive, true)) {
            if (m_store.find(m_client->profile().name) == m_client->profile())
                m_store.setLastUsed(m_client->profile().name);
            makePages();
        }
        break;
    case LinkState::Waiting:
        if (!m_wasLive) {
            m_connectionPage->tell(*m_client->error(), m_client->nextTryInMs());
            if (!m_retryTold.isActive())
                m_retryTold.start(1000);
        }
        break;
    case LinkState::Refused:
        m_retryTold.stop();
        if (!m_wasLive)
            m_connectionPage->tell(*m_client->error(), 0);
        break;
    default: break;
    }
}

void MainWindow::makePages()
{
    m_picture = std::make_unique<HealthPicture>(*m_client);
    m_overview = new OverviewPage(*m_session, *m_picture, this);
    m_events = new EventsPage(*m_session, this);
    m_orders = new OrdersPage(*m_session, this);
    m_queues = new QueuesPage(*m_session, this);
    m_problems = new ProblemsPage(*m_session, this);
    m_replay = new ReplayPage(*m_session, this);
    m_chaos = new ChaosPage(*m_session, this);
    m_pages = {m_overview, m_events, m_orders, m_queues, m_problems, m_replay, m_chaos};
    listPages();
    connectPages();
    m_banner->watch(m_client.get());
    m_tray->watch(m_picture.get(), m_client->profile().name);
    m_places->show();
    showPage(m_pages.value(m_layout.value(QStringLiteral("page")).toInt(), m_overview));
    carryOutLink();
}

void MainWindow::listPages()
{
    for (auto *page : std::as_const(m_pages)) {
        m_stack->addWidget(page);
        auto *item = new QListWidgetItem(QStringLiteral("  ") + page->title(), m_places);
        item->setToolTip(tr("Alt+%1").arg(m_places->count()));
        item->setSizeHint(QSize(0, fontMetrics().height() + 16));
    }
}

void MainWindow::connectPages()
{
    for (auto *page : std::as_const(m_pages)) {
        connect(page, &Page::orderWanted, this, [this](const QByteArray &order) {
            showPage(m_orders);
            m_orders->openOrder(order);
        });
        connect(page, &Page::ordersWanted, this, &MainWindow::findOrders);
        connect(page, &Page::eventsWanted, this, &MainWindow::filterEvents);
        connect(page, &Page::replayWanted, this, [this](const QList<QByteArray> &events) {
            showPage(m_replay);
            m_replay->select(events);
        });
    }
    connect(m_overview, &OverviewPage::placeWanted, this, &MainWindow::goTo);
    connect(m_overview, &OverviewPage::queueWanted, this, [this](const QByteArray &queue) {
        showPage(m_queues);
        m_queues->showQueue(queue);
    });
}

void MainWindow::goTo(Warning::Place place)
{
    switch (place) {
    case Warning::Place::Overview: return showPage(m_overview);
    case Warning::Place::Queues: return showPage(m_queues);
    case Warning::Place::Parked:
    case Warning::Place::Calls:
        showPage(m_problems);
        return m_problems->showTab(place == Warning::Place::Parked ? ProblemsPage::Tab::Parked : ProblemsPage::Tab::Calls);
    }
}

Page *MainWindow::currentPage() const
{
    return qobject_cast<Page *>(m_stack->currentWidget());
}

void MainWindow::showPage(Page *page)
{
    const auto place = static_cast<int>(m_pages.indexOf(page));
    if (place < 0)
        return; // of a connection that was dropped, while a list of commands was open
    m_places->setCurrentRow(place);
    if (m_stack->currentWidget() == page)
        return;
    m_stack->setCurrentWidget(page);
    m_layout.setValue(QStringLiteral("page"), place);
    page->entered();
}

void MainWindow::showConnections()
{
    if (m_client)
        m_connectionPage->edit(m_client->profile(), m_token); // which may be kept nowhere else
    m_stack->setCurrentWidget(m_connectionPage);
    m_places->setCurrentRow(-1);
}

void MainWindow::findOrders(const QString &words)
{
    if (m_pages.isEmpty())
        return;
    showPage(m_orders);
    m_orders->search(words);
}

void MainWindow::filterEvents(const QString &filter)
{
    if (m_pages.isEmpty())
        return;
    showPage(m_events);
    m_events->applyFilter(filter);
}

// A link that leads nowhere ends nothing.
void MainWindow::open(const ConsoleLink &link)
{
    m_link = link;
    const bool isHere = m_client && m_client->profile().name == link.profile;
    if (isHere)
        return m_wasLive ? carryOutLink() : void();
    const auto profile = m_store.find(link.profile);
    const auto token = profile ? m_store.token(profile->name) : QByteArray();
    if (profile && !token.isEmpty())
        return connectTo(*profile, token);
    if (!profile)
        m_link.reset();
    const auto why = profile ? tr("The link is for %1, whose token is not kept here.").arg(link.profile)
                             : tr("The link is for %1, which is not known here. Save a connection under this name to open it.").arg(link.profile);
    const auto giveToken = [this, profile] {
        m_connectionPage->edit(profile.value_or(Profile()), {});
        m_stack->setCurrentWidget(m_connectionPage);
        m_places->setCurrentRow(-1);
    };
    if (m_wasLive)
        return profile ? m_notice->tell(Tone::Warning, why, tr("Give its token…"), giveToken) : m_notice->tell(Tone::Warning, why);
    if (profile)
        giveToken();
    m_connectionPage->tell(Tone::Warning, why);
}

void MainWindow::carryOutLink()
{
    if (!m_link || m_link->profile != m_client->profile().name)
        return;
    const auto link = std::exchange(m_link, std::nullopt);
    if (link->kind == ConsoleLink::Kind::Order)
        findOrders(link->value);
    else
        filterEvents(QStringLiteral("id:") + link->value);
}

QList<Command> MainWindow::commands()
{
    QList<Command> all;
    for (int place = 0; place < m_pages.size(); ++place) {
        auto *page = m_pages[place];
        all.append({tr("Go to %1").arg(page->title()), QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + place)), [this, page] { showPage(page); }});
    }
    if (auto *page = currentPage())
        all += commandsOf(page);
    all.append({tr("Connections…"), {}, [this] { showConnections(); }});
    all.append({tr("Light"), {}, [this] { setTheme(ThemeChoice::Light); }});
    all.append({tr("Dark"), {}, [this] { setTheme(ThemeChoice::Dark); }});
    all.append({tr("Colours as the system"), {}, [this] { setTheme(ThemeChoice::System); }});
    all.append({tr("Show the keys"), QKeySequence(Qt::Key_Question), [this] { showKeys(); }});
    return all;
}

QList<Command> MainWindow::commandsFor(const QString &typed)
{
    if (m_pages.isEmpty())
        return {};
    return {{tr("Find orders: %1").arg(typed), {}, [this, typed] { findOrders(typed); }},
            {tr("Filter events: %1").arg(typed), {}, [this, typed] { filterEvents(typed); }}};
}

void MainWindow::openPalette()
{
    new CommandPalette(commands(), [this](const QString &typed) { return commandsFor(typed); }, this); // destroys itself
}

void MainWindow::showKeys()
{
    QList<KeyHelp> keys{{QKeySequence(Qt::CTRL | Qt::Key_K), tr("Go to, do, or find anything")},
                        {QKeySequence(Qt::Key_Slash), tr("To the filter or the search of the page")},
                        {QKeySequence(Qt::Key_Question), tr("These keys")},
                        {QKeySequence::Copy, tr("Copy the selected rows, with times in UTC")},
                        {QKeySequence::Quit, tr("Quit")}};
    for (int place = 0; place < m_pages.size(); ++place)
        keys.append({QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + place)), m_pages[place]->title()});
    if (auto *page = currentPage())
        keys += page->keys();
    showKeyList(keys, this);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_layout.setValue(QStringLiteral("geometry"), saveGeometry());
    m_layout.write();
    QMainWindow::closeEvent(event);
}

} // namespace oo::gui
