#pragma once
// Everything a proof run needs and nothing that others use: a PostgreSQL and a Redis of its own, the stand-in courier and shop as
// a process of its own, services behind a balancer, and proxies on the way to each server. One thread.

#include "service/backends/embedded_backends.h"
#include "service/chaos/chaos_run.h"
#include "service/proof/fault_plan.h"
#include "service/proof/machine_facts.h"
#include "service/proof/service_slot.h"
#include "service/proof/tcp_proxy.h"

#include <array>
#include <vector>

namespace oo::proof {

struct SandboxOptions
{
    QString folder;  // made, and left there
    QString program; // orchestratord
    QProcessEnvironment environment; // of its processes, without this program's settings
    // What a negative control changes.
    QByteArray guardsOff = {};   // as in GUARDS_OFF
    QByteArray schemaChange = {}; // statements for the fresh database
    bool courierHonoursKeys = true, looksUp = true;
    int attempts = 20;
};

// Of address space: a tmpfs takes only what is written.
inline constexpr qint64 kSmallDiskBytes = 16ll * 1024 * 1024 * 1024;

class Sandbox
{
public:
    explicit Sandbox(const SandboxOptions &options);
    ~Sandbox(); // ends everything it started

    Status start(); // all but the services

    Status startServices(int count); // and waits until they are ready
    void stopServices();
    void spreadConnections(); // of the senders, over all services anew
    std::vector<std::unique_ptr<ServiceSlot>> &services() { return m_services; }

    // The endpoints of a run, and where to look.
    chaos::RunOptions target() const;

    // Faults that this machine allows. What is missing, and why, goes to `not tested`.
    QList<Fault> possibleFaults() const;
    QStringList untested() const { return m_untested; }
    // Answers what it hit. An error: it was not made. Of the faults of one service only its clock is this one's to do.
    Result<QString> begin(Fault fault, int choice); // `choice`: any number, for what there are several of
    Status end(Fault fault);

    // A service under this environment follows stepClock().
    QProcessEnvironment clockPreload() const;
    Status stepClock(int seconds) const;

    RedisSettings redis() const { return m_backends.redis(); } // past the proxy
    Facts serviceSettings() const; // what its services run with, without secrets
    Result<Facts> serverVersions() const;

private:
    QProcessEnvironment serviceEnvironment() const;
    Status startStandin();
    Status prepareDatabase();
    bool mountSmallDisk();
    bool resizeDisk(qint64 bytes) const;
    Status shrinkDisk() const;
    Status setBehaviour(const char *mode) const;
    Status redisCommand(const RedisCommand &command) const;
    Result<QString> killBackend(int choice) const;
    std::array<TcpProxy *, 4> proxies() const { return {m_balancer.get(), m_postgresProxy.get(), m_redisProxy.get(), m_courierProxy.get()}; }
    QString path(const char *name) const { return m_options.folder + QLatin1Char('/') + QLatin1StringView(name); }

    SandboxOptions m_options;
    EmbeddedBackends m_backends;
    QProcess m_standin;
    quint16 m_standinPort = 0;
    std::unique_ptr<TcpProxy> m_balancer, m_postgresProxy, m_redisProxy, m_courierProxy; // the courier is the shop, too
    std::vector<std::unique_ptr<ServiceSlot>> m_services;
    QString m_clockLibrary; // libfaketime
    bool m_hasSmallDisk = false;
    QStringList m_untested;
};

} // namespace oo::proof
