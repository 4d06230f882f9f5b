#pragma once
// Carries out the chaos runs that were asked of this process: each as a child process of the program itself, one at a time.

#include "service/app/settings.h"
#include "service/queue/marker_wait.h"
#include "service/store/chaos_runs.h"
#include "service/workers/outage_log.h"

#include <QProcess>

namespace oo {

// Why this service must not be put through chaos; empty: it may. Only where it is tried out, with both stand-ins in place.
QByteArray chaosRefusal(const ServiceSettings &settings, bool doesAll);

class ChaosSupervisor
{
public:
    // `settings` with the port that webhooks come in by.
    ChaosSupervisor(const ServiceSettings &settings, const QByteArray &instance);

    void run(const WakeSignal &stop); // until it is raised; a child that runs then is killed

private:
    void look();
    void start(const ChaosJob &job);
    void follow();
    void readLines();
    void end(ChaosState state, const std::optional<QByteArray> &error = {});
    void tellEnd();
    void killChild();

    const ServiceSettings &m_settings;
    PgConnection m_postgres;
    ChaosRuns m_runs;
    QProcess m_child;
    struct Ending
    {
        ChaosState state;
        std::optional<QByteArray> error;
    };
    std::optional<ChaosJob> m_job;    // whose child runs
    std::optional<Ending> m_ending;   // or ran, which is still to be told
    std::optional<QByteArray> m_progress, m_verdict;
    int m_looks = 0;
    OutageLog m_outage{"PostgreSQL, for chaos runs,"};
};

} // namespace oo
