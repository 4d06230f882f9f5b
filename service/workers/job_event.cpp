#include "service/workers/job_event.h"

#include "shared/core/json_reader.h"

namespace oo {

Result<EventId> eventOfJob(const TakenJob &job)
{
    thread_local JsonReader reader;
    if (!reader.isObject(job.data))
        return fail(ErrorCode::Invalid, QStringLiteral("the job's data is not a JSON object"));
    std::optional<qint64> id;
    bool present = false;
    reader.forEachMember(job.data, [&](const JsonMember &member) {
        if (member.key != "eventStoreId")
            return;
        present = true;
        id = member.integer();
    });
    if (!present)
        return fail(ErrorCode::Invalid, QStringLiteral("the job's data has no eventStoreId"));
    if (!id || *id <= 0)
        return fail(ErrorCode::Invalid, QStringLiteral("the job's eventStoreId is not a positive 64-bit integer"));
    return EventId(*id);
}

} // namespace oo
