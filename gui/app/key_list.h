#pragma once

#include "gui/pages/page.h"

namespace oo::gui {

// A dialog of keys and what they do; it destroys itself.
void showKeyList(const QList<KeyHelp> &keys, QWidget *parent);

} // namespace oo::gui
