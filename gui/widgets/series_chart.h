#pragma once
// One or two curves over time, with an axis each.

#include "gui/models/time_text.h"

#include <QList>
#include <QWidget>

class QChart;
class QChartView;
class QDateTimeAxis;
class QLineSeries;
class QValueAxis;

namespace oo::gui {

struct SeriesPoint
{
    Instant at;
    double left = 0, right = 0;
};

class SeriesChart : public QWidget
{
    Q_OBJECT

public:
    SeriesChart(const QString &title, const QString &left, const QString &right, QWidget *parent = nullptr);
    void setTime(const TimeText &time) { m_time = time; }
    void setPoints(const QList<SeriesPoint> &points); // in the order of time; a few hundred

protected:
    void changeEvent(QEvent *event) override;

private:
    void colour();

    TimeText m_time;
    QChart *m_chart;
    QChartView *m_view;
    QLineSeries *m_left, *m_right;
    QDateTimeAxis *m_when;
    QValueAxis *m_leftAxis, *m_rightAxis;
};

} // namespace oo::gui
