#include "gui/widgets/series_chart.h"

#include "gui/widgets/theme.h"

#include <QChart>
#include <QChartView>
#include <QDateTime>
#include <QDateTimeAxis>
#include <QEvent>
#include <QLineSeries>
#include <QValueAxis>
#include <QVBoxLayout>

#include <algorithm>

namespace oo::gui {

namespace {

constexpr qint64 kDayMs = 86400000;

}

SeriesChart::SeriesChart(const QString &title, const QString &left, const QString &right, QWidget *parent)
    : QWidget(parent), m_chart(new QChart), m_view(new QChartView(m_chart, this)), m_left(new QLineSeries(m_chart)), m_right(new QLineSeries(m_chart)),
      m_when(new QDateTimeAxis(m_chart)), m_leftAxis(new QValueAxis(m_chart)), m_rightAxis(new QValueAxis(m_chart))
{
    setAccessibleName(title);
    m_chart->setMargins({0, 0, 0, 0});
    m_chart->setBackgroundVisible(false);
    m_chart->legend()->setAlignment(Qt::AlignTop);
    m_left->setName(left);
    m_right->setName(right);
    m_chart->addSeries(m_left);
    m_chart->addSeries(m_right);
    m_chart->addAxis(m_when, Qt::AlignBottom);
    m_chart->addAxis(m_leftAxis, Qt::AlignLeft);
    m_chart->addAxis(m_rightAxis, Qt::AlignRight);
    for (auto *series : {m_left, m_right})
        series->attachAxis(m_when);
    m_left->attachAxis(m_leftAxis);
    m_right->attachAxis(m_rightAxis);
    for (auto *axis : {m_leftAxis, m_rightAxis})
        axis->setLabelFormat(QStringLiteral("%d"));
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    setMinimumHeight(160);
    colour();
}

void SeriesChart::setPoints(const QList<SeriesPoint> &points)
{
    QList<QPointF> left, right;
    double most[] = {1, 1};
    // The axis shows times in the system's zone: moved by the difference, it shows the profile's.
    const auto ms = [&](Instant at) {
        const auto utc = QDateTime::fromMSecsSinceEpoch(at.milliseconds(), Qt::UTC);
        return utc.toMSecsSinceEpoch() + 1000ll * (m_time.zone().offsetFromUtc(utc) - QTimeZone::systemTimeZone().offsetFromUtc(utc));
    };
    for (const auto &point : points) {
        const auto at = static_cast<double>(ms(point.at));
        left.append({at, point.left});
        right.append({at, point.right});
        most[0] = std::max(most[0], point.left);
        most[1] = std::max(most[1], point.right);
    }
    m_left->replace(left);
    m_right->replace(right);
    m_leftAxis->setRange(0, most[0]);
    m_rightAxis->setRange(0, most[1]);
    for (auto *axis : {m_leftAxis, m_rightAxis}) {
        axis->setTickCount(static_cast<int>(std::min(axis->max() + 1, 5.0)));
        axis->applyNiceNumbers();
    }
    if (!points.isEmpty()) {
        const auto from = ms(points.front().at), to = std::max(ms(points.back().at), ms(points.front().at) + 1000);
        m_when->setFormat(to - from > kDayMs ? QStringLiteral("MM-dd HH:mm") : to - from > kDayMs / 24 ? QStringLiteral("HH:mm") : QStringLiteral("HH:mm:ss"));
        m_when->setRange(QDateTime::fromMSecsSinceEpoch(from), QDateTime::fromMSecsSinceEpoch(to));
    }
}

void SeriesChart::colour()
{
    const auto text = palette().color(QPalette::WindowText), grid = toneBackground(Tone::Plain, palette());
    m_chart->legend()->setLabelColor(text);
    for (QAbstractAxis *axis : {static_cast<QAbstractAxis *>(m_when), static_cast<QAbstractAxis *>(m_leftAxis), static_cast<QAbstractAxis *>(m_rightAxis)}) {
        axis->setLabelsColor(text);
        axis->setGridLineColor(grid);
        axis->setLinePenColor(grid);
    }
    m_rightAxis->setGridLineVisible(false);
    m_left->setColor(toneColour(Tone::Busy, palette()));
    m_right->setColor(toneColour(Tone::Good, palette()));
    m_view->setBackgroundBrush(Qt::NoBrush);
}

void SeriesChart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace oo::gui
