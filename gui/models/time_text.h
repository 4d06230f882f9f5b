#pragma once
// Times as people read them: in the profile's zone on screen, in UTC wherever they leave it.

#include "shared/core/instant.h"

#include <QCoreApplication>
#include <QHash>
#include <QString>
#include <QTimeZone>

#include <optional>

namespace oo::gui {

class TimeText
{
    Q_DECLARE_TR_FUNCTIONS(TimeText)

public:
    explicit TimeText(const QByteArray &zone = {}); // IANA; empty or unknown: the system's

    QString full(Instant instant) const;      // 2026-04-06 12:15:43.861
    QString toSeconds(Instant instant) const; // 2026-04-06 12:15:43
    QString zoneName() const;
    const QTimeZone &zone() const { return m_zone; }

    // An age or a while in one unit or two: 0.4 s, 12 s, 3 min 4 s, 5 h 2 min, 3 d 4 h.
    static QString duration(qint64 ms);

private:
    qint64 offsetSeconds(Instant instant) const;
    QTimeZone m_zone;
    mutable QHash<qint64, qint64> m_offsets; // by quarter of an hour: looking one up takes microseconds, and tables ask all day
};

// As typed by people: `2026-04-06`, `2026-04-06T10:15`, `10:15:30` (today), in `zone` unless it says its own; or `15m`, `2h`, `3d` before `now`.
std::optional<Instant> readTime(const QString &text, const QTimeZone &zone, Instant now);

} // namespace oo::gui
