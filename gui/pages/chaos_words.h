#pragma once
// What chaos runs are told by: presets, options, faults and figures, in the user's language.

#include <QCoreApplication>
#include <QList>

namespace oo::gui {

struct ChaosPreset
{
    const char *title;
    QList<std::pair<const char *, double>> values; // beside the defaults
};
const QList<ChaosPreset> &chaosPresets();

// What the verdict counts and measures: its key, and its title; others are told by their keys.
inline constexpr const char *kChaosFigures[][2] = {
    {"sent", QT_TRANSLATE_NOOP("Chaos", "webhooks sent")},
    {"acknowledged", QT_TRANSLATE_NOOP("Chaos", "acknowledged")},
    {"unacknowledged", QT_TRANSLATE_NOOP("Chaos", "not acknowledged")},
    {"repeated", QT_TRANSLATE_NOOP("Chaos", "delivered twice")},
    {"retried", QT_TRANSLATE_NOOP("Chaos", "sent again")},
    {"bookings", QT_TRANSLATE_NOOP("Chaos", "bookings")},
    {"cancellations", QT_TRANSLATE_NOOP("Chaos", "cancellations")},
    {"p50Us", QT_TRANSLATE_NOOP("Chaos", "half answered within, µs")},
    {"p99Us", QT_TRANSLATE_NOOP("Chaos", "99 % answered within, µs")},
    {"sendSeconds", QT_TRANSLATE_NOOP("Chaos", "seconds of sending")},
    {"quietSeconds", QT_TRANSLATE_NOOP("Chaos", "seconds until quiet")},
};

QString told(const char *text); // of context Chaos, translated
inline QString told(QLatin1StringView text) { return told(text.data()); }
QString titleOfFigure(const QString &key);

} // namespace oo::gui
