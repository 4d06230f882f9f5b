#include "gui/models/row_table_model.h"

namespace oo::gui {

void RowTableBase::setTime(const TimeText &time)
{
    m_time = time;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

QString RowTableBase::copyText(const Cell &cell)
{
    return cell.time ? QString::fromLatin1(toText(*cell.time)) : cell.text;
}

QVariant RowTableBase::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (role == KeyRole)
        return rowKey(index.row());
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::TextAlignmentRole && role != ToneRole && role != CopyRole)
        return {};
    const auto cell = this->cell(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole: return cell.time ? m_time.full(*cell.time) : cell.text;
    case Qt::ToolTipRole: return cell.time ? copyText(cell) + QStringLiteral(" (UTC)") : cell.text;
    case Qt::TextAlignmentRole: return static_cast<int>((cell.rightAligned ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ToneRole: return static_cast<int>(cell.tone);
    default: return copyText(cell);
    }
}

QVariant RowTableBase::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return section >= 0 && section < columnCount() ? columnTitle(section) : QVariant();
    return QAbstractTableModel::headerData(section, orientation, role);
}

int RowTableBase::rowOfKey(const QByteArray &key) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (rowKey(row) == key)
            return row;
    }
    return -1;
}

} // namespace oo::gui
