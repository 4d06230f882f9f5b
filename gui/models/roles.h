#pragma once
// What models tell beside the text; how it looks is a delegate's.

#include <Qt>

namespace oo::gui {

enum Role {
    ToneRole = Qt::UserRole + 1, // Tone, as an int
    CopyRole,                    // the text for the clipboard and for files: times in UTC
    KeyRole,                     // QByteArray: which row this is
};

enum class Tone { Plain, Good, Busy, Warning, Bad, Muted };

} // namespace oo::gui
