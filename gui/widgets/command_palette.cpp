#include "gui/widgets/command_palette.h"

#include "gui/widgets/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace oo::gui {

int matchRank(const QString &title, const QString &typed)
{
    int rank = 0;
    qsizetype at = 0;
    for (const auto c : typed) {
        const auto found = title.indexOf(c, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        rank += static_cast<int>(found - at);
        at = found + 1;
    }
    return rank;
}

namespace {

bool looksLikeNumber(const QString &typed)
{
    return std::any_of(typed.cbegin(), typed.cend(), [](QChar c) { return c.isDigit() || c == QLatin1Char('#'); });
}

} // namespace

CommandPalette::CommandPalette(QList<Command> commands, std::function<QList<Command>(const QString &)> more, QWidget *parent)
    : QDialog(parent, Qt::Popup), m_commands(std::move(commands)), m_more(std::move(more)), m_typed(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Commands"));
    m_typed->setPlaceholderText(tr("Go to, do, or find an order: type a few letters or a number"));
    m_typed->setAccessibleName(tr("What to do"));
    m_typed->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands found"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_typed);
    column->addWidget(m_list);
    connect(m_typed, &QLineEdit::textChanged, this, &CommandPalette::list);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    list();
    resize(560, 380);
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, parent->height() / 8)));
    show();
    m_typed->setFocus();
}

void CommandPalette::list()
{
    const auto typed = m_typed->text().trimmed();
    QList<std::pair<int, Command>> ranked;
    for (const auto &command : std::as_const(m_commands)) {
        if (const int rank = matchRank(command.title, typed); rank >= 0)
            ranked.append({rank, command});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    m_listed.clear();
    for (const auto &[rank, command] : std::as_const(ranked))
        m_listed.append(command);
    if (!typed.isEmpty()) // who types a number looks for what has it
        m_listed = looksLikeNumber(typed) ? m_more(typed) + m_listed : m_listed + m_more(typed);
    m_list->clear();
    for (const auto &command : std::as_const(m_listed)) {
        const auto keys = command.keys.toString(QKeySequence::NativeText);
        m_list->addItem(keys.isEmpty() ? command.title : QStringLiteral("%1   (%2)").arg(command.title, keys));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    const auto run = m_listed[row].run;
    close();
    run();
}

void CommandPalette::paintEvent(QPaintEvent *event)
{
    QDialog::paintEvent(event);
    QPainter painter(this); // a popup has no frame of the window system's
    painter.setPen(toneColour(Tone::Muted, palette()));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int count = m_list->count();
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down:
        m_list->setCurrentRow(count == 0 ? -1 : (m_list->currentRow() + 1) % count);
        return true;
    case Qt::Key_Up:
        m_list->setCurrentRow(count == 0 ? -1 : (m_list->currentRow() + count - 1) % count);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace oo::gui
