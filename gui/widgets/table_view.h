#pragma once
// The table of every page: columns to choose and move (kept under a name), rows copied with times in UTC, the place kept
// while rows come above.

#include <QTableView>

namespace oo::gui {

class LayoutFile;
class RowTableBase;

class TableView : public QTableView
{
    Q_OBJECT

public:
    // `name` is where the layout is kept, and with `title` what screen readers are told. `layout` outlives the view.
    TableView(const QString &name, const QString &title, LayoutFile &layout, QWidget *parent = nullptr);

    void setRows(RowTableBase *model); // not owned
    void setEmptyText(const QString &text); // shown while there is no row

    QByteArray currentKey() const;
    QList<QByteArray> selectedKeys() const; // in the order of the rows
    void selectKey(const QByteArray &key);

    QString selectedText() const; // headers and selected rows, between tabs; times in UTC
    void copySelection() const;

Q_SIGNALS:
    void keyActivated(const QByteArray &key); // Enter, or a double click
    void currentKeyChanged(const QByteArray &key);
    void nearEnd(); // the last rows are shown: older ones may be asked for

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;

private:
    void restoreLayout();
    void saveLayout() const;
    void chooseColumns(const QPoint &at);
    QList<int> shownColumns() const; // from left to right
    void keepPlace(int first, int last);
    void lookForEnd();

    QString m_name, m_emptyText;
    LayoutFile &m_layout;
    RowTableBase *m_rows = nullptr;
};

} // namespace oo::gui
