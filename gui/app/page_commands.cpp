#include "gui/app/page_commands.h"

#include <QAction>
#include <QPointer>
#include <QPushButton>
#include <QTableView>

namespace oo::gui {

QList<Command> commandsOf(Page *page)
{
    QList<Command> found;
    const auto add = [&](QString text, const QKeySequence &keys, auto *does, const auto &run) {
        text.remove(QLatin1Char('&'));
        if (!text.isEmpty())
            found.append({Page::tr("%1: %2").arg(page->title(), text), keys, [does = QPointer(does), run] {
                              if (does)
                                  run(does.data());
                          }});
    };
    for (auto *button : page->findChildren<QPushButton *>()) {
        if (button->isVisibleTo(page) && button->isEnabled())
            add(button->text(), button->shortcut(), button, [](QPushButton *one) { one->click(); });
    }
    for (auto *table : page->findChildren<QTableView *>()) {
        for (auto *action : table->isVisibleTo(page) ? table->actions() : QList<QAction *>())
            add(action->text(), action->shortcut(), action, [](QAction *one) { one->trigger(); });
    }
    return found;
}

} // namespace oo::gui
