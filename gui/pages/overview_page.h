#pragma once
// How the whole deployment is, at one look; warnings only when something is wrong.

#include "gui/models/health_picture.h"
#include "gui/models/run_columns.h"
#include "gui/pages/page.h"

class QGridLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace oo::gui {

class Chip;
class NoticeBar;
class Sparkline;
class TableView;

class OverviewPage : public Page
{
    Q_OBJECT

public:
    OverviewPage(Session &session, HealthPicture &picture, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;

    QString balanceText() const;
    QStringList warningTexts() const;

Q_SIGNALS:
    void placeWanted(oo::gui::Warning::Place place);
    void queueWanted(const QByteArray &queue);

private:
    struct QueueCard
    {
        QPushButton *name;
        QLabel *facts;
        Sparkline *curve;
    };
    QWidget *makeWarnings();
    QWidget *makeFigures();
    QWidget *makeQueues();
    QWidget *makeBalance();
    QWidget *makeTables();
    void tell();
    void tellWarnings();
    void tellFigures();
    void tellQueues();
    void tellBalance();

    HealthPicture &m_picture;
    RowTableModel<InstanceSummary> m_instances;
    RowTableModel<DownstreamSummary> m_downstreams;
    QTimer m_balanceTimer;

    NoticeBar *m_well;
    QWidget *m_warningBox;
    QVBoxLayout *m_warningRows;
    QList<QByteArray> m_warningKeys; // that have rows
    QList<QLabel *> m_warningLabels;
    QPushButton *m_acknowledge, *m_snooze;
    QHash<QByteArray, QLabel *> m_figures;
    QGridLayout *m_queueGrid;
    QHash<QByteArray, QueueCard> m_cards;
    NoticeBar *m_balance;
    QLabel *m_classes;
    QPushButton *m_wrong;
    TableView *m_instanceTable, *m_downstreamTable;
};

} // namespace oo::gui
