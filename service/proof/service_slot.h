#pragma once
// One service process of a proof run: started, killed and started again on the same port.

#include "service/faults/fault_points.h"
#include "shared/core/instant.h"
#include "shared/core/result.h"

#include <QProcess>
#include <QProcessEnvironment>

namespace oo::proof {

// How a process ended.
struct ServiceEnd
{
    bool killed = false; // by SIGKILL
    std::optional<FaultPoint> point; // by itself, at this one
    int exitCode = 0;    // if it was not killed
    int otherSignal = 0; // a crash of its own
    qint64 processId = 0;
    QString lastLine;    // of what it logged since its start
};

class ServiceSlot
{
public:
    // `log` takes what it says, over all its starts.
    ServiceSlot(const QString &program, const QProcessEnvironment &environment, quint16 port, const QString &log);
    ~ServiceSlot(); // kills it

    // `kill`: it is to kill itself there. `preload`: more environment, for a stepped clock.
    void start(const std::optional<FaultOrders::Kill> &kill, const QProcessEnvironment &preload = {});
    bool isReady();             // it has said so since its start
    bool isRunning() const;
    bool waitForReady(int ms);  // for a service on its own; false: it ended, or time did
    std::optional<ServiceEnd> ended(); // once after each end
    void signal(int number) const;     // does nothing to one that has ended

    quint16 port() const { return m_port; }
    qint64 pid() const { return m_process ? m_process->processId() : 0; } // 0: it does not run
    Instant startedAt() const { return m_startedAt; }
    const std::optional<FaultOrders::Kill> &armed() const { return m_armed; }

private:
    QString m_program;
    QProcessEnvironment m_environment;
    quint16 m_port;
    QString m_log;
    std::unique_ptr<QProcess> m_process;
    qint64 m_processId = 0;
    std::optional<FaultOrders::Kill> m_armed;
    Instant m_startedAt;
    qint64 m_logStart = 0; // where this start's lines begin
    bool m_isReady = false, m_isEndTold = true;
};

// A TCP port of this machine that is free now.
quint16 freePort();

} // namespace oo::proof
