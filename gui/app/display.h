#pragma once

#include <QString>

namespace oo::gui {

// Why no window can be shown, for people; empty if one can. To be asked before QApplication is made, which aborts without a display.
QString displayProblem();

} // namespace oo::gui
