#include "service/store/admin_tokens.h"

#include "service/domain/signature.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace oo {

namespace {

constexpr char kPrefix[] = "oot";
constexpr auto kBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

template <size_t Words>
QByteArray randomText()
{
    std::array<quint32, Words> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words).toBase64(kBase64).replace('_', '-');
}

} // namespace

Result<QByteArray> AdminTokens::create(const AdminIdentity &owner)
{
    const auto id = randomText<3>(), secret = randomText<8>();
    const auto rows = m_connection.run(sql::tokensCreate, PgParams().add(id).add(owner.name).add(bytesOf(owner.role)).add(sha256(secret)));
    if (!rows)
        return failure(rows);
    if (rows->size() == 0)
        return fail(ErrorCode::Conflict, QStringLiteral("there is a token of the name %1: revoke it first").arg(QString::fromUtf8(owner.name)));
    return kPrefix + ('_' + id) + '_' + secret;
}

Result<std::optional<AdminIdentity>> AdminTokens::find(const QByteArray &token)
{
    const auto parts = token.split('_');
    const auto isPlain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; };
    if (parts.size() != 3 || parts[0] != kPrefix || !std::all_of(token.begin(), token.end(), isPlain))
        return std::optional<AdminIdentity>();
    const auto rows = m_connection.run(sql::tokensFind, PgParams().add(parts[1]));
    if (!rows)
        return failure(rows);
    const auto given = sha256(parts[2]);
    if (rows->size() == 0 || !equalInConstantTime(given, rows->text(0, rows->column("secret_hash"))))
        return std::optional<AdminIdentity>();
    const auto role = fromText<ApiRole>(rows->text(0, rows->column("role")));
    return role ? std::optional(AdminIdentity{rows->text(0, rows->column("name")), *role}) : std::nullopt;
}

Result<std::vector<AdminToken>> AdminTokens::list()
{
    const auto rows = m_connection.run(sql::tokensList);
    if (!rows)
        return failure(rows);
    std::vector<AdminToken> tokens;
    tokens.reserve(static_cast<size_t>(rows->size()));
    for (int row = 0; row < rows->size(); ++row) {
        tokens.push_back({{rows->text(row, rows->column("name")), fromText<ApiRole>(rows->text(row, rows->column("role"))).value_or(ApiRole::Viewer)},
                          rows->instant(row, rows->column("created_at")), rows->optionalInstant(row, rows->column("revoked_at"))});
    }
    return tokens;
}

Result<bool> AdminTokens::revoke(const QByteArray &name)
{
    const auto rows = m_connection.run(sql::tokensRevoke, PgParams().add(name));
    if (!rows)
        return failure(rows);
    return rows->size() > 0;
}

} // namespace oo
