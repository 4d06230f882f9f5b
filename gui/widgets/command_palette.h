#pragma once
// Ctrl+K: everything that can be done, found by a few letters.

#include <QDialog>
#include <QKeySequence>

#include <functional>

class QLineEdit;
class QListWidget;

namespace oo::gui {

struct Command
{
    QString title;
    QKeySequence keys = {};
    std::function<void()> run;
};

// Whether the letters of `typed` come in `title` in that order; the smaller the better, -1: they do not.
int matchRank(const QString &title, const QString &typed);

class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    // `more` gives commands for what is typed itself: a number to be found. Shows itself, and destroys itself.
    CommandPalette(QList<Command> commands, std::function<QList<Command>(const QString &typed)> more, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void list();
    void runCurrent();

    QList<Command> m_commands, m_listed;
    std::function<QList<Command>(const QString &)> m_more;
    QLineEdit *m_typed;
    QListWidget *m_list;
};

} // namespace oo::gui
