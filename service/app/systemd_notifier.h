#pragma once
// Tells systemd how the service is, where systemd runs it (sd_notify(3), sd_watchdog_enabled(3)); elsewhere nothing happens.

#include <QTimer>

namespace oo {

// In the main thread. The watchdog is fed by its event loop: a main thread that hangs is ended by systemd and started again.
class SystemdNotifier
{
public:
    void ready(const QString &status);
    void stopping(); // the watchdog is fed on until the end

private:
    QTimer m_watchdog;
};

} // namespace oo
