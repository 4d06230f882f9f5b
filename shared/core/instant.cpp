#include "shared/core/instant.h"

#include <chrono>
#include <cstdio>

namespace oo {

namespace {

// Reads exactly `count` digits at the front of `text` and drops them.
std::optional<int> takeDigits(QByteArrayView &text, int count)
{
    if (text.size() < count)
        return std::nullopt;
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text = text.sliced(count);
    return value;
}

bool takeChar(QByteArrayView &text, char wanted)
{
    if (text.isEmpty() || text[0] != wanted)
        return false;
    text = text.sliced(1);
    return true;
}

std::optional<qint64> takeFraction(QByteArrayView &text)
{
    qint64 us = 0;
    qint64 unit = 100000;
    qsizetype digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        us += (text[digits] - '0') * unit;
        unit /= 10;
        ++digits;
    }
    if (digits == 0)
        return std::nullopt;
    text = text.sliced(digits);
    return us;
}

std::optional<qint64> takeOffsetSeconds(QByteArrayView &text)
{
    if (takeChar(text, 'Z') || takeChar(text, 'z'))
        return 0;
    const bool negative = !text.isEmpty() && text[0] == '-';
    if (!negative && (text.isEmpty() || text[0] != '+'))
        return std::nullopt;
    text = text.sliced(1);
    const auto hours = takeDigits(text, 2);
    takeChar(text, ':');
    const auto minutes = hours ? takeDigits(text, 2) : std::nullopt;
    if (!minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const qint64 seconds = *hours * 3600 + *minutes * 60;
    return negative ? -seconds : seconds;
}

} // namespace

Instant Instant::now()
{
    using namespace std::chrono;
    return Instant{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

std::optional<Instant> parseInstant(QByteArrayView text)
{
    using namespace std::chrono;
    const auto yearPart = takeDigits(text, 4);
    if (!yearPart || !takeChar(text, '-'))
        return std::nullopt;
    const auto monthPart = takeDigits(text, 2);
    if (!monthPart || !takeChar(text, '-'))
        return std::nullopt;
    const auto dayPart = takeDigits(text, 2);
    if (!dayPart || !(takeChar(text, 'T') || takeChar(text, 't') || takeChar(text, ' ')))
        return std::nullopt;
    const auto hour = takeDigits(text, 2);
    if (!hour || !takeChar(text, ':'))
        return std::nullopt;
    const auto minute = takeDigits(text, 2);
    if (!minute || !takeChar(text, ':'))
        return std::nullopt;
    const auto second = takeDigits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    qint64 fraction = 0;
    if (takeChar(text, '.')) {
        const auto us = takeFraction(text);
        if (!us)
            return std::nullopt;
        fraction = *us;
    }
    const auto offset = takeOffsetSeconds(text);
    if (!offset || !text.isEmpty())
        return std::nullopt;
    const year_month_day date{year{*yearPart}, month{static_cast<unsigned>(*monthPart)},
                              day{static_cast<unsigned>(*dayPart)}};
    if (!date.ok() || *yearPart < 1970)
        return std::nullopt;
    const qint64 seconds = sys_days{date}.time_since_epoch().count() * qint64{86400} + *hour * 3600 + *minute * 60
                           + *second - *offset;
    return Instant{seconds * 1000000 + fraction};
}

QByteArray toText(Instant instant)
{
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{instant.us}};
    const auto days = floor<std::chrono::days>(time);
    const year_month_day date{days};
    const hh_mm_ss clock{time - days};
    const auto us = static_cast<int>(clock.subseconds().count());
    char buffer[64];
    const int head = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                   static_cast<int>(clock.seconds().count()));
    const auto rest = sizeof buffer - static_cast<size_t>(head);
    if (us % 1000 == 0)
        std::snprintf(buffer + head, rest, ".%03dZ", us / 1000);
    else
        std::snprintf(buffer + head, rest, ".%06dZ", us);
    return QByteArray(buffer);
}

} // namespace oo
