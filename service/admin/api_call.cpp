#include "service/admin/api_call.h"

#include "shared/core/json_text.h"

#include <QLoggingCategory>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logApi, "orders.admin.api")

constexpr auto kBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

// The values of the pattern's parts in braces; nullopt if the path does not fit.
std::optional<QHash<QByteArray, QByteArray>> match(std::string_view pattern, const QList<QByteArray> &parts)
{
    const auto wanted = QByteArray(pattern.data(), static_cast<qsizetype>(pattern.size())).split('/');
    if (wanted.size() != parts.size())
        return std::nullopt;
    QHash<QByteArray, QByteArray> values;
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        if (wanted[i].startsWith('{') && !parts[i].isEmpty())
            values.insert(wanted[i].mid(1, wanted[i].size() - 2), QByteArray::fromPercentEncoding(parts[i]));
        else if (wanted[i] != parts[i])
            return std::nullopt;
    }
    return values;
}

} // namespace

tl::unexpected<ApiFailure> refused(int status, const QByteArray &code, const QByteArray &message)
{
    return tl::unexpected(ApiFailure{status, code, message});
}

tl::unexpected<ApiFailure> failureOf(const Error &error)
{
    const auto message = error.message.toUtf8();
    switch (error.code) {
    case ErrorCode::Invalid:
        return badRequest(message);
    case ErrorCode::NotFound:
        return notFound(message);
    case ErrorCode::Conflict:
        return refused(409, "conflict", message);
    case ErrorCode::LockTimeout:
        return refused(503, "unavailable", "a worker holds the order: try again");
    case ErrorCode::Unavailable: // the text names hosts and users: it is for the log
        qCWarning(logApi).noquote() << "a call found a server away:" << error.message;
        return refused(503, "unavailable", "PostgreSQL or Redis is not reachable");
    case ErrorCode::Internal:
        break;
    }
    qCCritical(logApi).noquote() << "a call failed:" << error.message;
    return refused(500, "internal_error", "the service could not do it; its log says why");
}

ApiResult<ApiCall> findEndpoint(const QByteArray &method, const QByteArray &path)
{
    const auto parts = path.split('/');
    QByteArray allowed;
    const EndpointRow *found = nullptr;
    ApiCall call;
    for (const auto &row : kEndpoints) {
        auto values = match(row.path, parts);
        if (!values)
            continue;
        if (row.method != std::string_view(method.constData(), static_cast<size_t>(method.size()))) {
            allowed = QByteArray(row.method.data(), static_cast<qsizetype>(row.method.size()));
        } else if (!found || values->size() < call.path.size()) { // a fixed part comes before a parameter
            found = &row;
            call.path = *values;
        }
    }
    for (const auto &value : std::as_const(call.path)) {
        if (!value.isValidUtf8() || value.contains('\0'))
            return badRequest("the path is not UTF-8 text");
    }
    if (found) {
        call.endpoint = found;
        return call;
    }
    if (!allowed.isEmpty())
        return refused(405, "method_not_allowed", "this path takes " + allowed);
    return notFound("there is nothing at this path");
}

QByteArray listJson(const QList<QByteArray> &items, const std::optional<QByteArray> &next, std::optional<qint64> searched)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.raw("items", '[' + items.join(',') + ']');
    json.optionalString("next", next ? std::optional(positionText(*next)) : std::nullopt);
    if (searched)
        json.number("searched", *searched);
    json.close();
    return out;
}

QByteArray positionText(const QByteArray &position)
{
    return position.toBase64(kBase64);
}

std::optional<QByteArray> positionOf(const QByteArray &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text, kBase64 | QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? std::optional(decoded.decoded) : std::nullopt;
}

} // namespace oo
