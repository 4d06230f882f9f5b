#include "gui/pages/events_page.h"

#include "gui/models/event_export.h"
#include "gui/pages/empty_text.h"
#include "gui/pages/event_view.h"
#include "gui/widgets/filter_line.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kRefreshMs = 1000;

}

EventsPage::EventsPage(Session &session, QWidget *parent)
    : Page(session, tr("Events"), parent), m_feed(session.client), m_filter(new FilterLine(this)), m_problem(new QLabel(this)), m_state(new QLabel(this)),
      m_pause(new QPushButton(tr("&Pause"), this)), m_export(new QPushButton(tr("E&xport…"), this)), m_cancelExport(new QPushButton(tr("Cancel export"), this)),
      m_notice(new NoticeBar(this)), m_table(new TableView(QStringLiteral("events"), tr("Events"), session.layout, this)), m_view(new EventView(session, this))
{
    m_feed.events().setTime(session.time);
    m_filter->setClock(session.time.zone(), [&client = session.client] { return client.serviceNow(); });
    m_filter->setHistory(session.layout.value(QStringLiteral("events/history")).toStringList());
    m_table->setRows(&m_feed.events());
    m_problem->setVisible(false);
    m_problem->setWordWrap(true);
    m_cancelExport->setVisible(false);
    m_pause->setCheckable(true);
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_view);
    splitter->setSizes({560, 340});
    keepSplitter(splitter, QStringLiteral("events"), session.layout);
    auto *column = new QVBoxLayout(this);
    column->addWidget(makeBar());
    column->addWidget(m_problem);
    column->addWidget(m_notice);
    column->addWidget(splitter, 1);
    makeKeys();

    connect(m_filter, &FilterLine::applied, this, [this](const EventFilter &filter) {
        m_view->clear();
        m_feed.setFilter(filter);
    });
    connect(m_filter, &FilterLine::problemChanged, this, [this](const QString &problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
    connect(m_filter, &FilterLine::historyChanged, this, [this] { // what payloads hold may be about people: it goes into no file
        m_session.layout.setValue(QStringLiteral("events/history"), m_filter->history().filter(QRegularExpression(QStringLiteral("^(?!.*payload\\.)"))));
    });
    connect(&m_feed, &EventFeed::changed, this, &EventsPage::tellState);
    connect(m_pause, &QPushButton::toggled, &m_feed, &EventFeed::setPaused);
    connect(m_table, &TableView::nearEnd, &m_feed, &EventFeed::loadOlder);
    connect(m_table, &TableView::currentKeyChanged, this, [this](const QByteArray &key) {
        if (!key.isEmpty())
            m_view->show(key.toLongLong());
    });
    connect(m_table, &TableView::keyActivated, this, [this] { m_view->setFocus(); });
    connect(m_view, &EventView::orderWanted, this, &Page::orderWanted);
    connect(m_view, &EventView::eventsWanted, this, &EventsPage::applyFilter);
    connect(m_export, &QPushButton::clicked, this, &EventsPage::chooseExport);
    connect(&m_refresh, &QTimer::timeout, this, &EventsPage::refreshVisible);
}

QWidget *EventsPage::makeBar()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_filter, 1);
    row->addWidget(m_state);
    row->addWidget(m_pause);
    row->addWidget(m_export);
    row->addWidget(m_cancelExport);
    return bar;
}

void EventsPage::makeKeys()
{
    const auto key = [this](const QString &text, const QKeySequence &keys, const auto &act) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, act);
        m_table->addAction(action);
    };
    key(tr("Open its order"), QKeySequence(Qt::CTRL | Qt::Key_O), [this] {
        const int row = m_table->currentIndex().row();
        if (row >= 0 && m_feed.events().row(row).orderId)
            Q_EMIT orderWanted(*m_feed.events().row(row).orderId);
    });
    key(tr("Only events of this type"), QKeySequence(Qt::CTRL | Qt::Key_T), [this] {
        if (const int row = m_table->currentIndex().row(); row >= 0)
            applyFilter(termText(FilterKey::Type, QString::fromUtf8(m_feed.events().row(row).type)));
    });
    key(tr("Only events of this ref"), QKeySequence(Qt::CTRL | Qt::Key_R), [this] {
        const int row = m_table->currentIndex().row();
        if (row >= 0 && m_feed.events().row(row).refId)
            applyFilter(termText(FilterKey::Ref, QString::fromUtf8(*m_feed.events().row(row).refId)));
    });
    key(tr("Replay the selected events…"), QKeySequence(Qt::CTRL | Qt::Key_Y), [this] {
        if (const auto keys = m_table->selectedKeys(); !keys.isEmpty())
            Q_EMIT replayWanted(keys);
    });
    key(tr("Copy as JSON"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] { m_view->copyAsJson(); });
    key(tr("Copy as curl command"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_U), [this] { m_view->copyAsCurl(); });
    key(tr("Copy a link to the event"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L), [this] {
        if (const auto event = m_table->currentKey(); !event.isEmpty())
            copyLink(ConsoleLink::Kind::Event, event);
    });
    m_pause->setShortcut(QKeySequence(Qt::ALT | Qt::Key_P));
}

