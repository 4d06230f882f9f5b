#pragma once
// The live tail of events, filtered, with one of them in detail.

#include "gui/models/event_feed.h"
#include "gui/pages/page.h"

#include <QTimer>

class QLabel;
class QPushButton;
class QSplitter;
class QProgressBar;

namespace oo::gui {

class EventExport;
class EventView;
class FilterLine;
class NoticeBar;
class TableView;

class EventsPage : public Page
{
    Q_OBJECT

public:
    explicit EventsPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;
    QList<KeyHelp> keys() const override;

    void applyFilter(const QString &text);
    EventFeed &feed() { return m_feed; }

    void exportTo(const QString &path);

private:
    QWidget *makeBar();
    void makeKeys();
    void tellState();
    void refreshVisible();
    void chooseExport();
    void endExport(const QString &problem);

    EventFeed m_feed;
    FilterLine *m_filter;
    QLabel *m_problem, *m_state;
    QPushButton *m_pause, *m_export, *m_cancelExport;
    NoticeBar *m_notice;
    TableView *m_table;
    EventView *m_view;
    EventExport *m_running = nullptr;
    QTimer m_refresh;
    bool m_wasEntered = false;
};

} // namespace oo::gui
