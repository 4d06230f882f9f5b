#pragma once
// The service itself: processes, audit, refused webhooks. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/fields.h"

namespace oo {

struct Caller
{
    ApiText name, role; // of the token
};
template <>
struct ApiMessage<Caller>
{
    using S = Caller;
    static constexpr std::tuple fields{ApiField{"name", &S::name}, ApiField{"role", &S::role}};
};

struct ServiceStatus
{
    ApiText instance, version;
    qint64 apiVersion = 0;
    ApiText environment; // APP_ENV: local, test, production
    ApiText roles;       // with commas between
    Instant startedAt, now;
    Caller caller; // who asks
    RawJson counters;
};
template <>
struct ApiMessage<ServiceStatus>
{
    using S = ServiceStatus;
    static constexpr std::tuple fields{
        ApiField{"instance", &S::instance}, ApiField{"version", &S::version}, ApiField{"apiVersion", &S::apiVersion},
        ApiField{"environment", &S::environment}, ApiField{"roles", &S::roles}, ApiField{"startedAt", &S::startedAt},
        ApiField{"now", &S::now}, ApiField{"caller", &S::caller}, ApiField{"counters", &S::counters}};
};

struct InstanceSummary
{
    ApiText instance, host;
    qint64 pid = 0;
    ApiText version, roles;
    Instant startedAt, heartbeatAt;
    std::optional<Instant> stoppedAt;
    qint64 silentMs = 0;
    bool silent = false; // for five seconds, without a goodbye
    RawJson counters;
};
template <>
struct ApiMessage<InstanceSummary>
{
    using S = InstanceSummary;
    static constexpr std::tuple fields{
        ApiField{"instance", &S::instance}, ApiField{"host", &S::host}, ApiField{"pid", &S::pid}, ApiField{"version", &S::version},
        ApiField{"roles", &S::roles}, ApiField{"startedAt", &S::startedAt}, ApiField{"heartbeatAt", &S::heartbeatAt},
        ApiField{"stoppedAt", &S::stoppedAt}, ApiField{"silentMs", &S::silentMs}, ApiField{"silent", &S::silent}, ApiField{"counters", &S::counters}};
};

struct AuditEntry
{
    ApiId id;
    Instant at;
    ApiText actor, role, action, target, reason, requestId;
    std::optional<qint64> status; // null while it runs
    RawJson result;
};
template <>
struct ApiMessage<AuditEntry>
{
    using S = AuditEntry;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"at", &S::at}, ApiField{"actor", &S::actor}, ApiField{"role", &S::role}, ApiField{"action", &S::action},
        ApiField{"target", &S::target}, ApiField{"reason", &S::reason}, ApiField{"requestId", &S::requestId}, ApiField{"status", &S::status},
        ApiField{"result", &S::result}};
};

struct Refusal
{
    Instant at;
    qint64 status = 0;
    ApiText code, reason, peer, topic, shop;
    qint64 bytes = 0;
};
template <>
struct ApiMessage<Refusal>
{
    using S = Refusal;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"status", &S::status}, ApiField{"code", &S::code},
                                       ApiField{"reason", &S::reason}, ApiField{"peer", &S::peer}, ApiField{"topic", &S::topic},
                                       ApiField{"shop", &S::shop}, ApiField{"bytes", &S::bytes}};
};

} // namespace oo
