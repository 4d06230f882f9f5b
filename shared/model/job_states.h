#pragma once
// Where a job of a queue stands, by the name of the structure that holds it (bullmq-wire-format.md §1).

#include "shared/core/enum_table.h"

namespace oo {

enum class JobState { Waiting, Paused, Prioritized, Delayed, Active, Completed, Failed, WaitingChildren };
template <>
struct EnumTable<JobState>
{
    static constexpr std::array rows{
        EnumRow{JobState::Waiting, "wait"},
        EnumRow{JobState::Paused, "paused"},
        EnumRow{JobState::Prioritized, "prioritized"},
        EnumRow{JobState::Delayed, "delayed"},
        EnumRow{JobState::Active, "active"},
        EnumRow{JobState::Completed, "completed"},
        EnumRow{JobState::Failed, "failed"},
        EnumRow{JobState::WaitingChildren, "waiting-children"},
    };
};
static_assert(rowsFollowEnum<JobState>());

} // namespace oo
