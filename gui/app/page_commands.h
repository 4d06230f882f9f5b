#pragma once

#include "gui/pages/page.h"
#include "gui/widgets/command_palette.h"

namespace oo::gui {

// What the page's buttons and the actions of its lists do, as far as it can be done now; good also when the page has gone.
QList<Command> commandsOf(Page *page);

} // namespace oo::gui
