#include "service/app/systemd_notifier.h"

#include <chrono>

#include <systemd/sd-daemon.h>

namespace oo {

namespace {
constexpr int kKeepEnvironment = 0; // children are started without it (EmbeddedBackends)
} // namespace

void SystemdNotifier::ready(const QString &status)
{
    sd_notifyf(kKeepEnvironment, "READY=1\nSTATUS=%s", qUtf8Printable(status));
    uint64_t limitUs = 0;
    if (sd_watchdog_enabled(kKeepEnvironment, &limitUs) <= 0)
        return;
    QObject::connect(&m_watchdog, &QTimer::timeout, [] { sd_notify(kKeepEnvironment, "WATCHDOG=1"); });
    m_watchdog.start(std::chrono::milliseconds(limitUs / 2000)); // twice in the time, as sd_watchdog_enabled(3) advises
}

void SystemdNotifier::stopping()
{
    sd_notify(kKeepEnvironment, "STOPPING=1\nSTATUS=finishing what was taken");
}

} // namespace oo
