#include "gui/widgets/sparkline.h"

#include "gui/widgets/theme.h"

#include <QPainter>

#include <algorithm>

namespace oo::gui {

Sparkline::Sparkline(QWidget *parent) : QWidget(parent)
{
    setMinimumSize(80, 28);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setValues(const QList<double> &values, int room)
{
    m_values = values;
    m_room = std::max(room, 2);
    update();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto area = QRectF(rect()).adjusted(1, 2, -1, -2);
    painter.setPen(toneBackground(Tone::Plain, palette()));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (m_values.size() < 2)
        return;
    const double most = std::max(1.0, *std::max_element(m_values.cbegin(), m_values.cend()));
    QPolygonF curve;
    for (qsizetype i = 0; i < m_values.size(); ++i) {
        const double x = area.right() - area.width() * static_cast<double>(m_values.size() - 1 - i) / (m_room - 1);
        curve << QPointF(x, area.bottom() - area.height() * m_values[i] / most);
    }
    painter.setPen(QPen(toneColour(Tone::Busy, palette()), 1.5));
    painter.drawPolyline(curve);
}

} // namespace oo::gui
