#pragma once

#include <QSplitter>

namespace oo::gui {

class LayoutFile;

// A splitter whose parts never vanish, and stay as somebody has drawn them. To be called when it has all its parts.
void keepSplitter(QSplitter *splitter, const QString &name, LayoutFile &layout);

} // namespace oo::gui
