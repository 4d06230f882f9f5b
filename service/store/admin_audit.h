#pragma once
// Who did what and why (design §5): the row is written before the change, and its request id is carried out once.

#include "service/store/admin_tokens.h"

namespace oo {

struct AuditedRequest
{
    QByteArray requestId; // made by the client
    QByteArray digest;    // of action, target and body
    AdminIdentity actor;
    QByteArray action, target, reason;
};

// What is known of a request id: this request is new, was answered, runs, or another one had the id.
struct AuditClaim
{
    enum class Kind { New, Answered, Running, Other };
    Kind kind = Kind::New;
    int status = 0; // of the first answer
    QByteArray result;
};

class AdminAudit
{
public:
    explicit AdminAudit(PgConnection &connection) : m_connection(connection) {}

    Result<AuditClaim> begin(const AuditedRequest &request);
    Status finish(const QByteArray &requestId, int status, const QByteArray &resultJson);

private:
    PgConnection &m_connection;
};

} // namespace oo
