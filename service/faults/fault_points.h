#pragma once
// Named places at which a proof run (`orchestratord prove`) kills this process, and guards that its negative controls switch
// off. Compiled in everywhere and inert unless armed: one relaxed load each. Only APP_ENV=test can arm them.

#include "shared/core/enum_table.h"

#include <atomic>
#include <optional>
#include <vector>

namespace oo {

enum class FaultPoint {
    BeforeIngestCommit,
    AfterIngestCommit,
    BeforeAnswer,
    AfterAnswer,
    BeforeJobAdd,
    AfterTake,
    AfterRowLock,
    AfterFold,
    BeforeWorkCommit,
    AfterWorkCommit,
    BeforeFinish,
    BeforeCourierCall,
    AfterCourierAccepted,
    AfterCallRecord,
};
template <>
struct EnumTable<FaultPoint>
{
    static constexpr std::array rows{
        EnumRow{FaultPoint::BeforeIngestCommit, "before-ingest-commit"},
        EnumRow{FaultPoint::AfterIngestCommit, "after-ingest-commit"},
        EnumRow{FaultPoint::BeforeAnswer, "before-answer"},
        EnumRow{FaultPoint::AfterAnswer, "after-answer"},
        EnumRow{FaultPoint::BeforeJobAdd, "before-job-add"},
        EnumRow{FaultPoint::AfterTake, "after-take"},
        EnumRow{FaultPoint::AfterRowLock, "after-row-lock"},
        EnumRow{FaultPoint::AfterFold, "after-fold"},
        EnumRow{FaultPoint::BeforeWorkCommit, "before-work-commit"},
        EnumRow{FaultPoint::AfterWorkCommit, "after-work-commit"},
        EnumRow{FaultPoint::BeforeFinish, "before-finish"},
        EnumRow{FaultPoint::BeforeCourierCall, "before-courier-call"},
        EnumRow{FaultPoint::AfterCourierAccepted, "after-courier-accepted"},
        EnumRow{FaultPoint::AfterCallRecord, "after-call-record"},
    };
};
static_assert(rowsFollowEnum<FaultPoint>());

// What guards a promise inside the service. (Unique indexes, the courier's keys and its look-up are switched off from outside.)
enum class Guard {
    RowLock,            // orders are locked before they are folded
    FoldCheck,          // a fold that holds a booking decides no other
    EnqueueAfterCommit, // a job is added only when its event can be seen
    Sweep,              // the janitor adds jobs that are missing
};
template <>
struct EnumTable<Guard>
{
    static constexpr std::array rows{
        EnumRow{Guard::RowLock, "row-lock"},
        EnumRow{Guard::FoldCheck, "fold-check"},
        EnumRow{Guard::EnqueueAfterCommit, "enqueue-after-commit"},
        EnumRow{Guard::Sweep, "sweep"},
    };
};
static_assert(rowsFollowEnum<Guard>());

struct FaultOrders
{
    struct Kill
    {
        FaultPoint point;
        int pass = 1; // at which pass through the point, from 1, counted over all threads
    };
    std::optional<Kill> kill;
    std::vector<Guard> guardsOff;

    bool isEmpty() const { return !kill && guardsOff.empty(); }
};

namespace detail {
extern std::atomic<bool> killArmed;
extern std::atomic<unsigned> guardsOff;
void passArmed(FaultPoint point);
bool isArmedAt(FaultPoint point);
} // namespace detail

// Once, before the threads start. Any thread may pass points and ask for guards afterwards.
void armFaults(const FaultOrders &orders);
int passesOfArmedPoint(); // until now: tests arm a pass that never comes, and count

// Does nothing, or ends this process by SIGKILL after a line on standard error.
inline void passFaultPoint(FaultPoint point)
{
    if (detail::killArmed.load(std::memory_order_relaxed)) [[unlikely]]
        detail::passArmed(point);
}

// For a point between two things that are otherwise sent together.
inline bool isArmed(FaultPoint point)
{
    return detail::killArmed.load(std::memory_order_relaxed) && detail::isArmedAt(point);
}

inline bool isOff(Guard guard)
{
    return (detail::guardsOff.load(std::memory_order_relaxed) >> static_cast<unsigned>(guard) & 1u) != 0;
}

} // namespace oo
