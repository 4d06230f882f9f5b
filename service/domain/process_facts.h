#pragma once
// What a process is, for those who look after many.

#include "shared/core/instant.h"

namespace oo {

struct ProcessFacts
{
    QByteArray instance; // unique among all processes, of all times
    QByteArray host;
    qint64 pid = 0;
    QByteArray version;
    QByteArray roles; // with commas between
    Instant startedAt;
    QByteArray environment; // APP_ENV
};

} // namespace oo
