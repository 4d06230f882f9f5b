#include "gui/widgets/chip.h"

#include "gui/widgets/theme.h"

#include <QPainter>

namespace oo::gui {

Chip::Chip(QWidget *parent) : QLabel(parent)
{
    setContentsMargins(8, 2, 8, 2);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Maximum);
    setTextFormat(Qt::PlainText);
}

void Chip::tell(Tone tone, const QString &text)
{
    m_tone = tone;
    setText(text);
    setVisible(!text.isEmpty());
    update();
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneBackground(m_tone, palette()));
    painter.drawRoundedRect(rect(), 4, 4);
    painter.setPen(toneColour(m_tone, palette()));
    painter.drawText(contentsRect(), Qt::AlignCenter, text());
}

} // namespace oo::gui
