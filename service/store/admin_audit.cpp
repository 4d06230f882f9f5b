#include "service/store/admin_audit.h"

namespace oo {

Result<AuditClaim> AdminAudit::begin(const AuditedRequest &request)
{
    const auto begun = m_connection.run(sql::auditBegin, PgParams()
                                                             .add(request.requestId)
                                                             .add(request.digest)
                                                             .add(request.actor.name)
                                                             .add(bytesOf(request.actor.role))
                                                             .add(request.action)
                                                             .add(request.target)
                                                             .add(request.reason));
    if (!begun)
        return failure(begun);
    if (begun->size() > 0)
        return AuditClaim{};
    const auto rows = m_connection.run(sql::auditFind, PgParams().add(request.requestId));
    if (!rows)
        return failure(rows);
    if (rows->size() == 0)
        return fail(ErrorCode::Internal, QStringLiteral("an audit row is gone"));
    if (rows->text(0, rows->column("request_digest")) != request.digest)
        return AuditClaim{AuditClaim::Kind::Other, 0, {}};
    if (rows->isNull(0, rows->column("status")))
        return AuditClaim{AuditClaim::Kind::Running, 0, {}};
    return AuditClaim{AuditClaim::Kind::Answered, rows->int4(0, rows->column("status")),
                      rows->optionalText(0, rows->column("result")).value_or(QByteArray())};
}

Status AdminAudit::finish(const QByteArray &requestId, int status, const QByteArray &resultJson)
{
    const auto done = m_connection.run(sql::auditFinish, PgParams().add(requestId).add(status).add(resultJson));
    return done ? Status() : failure(done);
}

} // namespace oo
