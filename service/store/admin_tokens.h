#pragma once
// Tokens of the admin API (design §5): an open part that finds the row and a secret part of which only the hash is stored.

#include "service/store/pg_connection.h"
#include "shared/api/endpoints.h"

namespace oo {

struct AdminIdentity
{
    QByteArray name;
    ApiRole role = ApiRole::Viewer;
};

struct AdminToken
{
    AdminIdentity owner;
    Instant createdAt;
    std::optional<Instant> revokedAt;
};

class AdminTokens
{
public:
    explicit AdminTokens(PgConnection &connection) : m_connection(connection) {}

    // The token, which cannot be shown again. Conflict: an unrevoked one has this name.
    Result<QByteArray> create(const AdminIdentity &owner);
    // Whose token this is, compared in constant time; nullopt: nobody's, or revoked.
    Result<std::optional<AdminIdentity>> find(const QByteArray &token);
    Result<std::vector<AdminToken>> list();
    Result<bool> revoke(const QByteArray &name); // false: no such token

private:
    PgConnection &m_connection;
};

} // namespace oo
