#pragma once
// A point in time in microseconds, the resolution of PostgreSQL's timestamptz.

#include <QByteArray>
#include <QByteArrayView>

#include <compare>
#include <optional>

namespace oo {

struct Instant
{
    qint64 us = 0; // since 1970-01-01T00:00:00Z

    friend auto operator<=>(const Instant &, const Instant &) = default;

    static Instant now(); // reads the system clock; `domain` never calls it
    qint64 milliseconds() const { return us / 1000; }
};

// Reads ISO 8601 / RFC 3339: date, time, optional fraction (cut after microseconds), `Z` or an offset; years 1970 to 9999.
// Anything else gives nullopt.
std::optional<Instant> parseInstant(QByteArrayView text);

// `2026-04-06T10:15:43.861204Z`; the fraction has three digits if that loses nothing, else six.
QByteArray toText(Instant instant);

} // namespace oo
