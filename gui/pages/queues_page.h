#pragma once
// The queues: how deep, how fast, who works them; their jobs by state, and what may be done with them.

#include "gui/models/paged_list.h"
#include "gui/models/queue_columns.h"
#include "gui/pages/page.h"

#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTabBar;

namespace oo::gui {

class Changes;
class JobView;
class NoticeBar;
class SeriesChart;
class TableView;

class QueuesPage : public Page
{
    Q_OBJECT

public:
    explicit QueuesPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;
    QList<KeyHelp> keys() const override;

    void showQueue(const QByteArray &queue, const QByteArray &jobState = {});
    QueueTableModel &queues() { return m_queues; }
    PagedList<JobSummary> &jobs() { return m_jobs; }

private:
    QWidget *makeBar();
    QWidget *makeChart();
    QWidget *makeJobs();
    void takeQueues(const ListOf<QueueSummary> &queues);
    void chooseQueue(const QByteArray &queue);
    void readJobs();
    void readSeries();
    void refresh();
    void tell();
    void pauseOrResume();
    void changeSelected(Endpoint endpoint);
    void changeMatching(Endpoint endpoint);
    void jobsChanged();
    void offerMatching(ApiRequest change, const JobsMatched &matched);

    QueueTableModel m_queues;
    PagedList<JobSummary> m_jobs;
    QByteArray m_queue, m_state;
    QTimer m_refresh;
    std::unique_ptr<QObject> m_series, m_preview; // questions under way

    NoticeBar *m_notice;
    Changes *m_changes;
    TableView *m_queueTable, *m_jobTable;
    QPushButton *m_pause, *m_retry, *m_promote, *m_remove, *m_retryAll, *m_removeAll;
    QComboBox *m_range;
    SeriesChart *m_chart;
    QTabBar *m_states;
    QLineEdit *m_match;
    QLabel *m_found;
    JobView *m_job;
};

} // namespace oo::gui
