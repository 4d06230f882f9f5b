#pragma once
// Chaos runs: begun with a seed, followed live, their verdicts with every offender at hand, side by side.

#include "gui/models/paged_list.h"
#include "gui/models/run_columns.h"
#include "gui/pages/page.h"
#include "gui/widgets/series_chart.h"

#include <QTimer>

class QComboBox;
class QDoubleSpinBox;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QTreeWidget;

namespace oo::gui {

class Changes;
class NoticeBar;
class TableView;

class ChaosPage : public Page
{
    Q_OBJECT

public:
    explicit ChaosPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;

    PagedList<ChaosRunSummary> &runs() { return m_runs; }
    QDoubleSpinBox *option(const QString &name) const { return m_options.value(name); } // by the names of kChaosOptions
    void saveReport(const ChaosRunSummary &run, const QString &path);

private:
    QWidget *makeForm();
    QWidget *makeRun();
    void applyPreset(int preset);
    void start();
    void reuseOptions();
    void cancelRun();
    void chooseFile();
    const ChaosRunSummary *current() const;
    void tell();
    void showVerdict(const ChaosRunSummary &run);
    void compareSelected();
    void followProgress(const ChaosRunSummary &run);
    void openOffender(const QString &fault, const QString &text);

    PagedList<ChaosRunSummary> m_runs;
    QHash<QString, QDoubleSpinBox *> m_options;
    QTimer m_refresh;
    QByteArray m_charted; // whose progress the points are
    QList<SeriesPoint> m_points;
    double m_answered = 0; // at the last of them
    QByteArray m_shown;   // verdict in the tree, so that it is not built anew each second
    QList<QStringList> m_linesCompared; // the same of the runs side by side

    NoticeBar *m_notice;
    Changes *m_changes;
    QComboBox *m_presets;
    QPushButton *m_start, *m_reuse, *m_cancel, *m_save;
    QProgressBar *m_progress;
    SeriesChart *m_chart;
    TableView *m_table;
    QTabWidget *m_tabs;
    QTreeWidget *m_verdict, *m_compared;
};

} // namespace oo::gui
