#pragma once
// What goes wrong in a proof run, and in which order: the same seed makes the same plan.

#include "service/faults/fault_points.h"

#include <QList>
#include <QStringList>

#include <optional>

namespace oo::proof {

// Faults that come from outside of a service's own code.
enum class Fault {
    PostgresStopped,
    BackendKilled,
    RedisKilled,
    RedisFlushed,
    RedisFull,
    ConnectionsReset,
    ServicesHole,
    PostgresHole,
    RedisHole,
    CourierHole,
    Latency,
    CourierFails,
    CourierHangs,
    CourierDrops,
    CourierSlow,
    DiskFull,
    ClockStepped,
    Terminated,
    Frozen,
};

struct FaultRow
{
    Fault value;
    std::string_view text; // its name in reports
    std::string_view meaning;
    int lastsMs; // 0: it is over at once
};

} // namespace oo::proof

namespace oo {

template <>
struct EnumTable<proof::Fault>
{
    using Fault = proof::Fault;
    static constexpr std::array rows{
        proof::FaultRow{Fault::PostgresStopped, "postgresql-stopped", "PostgreSQL is stopped at once (immediate) and started a second later", 1000},
        proof::FaultRow{Fault::BackendKilled, "backend-killed", "one backend of PostgreSQL is killed, at which it restarts all of them", 0},
        proof::FaultRow{Fault::RedisKilled, "redis-killed", "Redis is killed and started a second later from an old snapshot", 1000},
        proof::FaultRow{Fault::RedisFlushed, "redis-flushed", "FLUSHALL", 0},
        proof::FaultRow{Fault::RedisFull, "redis-full", "Redis' maxmemory is reached: it takes no writes", 3000},
        proof::FaultRow{Fault::ConnectionsReset, "connections-reset", "all connections to the services, PostgreSQL, Redis, courier and shop are reset", 0},
        proof::FaultRow{Fault::ServicesHole, "black-hole-services", "nothing gets through to the services any more, and nobody is told", 3000},
        proof::FaultRow{Fault::PostgresHole, "black-hole-postgresql", "nothing gets through to PostgreSQL any more, and nobody is told", 3000},
        proof::FaultRow{Fault::RedisHole, "black-hole-redis", "nothing gets through to Redis any more, and nobody is told", 3000},
        proof::FaultRow{Fault::CourierHole, "black-hole-courier", "nothing gets through to courier and shop any more, and nobody is told", 3000},
        proof::FaultRow{Fault::Latency, "latency", "200 ms more each way to PostgreSQL, Redis, courier and shop", 3000},
        proof::FaultRow{Fault::CourierFails, "courier-fails", "the courier answers 500", 3000},
        proof::FaultRow{Fault::CourierHangs, "courier-hangs", "the courier accepts and never answers", 3000},
        proof::FaultRow{Fault::CourierDrops, "courier-drops", "the courier accepts and drops the connection", 3000},
        proof::FaultRow{Fault::CourierSlow, "courier-slow", "the courier answers a second late", 3000},
        proof::FaultRow{Fault::DiskFull, "disk-full", "the file system of the event store is full", 3000},
        proof::FaultRow{Fault::ClockStepped, "clock-stepped", "a service's clock is stepped an hour ahead, and back", 4000},
        proof::FaultRow{Fault::Terminated, "terminated", "a service gets SIGTERM under load and must end by itself", 0},
        proof::FaultRow{Fault::Frozen, "frozen", "a service is stopped beyond its locks, and continued", 8000},
    };
};
static_assert(rowsFollowEnum<proof::Fault>());

} // namespace oo

namespace oo::proof {

constexpr const FaultRow &rowOf(Fault fault)
{
    return EnumTable<Fault>::rows[static_cast<size_t>(fault)];
}

struct PlannedKill
{
    FaultOrders::Kill kill;
    int tries = 0; // so often its point was not reached in time
};

struct PlannedFault
{
    Fault fault = Fault::Frozen;
    int tries = 0; // so often it could not be made, or not to its end
};

// A frozen service is a fault only where another one could take its work.
constexpr int servicesFor(Fault fault)
{
    return fault == Fault::Frozen ? 2 : 1;
}

struct FaultPlan
{
    QList<PlannedKill> kills;   // of services, in this order
    QList<PlannedFault> faults; // one at a time, in this order
    QStringList givenUp;        // what was tried kMostTries times, and why

    static constexpr int kMostTries = 5;
    bool isEmpty() const { return kills.isEmpty() && faults.isEmpty(); }
    void tryAgain(PlannedKill kill); // at its point's first pass
    void tryAgain(PlannedFault fault, const QString &why);
    std::optional<PlannedFault> takeFault(int services); // the next one for so many of them
};

// Every named point, and every fault of `possible`, at least once before one comes again, as far as `kills` reaches.
FaultPlan makePlan(int kills, quint64 seed, const QList<Fault> &possible);

} // namespace oo::proof
