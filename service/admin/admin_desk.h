#pragma once
// Answers calls of the admin API in threads of their own, each with its own connections, so that no search holds up the
// thread that takes requests, nor another call.

#include "service/admin/admin_context.h"
#include "service/admin/status_answers.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace oo {

// What waits for a desk. Thread-safe.
class AdminLine
{
public:
    bool offer(ApiCall call); // false: too many wait, or it is closed
    // Waits; nullopt: closed. `quickOnly`: no searches, for a desk that changes and metrics never wait at for long.
    std::optional<ApiCall> next(bool quickOnly);
    QList<quint64> close(); // exchanges of the calls that are not carried out any more

private:
    static constexpr size_t most = 256;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<ApiCall> m_calls;
    bool m_closed = false;
};

// The answer that lets a caller into the stream; its body is the position from which he is told.
inline constexpr int kSwitchingProtocols = 101;

class AdminDesk
{
public:
    explicit AdminDesk(const AdminContext &context);

    // `answered` is called in this thread.
    void run(AdminLine &line, bool quickOnly, const std::function<void(quint64 exchange, const HttpResponse &)> &answered);
    HttpResponse answer(ApiCall call);

private:
    ApiResult<QByteArray> look(const ApiCall &call);
    ApiResult<QByteArray> lookRevealed(const ApiCall &call, QueryParameters &query);
    ApiResult<QByteArray> personal(const ApiCall &call, QueryParameters &query, bool reveal);
    ApiResult<QByteArray> refusals(QueryParameters &query);
    HttpResponse admit(const ApiCall &call);
    HttpResponse change(const ApiCall &call);

    const AdminContext &m_context;
    PgConnection m_postgres;
    RedisConnection m_redis;
    StatusAnswers m_status;
};

} // namespace oo
