#pragma once
// Tables of messages: a column is a row of a table here, its header and its cell. Models know no widgets.

#include "gui/models/roles.h"
#include "gui/models/time_text.h"

#include <QAbstractTableModel>

#include <algorithm>
#include <deque>
#include <span>
#include <vector>

namespace oo::gui {

struct Cell
{
    QString text = {};
    std::optional<Instant> time = {}; // instead of a text
    Tone tone = Tone::Plain;
    bool rightAligned = false;

    static Cell of(const QByteArray &utf8, Tone tone = Tone::Plain) { return {QString::fromUtf8(utf8), {}, tone}; }
    static Cell of(const std::optional<QByteArray> &utf8, Tone tone = Tone::Plain) { return {utf8 ? QString::fromUtf8(*utf8) : QString(), {}, tone}; }
    static Cell number(qint64 value, Tone tone = Tone::Plain) { return {QString::number(value), {}, tone, true}; }
    static Cell at(const std::optional<Instant> &instant) { return {{}, instant}; }
};

template <class Row>
struct Column
{
    const char *key;   // in kept layouts and in exported files
    const char *title; // for translation, in context "Column"
    Cell (*cell)(const Row &row);
    int width = 120;   // at first, in pixels
    bool shown = true; // at first
};

// What is the same for all tables: headers, roles, times.
class RowTableBase : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setTime(const TimeText &time); // how times are shown
    const TimeText &time() const { return m_time; }

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(columnTotal()); }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(rowTotal()); }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    virtual QByteArray columnKey(int column) const = 0;
    virtual int columnWidth(int column) const = 0;
    virtual bool isShownAtFirst(int column) const = 0;
    virtual Cell cell(int row, int column) const = 0;
    virtual QByteArray rowKey(int row) const = 0;
    int rowOfKey(const QByteArray &key) const; // -1: none

    static QString copyText(const Cell &cell);

protected:
    virtual size_t columnTotal() const = 0;
    virtual size_t rowTotal() const = 0;
    virtual QString columnTitle(int column) const = 0;

private:
    TimeText m_time;
};

template <class Row>
class RowTableModel : public RowTableBase
{
public:
    using Key = QByteArray (*)(const Row &);

    RowTableModel(std::span<const Column<Row>> columns, Key key, QObject *parent = nullptr) : RowTableBase(parent), m_columns(columns), m_key(key) {}

    const Row &row(int index) const { return m_rows[static_cast<size_t>(index)]; }
    const std::deque<Row> &rows() const { return m_rows; }

    void clear()
    {
        beginResetModel();
        m_rows.clear();
        endResetModel();
    }
    // The first of them becomes the first row.
    void prepend(std::vector<Row> rows)
    {
        if (rows.empty())
            return;
        beginInsertRows({}, 0, static_cast<int>(rows.size()) - 1);
        m_rows.insert(m_rows.begin(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
        endInsertRows();
    }
    void append(std::vector<Row> rows)
    {
        if (rows.empty())
            return;
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
        m_rows.insert(m_rows.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
        endInsertRows();
    }
    // Drops what is beyond `most` at the end.
    void trim(int most)
    {
        if (rowCount() <= most)
            return;
        beginRemoveRows({}, most, rowCount() - 1);
        m_rows.erase(m_rows.begin() + most, m_rows.end());
        endRemoveRows();
    }
    void update(int index, Row row)
    {
        m_rows[static_cast<size_t>(index)] = std::move(row);
        Q_EMIT dataChanged(this->index(index, 0), this->index(index, columnCount() - 1));
    }
    // Becomes these rows by removing, moving, inserting and updating, so that selections stay on what they are about. For short lists.
    void assign(std::vector<Row> rows)
    {
        for (int i = rowCount() - 1; i >= 0; --i) {
            const auto key = rowKey(i);
            if (std::none_of(rows.cbegin(), rows.cend(), [&](const Row &row) { return m_key(row) == key; })) {
                beginRemoveRows({}, i, i);
                m_rows.erase(m_rows.begin() + i);
                endRemoveRows();
            }
        }
        for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
            auto &wanted = rows[static_cast<size_t>(i)];
            const auto key = m_key(wanted);
            int at = i;
            while (at < rowCount() && rowKey(at) != key)
                ++at;
            if (at == rowCount()) {
                beginInsertRows({}, i, i);
                m_rows.insert(m_rows.begin() + i, std::move(wanted));
                endInsertRows();
                continue;
            }
            if (at != i) {
                beginMoveRows({}, at, at, {}, i);
                std::rotate(m_rows.begin() + i, m_rows.begin() + at, m_rows.begin() + at + 1);
                endMoveRows();
            }
            update(i, std::move(wanted));
        }
        trim(static_cast<int>(rows.size())); // of keys that came twice
    }

    QByteArray columnKey(int column) const override { return columnAt(column).key; }
    int columnWidth(int column) const override { return columnAt(column).width; }
    bool isShownAtFirst(int column) const override { return columnAt(column).shown; }
    Cell cell(int row, int column) const override { return columnAt(column).cell(this->row(row)); }
    QByteArray rowKey(int row) const override { return m_key(this->row(row)); }

protected:
    size_t columnTotal() const override { return m_columns.size(); }
    size_t rowTotal() const override { return m_rows.size(); }
    QString columnTitle(int column) const override { return QCoreApplication::translate("Column", columnAt(column).title); }

private:
    const Column<Row> &columnAt(int column) const { return m_columns[static_cast<size_t>(column)]; }

    std::span<const Column<Row>> m_columns;
    Key m_key;
    std::deque<Row> m_rows;
};

} // namespace oo::gui
