#pragma once
// Chaos runs. Messages of the admin API.

#include "shared/api/fields.h"
#include "shared/core/enum_table.h"

#include <array>

namespace oo {

enum class ChaosState { Waiting, Running, Done, Failed, Cancelled };
template <>
struct EnumTable<ChaosState>
{
    static constexpr std::array rows{
        EnumRow{ChaosState::Waiting, "waiting"},   EnumRow{ChaosState::Running, "running"},     EnumRow{ChaosState::Done, "done"},
        EnumRow{ChaosState::Failed, "failed"},     EnumRow{ChaosState::Cancelled, "cancelled"},
    };
};
static_assert(rowsFollowEnum<ChaosState>());

struct ChaosRunSummary
{
    ApiId id;
    ApiText run;      // what lists take as `run`
    ApiText state;    // ChaosState
    RawJson options;  // by the names of kChaosOptions
    ApiText requestedBy, reason, instance;
    Instant createdAt;
    std::optional<Instant> startedAt, finishedAt;
    RawJson progress; // {"phase": sending or settling, …}
    RawJson verdict;  // {"clean": …, …} or {"cancelled": true}
    OptionalText error;
};
template <>
struct ApiMessage<ChaosRunSummary>
{
    using S = ChaosRunSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"run", &S::run}, ApiField{"state", &S::state}, ApiField{"options", &S::options},
        ApiField{"requestedBy", &S::requestedBy}, ApiField{"reason", &S::reason}, ApiField{"instance", &S::instance},
        ApiField{"createdAt", &S::createdAt}, ApiField{"startedAt", &S::startedAt}, ApiField{"finishedAt", &S::finishedAt},
        ApiField{"progress", &S::progress}, ApiField{"verdict", &S::verdict}, ApiField{"error", &S::error}};
};

} // namespace oo
