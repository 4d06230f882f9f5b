#include "gui/pages/chaos_words.h"

namespace oo::gui {

const QList<ChaosPreset> &chaosPresets()
{
    static const QList<ChaosPreset> all{
        {QT_TRANSLATE_NOOP("Chaos", "One order, 100 webhooks"), {}},
        {QT_TRANSLATE_NOOP("Chaos", "Many conflicts: 50 × 40"), {{"orders", 50}, {"events", 40}}},
        {QT_TRANSLATE_NOOP("Chaos", "Half of all delivered twice"), {{"orders", 100}, {"events", 20}, {"duplicates", 0.5}}},
        {QT_TRANSLATE_NOOP("Chaos", "One order, 500 webhooks at once"), {{"orders", 1}, {"events", 500}, {"concurrency", 32}}},
        {QT_TRANSLATE_NOOP("Chaos", "Steady: 100 a second for five minutes"), {{"orders", 1500}, {"events", 20}, {"rate", 100}}},
    };
    return all;
}

QString told(const char *text)
{
    return QCoreApplication::translate("Chaos", text);
}

QString titleOfFigure(const QString &key)
{
    for (const auto &[name, title] : kChaosFigures) {
        if (key == QLatin1StringView(name))
            return told(title);
    }
    return key;
}

} // namespace oo::gui
