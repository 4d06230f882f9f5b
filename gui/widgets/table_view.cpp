#include "gui/widgets/table_view.h"

#include "gui/client/layout_file.h"
#include "gui/models/row_table_model.h"
#include "gui/widgets/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

namespace oo::gui {

namespace {

constexpr int kRowsBeforeEnd = 20;
constexpr int kCellMargin = 8;
constexpr int kTextWidth = 150; // columns that are given more hold texts

// Models say the tone, this says the colour.
class ToneDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto tone = static_cast<Tone>(index.data(ToneRole).toInt());
        if (tone != Tone::Plain)
            option->palette.setColor(QPalette::Text, toneColour(tone, option->palette));
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem cell = option;
        initStyleOption(&cell, index);
        const auto *style = cell.widget->style();
        const auto text = std::exchange(cell.text, {});
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget); // the ground, whole
        const bool selected = cell.state & QStyle::State_Selected;
        painter->setPen(cell.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        const auto room = cell.rect.adjusted(kCellMargin, 0, -kCellMargin, 0);
        painter->drawText(room, static_cast<int>(cell.displayAlignment) | Qt::TextSingleLine, cell.fontMetrics.elidedText(text, cell.textElideMode, room.width()));
    }
};

// Shown without a loop of its own, in which the page could come to its end.
QMenu *newMenu(QWidget *parent)
{
    auto *menu = new QMenu(parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    return menu;
}

} // namespace

TableView::TableView(const QString &name, const QString &title, LayoutFile &layout, QWidget *parent) : QTableView(parent), m_name(name), m_layout(layout)
{
    setObjectName(name);
    setAccessibleName(title);
    setItemDelegate(new ToneDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the table
    setTextElideMode(Qt::ElideRight);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(fontMetrics().height());
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    auto *header = horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setFixedHeight(fontMetrics().height() + 12);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, [this](const QPoint &at) { chooseColumns(horizontalHeader()->mapToGlobal(at)); });
    connect(header, &QHeaderView::sectionMoved, this, &TableView::saveLayout);
    connect(header, &QHeaderView::sectionResized, this, &TableView::saveLayout);
    connect(this, &QTableView::doubleClicked, this, [this] { Q_EMIT keyActivated(currentKey()); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TableView::lookForEnd);
}

void TableView::setRows(RowTableBase *model)
{
    m_rows = nullptr; // so that the layout is not written while it is made
    setModel(model);
    m_rows = model;
    restoreLayout();
    connect(model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) { keepPlace(first, last); });
    connect(model, &QAbstractItemModel::modelReset, viewport(), qOverload<>(&QWidget::update));
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { Q_EMIT currentKeyChanged(currentKey()); });
}

void TableView::setEmptyText(const QString &text)
{
    m_emptyText = text;
    viewport()->update();
}

// At the top the newest are seen; anywhere else what is being read stays where it is.
void TableView::keepPlace(int first, int last)
{
    const int top = verticalScrollBar()->value();
    if (top > 0 && first <= top) {
        updateGeometries(); // the range of the bar is behind
        verticalScrollBar()->setValue(top + last - first + 1);
    }
}

void TableView::lookForEnd()
{
    const auto *bar = verticalScrollBar();
    if (bar->maximum() > 0 && bar->value() >= bar->maximum() - kRowsBeforeEnd)
        Q_EMIT nearEnd();
}

QByteArray TableView::currentKey() const
{
    return currentIndex().data(KeyRole).toByteArray();
}

QList<QByteArray> TableView::selectedKeys() const
{
    auto rows = selectionModel() ? selectionModel()->selectedRows() : QModelIndexList();
    std::sort(rows.begin(), rows.end());
    QList<QByteArray> keys;
    for (const auto &row : std::as_const(rows))
        keys.append(row.data(KeyRole).toByteArray());
    return keys;
}

void TableView::selectKey(const QByteArray &key)
{
    const int row = m_rows ? m_rows->rowOfKey(key) : -1;
    if (row < 0)
        return;
    const auto index = m_rows->index(row, shownColumns().value(0)); // to a hidden column it would not scroll
    setCurrentIndex(index);
    scrollTo(index);
}

QList<int> TableView::shownColumns() const
{
    const auto *header = horizontalHeader();
    QList<int> columns;
    for (int visual = 0; visual < header->count(); ++visual) {
        if (const int column = header->logicalIndex(visual); !header->isSectionHidden(column))
            columns.append(column);
    }
    return columns;
}

