#include "gui/models/time_text.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace oo::gui {

namespace {

constexpr qint64 kUsPerSecond = 1000000;
constexpr qint64 kUsPerDay = 86400 * kUsPerSecond;
constexpr qint64 kUsPerQuarter = 900 * kUsPerSecond;
constexpr qsizetype kMostOffsets = 4096;

struct Date
{
    qint64 year;
    int month, day;
};

// Of days since 1970-01-01: https://howardhinnant.github.io/date_algorithms.html, "civil_from_days".
Date dateOf(qint64 days)
{
    const qint64 shifted = days + 719468;
    const qint64 era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const auto dayOfEra = static_cast<int>(shifted - era * 146097);
    const int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const int shiftedMonth = (5 * dayOfYear + 2) / 153;
    const int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1};
}

QString twoUnits(qint64 large, const QString &largeUnit, qint64 small, const QString &smallUnit)
{
    return small == 0 ? QStringLiteral("%1 %2").arg(large).arg(largeUnit) : QStringLiteral("%1 %2 %3 %4").arg(large).arg(largeUnit).arg(small).arg(smallUnit);
}

} // namespace

TimeText::TimeText(const QByteArray &zone) : m_zone(zone)
{
    if (!m_zone.isValid())
        m_zone = QTimeZone::systemTimeZone();
}

QString TimeText::zoneName() const
{
    return QString::fromLatin1(m_zone.id());
}

qint64 TimeText::offsetSeconds(Instant instant) const
{
    const qint64 quarter = instant.us / kUsPerQuarter;
    const auto known = m_offsets.constFind(quarter);
    if (known != m_offsets.cend())
        return *known;
    if (m_offsets.size() >= kMostOffsets)
        m_offsets.clear();
    const auto offset = m_zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(instant.milliseconds(), Qt::UTC));
    m_offsets.insert(quarter, offset);
    return offset;
}

QString TimeText::full(Instant instant) const
{
    return toSeconds(instant) + QString::asprintf(".%03d", static_cast<int>(instant.us % kUsPerSecond / 1000));
}

QString TimeText::toSeconds(Instant instant) const
{
    const qint64 local = instant.us + offsetSeconds(instant) * kUsPerSecond;
    const auto date = dateOf(local / kUsPerDay);
    const auto second = static_cast<int>(local % kUsPerDay / kUsPerSecond);
    return QString::asprintf("%04d-%02d-%02d %02d:%02d:%02d", static_cast<int>(date.year), date.month, date.day, second / 3600, second / 60 % 60, second % 60);
}

QString TimeText::duration(qint64 ms)
{
    const qint64 seconds = ms / 1000;
    if (ms < 9950) // two clocks may differ: nothing is younger than now
        return QStringLiteral("%1 %2").arg(static_cast<double>(std::max<qint64>(ms, 0)) / 1000, 0, 'f', 1).arg(tr("s"));
    if (seconds < 60)
        return QStringLiteral("%1 %2").arg(std::max<qint64>(seconds, 10)).arg(tr("s"));
    if (seconds < 3600)
        return twoUnits(seconds / 60, tr("min"), seconds % 60, tr("s"));
    if (seconds < 86400)
        return twoUnits(seconds / 3600, tr("h"), seconds / 60 % 60, tr("min"));
    return twoUnits(seconds / 86400, tr("d"), seconds / 3600 % 24, tr("h"));
}

std::optional<Instant> readTime(const QString &text, const QTimeZone &zone, Instant now)
{
    static const QRegularExpression ago(QStringLiteral("^(\\d{1,6})(s|m|h|d)$"));
    if (const auto match = ago.match(text); match.hasMatch()) {
        static const QHash<QChar, qint64> seconds{{QLatin1Char('s'), 1}, {QLatin1Char('m'), 60}, {QLatin1Char('h'), 3600}, {QLatin1Char('d'), 86400}};
        return Instant{std::max<qint64>(0, now.us - match.captured(1).toLongLong() * seconds.value(match.captured(2).front()) * kUsPerSecond)};
    }
    static const QRegularExpression form(QStringLiteral("^(?!$)(\\d{4}-\\d\\d-\\d\\d)?(?:(?:^|(?<=\\d)[Tt ])(\\d\\d:\\d\\d)(:\\d\\d(?:\\.\\d+)?)?(Z|z|[+-]\\d\\d:?\\d\\d)?)?$"));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const auto dateText = match.captured(1), clock = match.captured(2), seconds = match.captured(3), offset = match.captured(4);
    if (!offset.isEmpty())
        return parseInstant(QString(dateText + QLatin1Char('T') + clock + (seconds.isEmpty() ? QStringLiteral(":00") : seconds) + offset).toUtf8());
    // Never as one through QDateTime: it would be a time of the system's zone, which may skip it.
    const auto date = dateText.isEmpty() ? QDateTime::fromMSecsSinceEpoch(now.milliseconds(), zone).date() : QDate::fromString(dateText, Qt::ISODate);
    const auto time = QTime::fromString(clock + seconds, Qt::ISODate);
    if (!date.isValid() || date.year() < 1970 || (!clock.isEmpty() && !time.isValid()))
        return std::nullopt;
    const auto there = clock.isEmpty() ? date.startOfDay(zone) : QDateTime(date, time, zone);
    return Instant{std::max<qint64>(0, there.toMSecsSinceEpoch() * 1000)};
}

} // namespace oo::gui
