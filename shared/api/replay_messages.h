#pragma once
// Replays. Messages of the admin API; a list of them is {"items": […], "next": position or null}.

#include "shared/api/fields.h"
#include "shared/core/enum_table.h"

#include <array>

namespace oo {

// What a replay does with an event (design §7).
enum class ReplayAction { ReRun, ReCheck, ReSend };
template <>
struct EnumTable<ReplayAction>
{
    static constexpr std::array rows{
        EnumRow{ReplayAction::ReRun, "re-run"},
        EnumRow{ReplayAction::ReCheck, "re-check"},
        EnumRow{ReplayAction::ReSend, "re-send"},
    };
};
static_assert(rowsFollowEnum<ReplayAction>());

struct ReplayRunSummary
{
    ApiId id;
    ApiText state; // running, done, cancelled
    RawJson selection;
    ApiText requestedBy, reason;
    bool reSend = false;
    qint64 rate = 0; // events a second
    Instant startedAt;
    std::optional<Instant> finishedAt;
    qint64 done = 0; // events with a result
    ApiId cursorId, lastId; // it is at its end when the cursor is at the last
};
template <>
struct ApiMessage<ReplayRunSummary>
{
    using S = ReplayRunSummary;
    static constexpr std::tuple fields{
        ApiField{"id", &S::id}, ApiField{"state", &S::state}, ApiField{"selection", &S::selection}, ApiField{"requestedBy", &S::requestedBy},
        ApiField{"reason", &S::reason}, ApiField{"reSend", &S::reSend}, ApiField{"rate", &S::rate}, ApiField{"startedAt", &S::startedAt},
        ApiField{"finishedAt", &S::finishedAt}, ApiField{"done", &S::done}, ApiField{"cursorId", &S::cursorId}, ApiField{"lastId", &S::lastId}};
};

struct ReplayedEvent
{
    ApiId eventId;
    ApiText action, result;
    Instant at;
};
template <>
struct ApiMessage<ReplayedEvent>
{
    using S = ReplayedEvent;
    static constexpr std::tuple fields{ApiField{"eventId", &S::eventId}, ApiField{"action", &S::action}, ApiField{"result", &S::result}, ApiField{"at", &S::at}};
};

struct ReplayPreview
{
    qint64 reRun = 0, reCheck = 0, reSend = 0;
    qint64 willChangeNothing = 0;     // of those that are checked
    bool cut = false;                 // there are more events than were looked at
    std::vector<ReplayedEvent> items; // that would change something, at most 100
};
template <>
struct ApiMessage<ReplayPreview>
{
    using S = ReplayPreview;
    static constexpr std::tuple fields{ApiField{"re-run", &S::reRun}, ApiField{"re-check", &S::reCheck}, ApiField{"re-send", &S::reSend},
                                       ApiField{"willChangeNothing", &S::willChangeNothing}, ApiField{"cut", &S::cut}, ApiField{"items", &S::items}};
};

} // namespace oo