QString TableView::selectedText() const
{
    const auto columns = shownColumns();
    QStringList lines{{}};
    for (const int column : columns)
        lines.first() += (lines.first().isEmpty() ? QString() : QStringLiteral("\t")) + model()->headerData(column, Qt::Horizontal).toString();
    auto rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const auto &row : std::as_const(rows)) {
        QStringList cells;
        for (const int column : columns)
            cells << row.siblingAtColumn(column).data(CopyRole).toString().replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void TableView::copySelection() const
{
    if (selectionModel() && selectionModel()->hasSelection())
        QGuiApplication::clipboard()->setText(selectedText());
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copySelection();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (currentIndex().isValid())
            Q_EMIT keyActivated(currentKey());
        return;
    }
    // One letter is a key of the page (/, ?), not a search in the table.
    if (!event->text().isEmpty() && event->text().front().isPrint() && event->text() != QLatin1StringView(" "))
        return event->ignore();
    QTableView::keyPressEvent(event);
}

// A row that goes takes the selection with it: what is looked at is not exchanged for its neighbour behind somebody's back.
void TableView::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    if (currentIndex().isValid() && currentIndex().row() >= first && currentIndex().row() <= last)
        selectionModel()->clearCurrentIndex();
    QTableView::rowsAboutToBeRemoved(parent, first, last);
}

void TableView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = newMenu(this);
    menu->addActions(actions());
    if (!actions().isEmpty())
        menu->addSeparator();
    connect(menu->addAction(tr("Copy rows")), &QAction::triggered, this, &TableView::copySelection);
    connect(menu->addAction(tr("Choose columns…")), &QAction::triggered, this, [this, at = event->globalPos()] { chooseColumns(at); });
    menu->popup(event->globalPos());
}

void TableView::chooseColumns(const QPoint &at)
{
    auto *menu = newMenu(this);
    auto *header = horizontalHeader();
    for (int column = 0; column < header->count(); ++column) {
        auto *action = menu->addAction(model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        action->setEnabled(header->isSectionHidden(column) || header->count() - header->hiddenSectionCount() > 1);
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            horizontalHeader()->setSectionHidden(column, !shown);
            saveLayout();
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("As at first")), &QAction::triggered, this, [this] {
        m_layout.remove(QStringLiteral("columns/") + m_name);
        restoreLayout();
    });
    menu->popup(at);
}

// By the names of columns, so that a later version with other columns still reads it.
void TableView::restoreLayout()
{
    auto *header = horizontalHeader();
    auto *const rows = std::exchange(m_rows, nullptr);
    QStringList kept = m_layout.value(QStringLiteral("columns/") + m_name).toStringList(); // key:width, -key:width if hidden
    for (int column = 0; column < rows->columnCount(); ++column) {
        header->setSectionHidden(column, !rows->isShownAtFirst(column));
        header->resizeSection(column, rows->columnWidth(column));
    }
    int visual = 0;
    for (const auto &entry : std::as_const(kept)) {
        const bool hidden = entry.startsWith(QLatin1Char('-'));
        const auto key = entry.section(QLatin1Char(':'), 0, 0).mid(hidden ? 1 : 0).toUtf8();
        for (int column = 0; column < rows->columnCount(); ++column) {
            if (rows->columnKey(column) != key)
                continue;
            header->moveSection(header->visualIndex(column), visual++);
            header->setSectionHidden(column, hidden);
            if (const int width = entry.section(QLatin1Char(':'), 1).toInt(); width > 0)
                header->resizeSection(column, width);
        }
    }
    if (kept.isEmpty()) {
        for (int column = 0; column < rows->columnCount(); ++column)
            header->moveSection(header->visualIndex(column), column);
    }
    int last = header->count() - 1;
    while (last > 0 && header->isSectionHidden(header->logicalIndex(last)))
        --last;
    header->setStretchLastSection(rows->columnWidth(header->logicalIndex(last)) >= kTextWidth); // a number far to the right is not read with its row
    m_rows = rows;
}

void TableView::saveLayout() const
{
    if (!m_rows)
        return;
    const auto *header = horizontalHeader();
    const int last = shownColumns().isEmpty() ? -1 : shownColumns().constLast(); // stretched: not a width that somebody chose
    QStringList kept;
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        const bool hidden = header->isSectionHidden(column);
        kept << (hidden ? QStringLiteral("-") : QString()) + QString::fromUtf8(m_rows->columnKey(column)) + QLatin1Char(':')
                    + QString::number(hidden || column == last ? 0 : header->sectionSize(column));
    }
    m_layout.setValue(QStringLiteral("columns/") + m_name, kept);
}

void TableView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || (model() && model()->rowCount() > 0))
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
}

} // namespace oo::gui
