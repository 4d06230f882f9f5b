#pragma once
// What waits for a person: parked events, calls without a certain answer, courier events that nobody claims; and who was refused, and who did what.

#include "gui/models/event_columns.h"
#include "gui/models/order_columns.h"
#include "gui/models/paged_list.h"
#include "gui/models/queue_columns.h"
#include "gui/pages/page.h"

#include <QTimer>

class QComboBox;
class QLineEdit;
class QLabel;
class QPushButton;
class QTabWidget;

namespace oo::gui {

class Changes;
class NoticeBar;
class TableView;

class ProblemsPage : public Page
{
    Q_OBJECT

public:
    enum class Tab { Parked, Calls, Unmatched, Refusals, Audit };

    explicit ProblemsPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;
    QList<KeyHelp> keys() const override;

    void showTab(Tab tab);
    PagedList<ParkGroup> &groups() { return m_groups; }
    PagedList<ParkSummary> &parked() { return m_parked; }
    PagedList<CallSummary> &calls() { return m_calls; }
    PagedList<EventSummary> &unmatched() { return m_unmatched; }
    PagedList<Refusal> &refusals() { return m_refusals; }
    PagedList<AuditEntry> &audit() { return m_audit; }

private:
    TableView *table(const QString &name, const QString &title, RowTableBase &rows);
    QPushButton *button(const QString &name, const QString &text, const std::function<void()> &act);
    QWidget *makeParked();
    QWidget *makeCalls();
    QWidget *makeUnmatched();
    QWidget *makeRefusals();
    QWidget *makeAudit();
    void read();    // the list of the tab, anew
    void readOrRefresh();
    void refresh();    // in place, by the timer
    void refreshNow(); // also a long list
    void refreshTab(const auto &refreshed);
    void tell();
    void tellEmpty();
    void releaseSelected();
    void releaseGroup();
    void askCourier();
    void linkCourierEvent();
    void link(const QByteArray &event, const QString &order, const QString &reason);

    PagedList<ParkGroup> m_groups;
    PagedList<ParkSummary> m_parked;
    PagedList<CallSummary> m_calls;
    PagedList<EventSummary> m_unmatched;
    PagedList<Refusal> m_refusals;
    PagedList<AuditEntry> m_audit;
    QByteArray m_reason; // of the parked events that are listed
    QTimer m_refresh;
    std::unique_ptr<QObject> m_search;

    NoticeBar *m_notice;
    Changes *m_changes;
    QTabWidget *m_tabs;
    TableView *m_groupTable, *m_parkedTable, *m_callTable, *m_unmatchedTable, *m_refusalTable, *m_auditTable;
    QLabel *m_refusedHint;
    QPushButton *m_releaseSelected, *m_releaseGroup, *m_ask, *m_link;
    QComboBox *m_state, *m_downstream;
    QLineEdit *m_actor, *m_action;
};

} // namespace oo::gui
