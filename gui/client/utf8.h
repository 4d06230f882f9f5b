#pragma once
// Texts of the service, which are UTF-8, for widgets.

#include <QByteArray>
#include <QString>

namespace oo::gui {

inline QString utf8(const QByteArray &text) { return QString::fromUtf8(text); }

} // namespace oo::gui
