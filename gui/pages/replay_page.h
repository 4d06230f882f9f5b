#pragma once
// Replay: choose events, see what would happen, run it with a reason, follow it, read the result of each event.

#include "gui/models/paged_list.h"
#include "gui/models/run_columns.h"
#include "gui/pages/page.h"

#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace oo::gui {

class Changes;
class NoticeBar;
class TableView;

class ReplayPage : public Page
{
    Q_OBJECT

public:
    explicit ReplayPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;

    void select(const QList<QByteArray> &eventIds); // into the form, and previews them
    PagedList<ReplayRunSummary> &runs() { return m_runs; }
    PagedList<ReplayedEvent> &results() { return m_results; }
    const RowTableModel<ReplayedEvent> &previewed() const { return m_previewed; }
    QString summary() const;

private:
    QWidget *makeForm();
    QWidget *makePreview();
    QWidget *makeRuns();
    std::optional<QJsonObject> selection(); // as a run takes it; nothing: the form is wrong, and says so
    struct Previewing
    {
        QJsonObject selection;
        QList<QStringList> parts; // of its ids, that are still to be asked about
        bool reSend;
    };
    void preview();
    void previewPart(const Previewing &asked, const ReplayPreview &sofar);
    void takePreview(const ReplayPreview &preview);
    void run();
    void cancelRun();
    void tell();
    bool isRunning() const; // the selected run

    PagedList<ReplayRunSummary> m_runs;
    PagedList<ReplayedEvent> m_results;
    RowTableModel<ReplayedEvent> m_previewed;
    QJsonObject m_selection; // that was previewed: what is run
    bool m_reSend = false, m_isPreviewed = false, m_wasRunning = false;
    std::unique_ptr<QObject> m_question;
    QTimer m_refresh;

    NoticeBar *m_notice;
    Changes *m_changes;
    QLineEdit *m_ids, *m_order, *m_since, *m_until;
    QComboBox *m_type, *m_parked;
    QCheckBox *m_reSendBox;
    QSpinBox *m_rate;
    QLabel *m_summary;
    QPushButton *m_preview, *m_run, *m_cancel;
    QProgressBar *m_progress;
    TableView *m_previewTable, *m_runTable, *m_resultTable;
};

} // namespace oo::gui
