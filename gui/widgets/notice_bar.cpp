#include "gui/widgets/notice_bar.h"

#include "gui/widgets/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace oo::gui {

NoticeBar::NoticeBar(QWidget *parent, Stays stays) : QFrame(parent), m_label(new QLabel(this)), m_action(new QPushButton(this))
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
    row->addWidget(m_action);
    row->addWidget(close);
    close->setVisible(stays == Stays::UntilDismissed);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto act = m_act; // it may tell the next thing
        clear();
        if (act)
            act();
    });
    connect(close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    hide();
}

void NoticeBar::tell(Tone tone, const QString &text, const QString &action, const std::function<void()> &act)
{
    m_tone = tone;
    m_act = act;
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    const bool isNews = m_label->text() != text;
    m_label->setText(text);
    m_label->setAccessibleName(text);
    show();
    update();
    if (isNews) { // screen readers say it, wherever the focus is
        QAccessibleEvent alert(m_label, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void NoticeBar::followProblem(const QString &problem)
{
    const auto before = std::exchange(m_problem, problem);
    if (problem == before)
        return;
    if (!problem.isEmpty())
        tell(Tone::Bad, problem);
    else if (text() == before)
        dismiss();
}

void NoticeBar::clear()
{
    m_problem.clear();
    dismiss();
}

void NoticeBar::dismiss()
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
