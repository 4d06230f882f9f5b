#pragma once
// What stands in a table without rows: that nothing is there is said only when the service has said so.

#include "gui/models/paged_list.h"

namespace oo::gui {

inline QString emptyText(bool isKnown, const QString &problem, const QString &none)
{
    if (!problem.isEmpty())
        return QCoreApplication::translate("Page", "It could not be read; whether anything is there is not known.");
    return isKnown ? none : QCoreApplication::translate("Page", "Reading…");
}

template <class Row>
QString emptyText(const PagedList<Row> &list, const QString &none)
{
    return emptyText(list.isKnown(), list.problem(), none);
}

} // namespace oo::gui
