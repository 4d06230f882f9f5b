#include "gui/widgets/notice_bar.h"

#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace oo::gui {

NoticeBar::NoticeBar(QWidget *parent) : QFrame(parent), m_label(new QLabel(this))
{
    auto *close = new QToolButton(this);
    close->setText(tr("Dismiss"));
    close->setAutoRaise(true);
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::PlainText); // it may hold what others wrote
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 6, 4);
    row->addWidget(m_label, 1);
    row->addWidget(close);
    connect(close, &QToolButton::clicked, this, &NoticeBar::clear);
    hide();
}

void NoticeBar::tell(Tone tone, const QString &text)
{
    m_tone = tone;
    m_label->setText(text);
    m_label->setAccessibleName(text);
    show();
    update();
}

void NoticeBar::clear()
{
    m_label->clear();
    hide();
}

QString NoticeBar::text() const
{
    return m_label->text();
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), toneBackground(m_tone, palette()));
    painter.fillRect(QRect(0, 0, 4, height()), toneColour(m_tone, palette()));
}

} // namespace oo::gui
