#pragma once
// What an operator may change. The desk has checked the role and written the audit row before.

#include "service/admin/admin_context.h"
#include "service/admin/api_call.h"
#include "shared/model/queues.h"

#include <QJsonObject>

namespace oo {

class Changes
{
public:
    Changes(PgConnection &postgres, RedisConnection &redis, const AdminContext &context)
        : m_postgres(postgres), m_redis(redis), m_context(context)
    {
    }

    // Answers what was done, as JSON.
    ApiResult<QByteArray> carryOut(const ApiCall &call, const QJsonObject &body);

private:
    ApiResult<QByteArray> pause(QueueName queue, bool paused);
    ApiResult<QByteArray> changeJobs(Endpoint what, QueueName queue, const QJsonObject &body);
    ApiResult<QByteArray> release(const QJsonObject &body, const QByteArray &by);
    ApiResult<QList<EventId>> parkedOf(const QJsonObject &body);
    ApiResult<QByteArray> ask(const QByteArray &event);
    ApiResult<QByteArray> bookAgain(const ApiCall &call, const QJsonObject &body);
    ApiResult<QByteArray> link(const QByteArray &event, const QJsonObject &body);

    PgConnection &m_postgres;
    RedisConnection &m_redis;
    const AdminContext &m_context;
};

} // namespace oo
