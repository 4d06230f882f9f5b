#pragma once
// Light, dark, or as the system: palettes and what tones look like in them.

#include "gui/models/roles.h"
#include "shared/core/enum_table.h"

#include <QColor>
#include <QPalette>

#include <array>

namespace oo {

namespace gui {
enum class ThemeChoice { System, Light, Dark };
} // namespace gui

template <>
struct EnumTable<gui::ThemeChoice>
{
    static constexpr std::array rows{EnumRow{gui::ThemeChoice::System, "system"}, EnumRow{gui::ThemeChoice::Light, "light"},
                                     EnumRow{gui::ThemeChoice::Dark, "dark"}};
};
static_assert(rowsFollowEnum<gui::ThemeChoice>());

namespace gui {

inline constexpr char kProductionColour[] = "#b3261e";

// Once at the start, before any other: remembers what the system looks like.
void initTheme();
void applyTheme(ThemeChoice choice);
bool isDark(const QPalette &palette);

// Readable on the base of such a palette (contrast of 4.5 and more).
QColor toneColour(Tone tone, const QPalette &palette);
// For bands and chips behind text in the palette's text colour.
QColor toneBackground(Tone tone, const QPalette &palette);
// Black or white, whichever is read on that colour.
QColor textOn(const QColor &background);

} // namespace gui
} // namespace oo