QList<KeyHelp> EventsPage::keys() const
{
    QList<KeyHelp> all{{QKeySequence(Qt::ALT | Qt::Key_P), tr("Pause or go on")}};
    for (const auto *action : m_table->actions())
        all.append({action->shortcut(), action->text()});
    return all;
}

void EventsPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void EventsPage::entered()
{
    if (!std::exchange(m_wasEntered, true))
        m_filter->apply(m_filter->text());
    m_refresh.start(kRefreshMs);
    m_table->setFocus();
}

void EventsPage::applyFilter(const QString &text)
{
    m_wasEntered = true;
    m_filter->apply(text);
}

void EventsPage::tellState()
{
    const QLocale locale;
    QStringList parts{tr("%1 shown").arg(locale.toString(m_feed.events().rowCount()))};
    if (m_feed.searched())
        parts << tr("among %1").arg(locale.toString(*m_feed.searched()));
    if (m_feed.isLoading())
        parts << tr("reading…");
    else if (!m_feed.filter().isLive())
        parts << tr("looked for again and again");
    m_state->setText(parts.join(QStringLiteral(" · ")));
    m_pause->setText(m_feed.isPaused() ? tr("&Paused · %1 new").arg(locale.toString(m_feed.heldBack())) : tr("&Pause"));
    m_notice->followProblem(m_feed.problem());
    m_table->setEmptyText(emptyText(!m_feed.isLoading(), m_feed.problem(),
                                    m_feed.filter().isEmpty() ? tr("No event has come yet. The first webhook will show up here by itself.")
                                                              : tr("No event matches the filter. New ones that do will show up here by themselves.")));
}

void EventsPage::refreshVisible()
{
    if (!isVisible())
        return m_refresh.stop();
    m_feed.lookForNew();
    const int first = m_table->rowAt(0);
    const int last = m_table->rowAt(m_table->viewport()->height() - 1);
    if (first >= 0)
        m_feed.refreshOpen(first, last < 0 ? m_feed.events().rowCount() - 1 : last);
}

void EventsPage::chooseExport()
{
    auto *dialog = new QFileDialog(this, tr("Export what the filter matches"), QStringLiteral("events.csv"), tr("CSV (*.csv);;JSON lines (*.jsonl)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1StringView("*.jsonl")) ? QStringLiteral("jsonl") : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &EventsPage::exportTo);
    dialog->open();
}

void EventsPage::exportTo(const QString &path)
{
    m_running = new EventExport(m_session.client, m_feed.filter(), path, this);
    m_export->setVisible(false);
    m_cancelExport->setVisible(true);
    connect(m_cancelExport, &QPushButton::clicked, m_running, &EventExport::cancel);
    connect(m_running, &EventExport::progressed, this, [this] { m_notice->tell(Tone::Busy, tr("Exporting: %1 events so far.").arg(QLocale().toString(m_running->written()))); });
    connect(m_running, &EventExport::finished, this, &EventsPage::endExport);
    m_running->start();
}

void EventsPage::endExport(const QString &problem)
{
    const auto written = QLocale().toString(m_running->written());
    m_running->deleteLater();
    m_running = nullptr;
    m_export->setVisible(true);
    m_cancelExport->setVisible(false);
    if (problem.isEmpty())
        m_notice->tell(Tone::Good, tr("%1 events are in the file.").arg(written));
    else
        m_notice->tell(Tone::Bad, problem);
}

} // namespace oo::gui
