#include "gui/widgets/kept_splitter.h"

#include "gui/client/layout_file.h"

namespace oo::gui {

void keepSplitter(QSplitter *splitter, const QString &name, LayoutFile &layout)
{
    splitter->setChildrenCollapsible(false);
    const auto key = name + QStringLiteral("/splitter");
    splitter->restoreState(layout.value(key).toByteArray());
    QObject::connect(splitter, &QSplitter::splitterMoved, splitter, [splitter, key, &layout] { layout.setValue(key, splitter->saveState()); });
}

} // namespace oo::gui
