#pragma once
// A request of the admin API on its way through the desk, and what may come of it.

#include "service/http/gated_http_server.h"
#include "service/store/admin_tokens.h"
#include "shared/api/endpoints.h"

namespace oo {

// Why a call is not answered as asked: an HTTP status with a code for programs and a message for people.
struct ApiFailure
{
    int status = 400;
    QByteArray code;
    QByteArray message;
};
template <class T>
using ApiResult = tl::expected<T, ApiFailure>;

tl::unexpected<ApiFailure> refused(int status, const QByteArray &code, const QByteArray &message);
inline tl::unexpected<ApiFailure> badRequest(const QByteArray &message) { return refused(400, "bad_request", message); }
inline tl::unexpected<ApiFailure> notFound(const QByteArray &message) { return refused(404, "not_found", message); }
// Of a failed look into a server: Invalid 400, NotFound 404, Conflict 409, Unavailable and LockTimeout 503, else 500.
tl::unexpected<ApiFailure> failureOf(const Error &error);

struct ApiCall
{
    quint64 exchange = 0;
    const EndpointRow *endpoint = nullptr;
    QHash<QByteArray, QByteArray> path; // values of the endpoint's parameters
    QByteArray query;                   // as sent, after the `?`
    QByteArray body;
    QByteArray token;
    AdminIdentity caller; // once the token is known
};

// The endpoint that a method and path name; 404 or 405 if there is none.
ApiResult<ApiCall> findEndpoint(const QByteArray &method, const QByteArray &path);

// {"items": […], "next": position or null}; positions are opaque to clients.
// `searched`: of how many rows, where that is worth telling.
QByteArray listJson(const QList<QByteArray> &items, const std::optional<QByteArray> &next, std::optional<qint64> searched = {});
QByteArray positionText(const QByteArray &position);
std::optional<QByteArray> positionOf(const QByteArray &text);

} // namespace oo
