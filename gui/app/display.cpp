#include "gui/app/display.h"

#include <QFile>
#include <QLatin1StringView>

namespace oo::gui {

QString displayProblem()
{
    const auto platform = qEnvironmentVariable("QT_QPA_PLATFORM");
    const bool needsDisplay = platform.isEmpty() || platform.startsWith(QLatin1StringView("xcb")) || platform.startsWith(QLatin1StringView("wayland"));
    if (!needsDisplay)
        return {};
    const auto display = qEnvironmentVariable("DISPLAY");
    if (display.isEmpty() && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        return QStringLiteral("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
    if (!display.startsWith(QLatin1Char(':')) || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        return {};
    const auto number = display.mid(1).section(QLatin1Char('.'), 0, 0);
    return QFile::exists(QStringLiteral("/tmp/.X11-unix/X") + number) ? QString() : QStringLiteral("there is no display at DISPLAY=%1").arg(display);
}

} // namespace oo::gui
