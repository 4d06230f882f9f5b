#include "gui/widgets/facts_label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>

namespace oo::gui {

FactsLabel::FactsLabel(QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

void FactsLabel::setFacts(const QString &text, const QList<std::pair<QString, QString>> &times)
{
    m_times = times;
    setText(text);
}

QString FactsLabel::copyText() const
{
    auto copied = hasSelectedText() ? selectedText() : text();
    for (const auto &[shown, utc] : m_times)
        copied.replace(shown, utc);
    return copied;
}

void FactsLabel::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(copyText());
    else
        QLabel::keyPressEvent(event);
}

void FactsLabel::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy, with times in UTC")), &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(copyText()); });
    menu->popup(event->globalPos());
}

} // namespace oo::gui
