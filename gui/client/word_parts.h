#pragma once
// Many words of one question, in parts that each fit into the target of a request (the service takes 8 KiB).

#include <QList>
#include <QStringList>

namespace oo::gui {

// In their order; one part without a word if there is none.
QList<QStringList> partsOf(const QStringList &words);

} // namespace oo::gui
