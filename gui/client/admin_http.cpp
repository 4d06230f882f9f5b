#include "gui/client/admin_http.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QPointer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>
#include <QUuid>

namespace oo::gui {

struct ErrorDetail
{
    ApiText code, message;
};
struct ErrorBody
{
    ErrorDetail error;
};

} // namespace oo::gui

namespace oo {

template <>
struct ApiMessage<gui::ErrorDetail>
{
    using S = gui::ErrorDetail;
    static constexpr std::tuple fields{ApiField{"code", &S::code}, ApiField{"message", &S::message}};
};
template <>
struct ApiMessage<gui::ErrorBody>
{
    using S = gui::ErrorBody;
    static constexpr std::tuple fields{ApiField{"error", &S::error}};
};

namespace gui {

namespace {

constexpr int kAnswerWithinMs = 20000; // the slowest statement of the service is given 8 s
constexpr int kMostResends = 3;
constexpr char kCertificateErrors[] = "certificateErrors"; // of a reply, as texts

ApiError unreachable(const QNetworkReply &reply)
{
    using E = QNetworkReply;
    const auto where = reply.url().authority();
    switch (reply.error()) {
    case E::SslHandshakeFailedError: {
        const auto wrong = reply.property(kCertificateErrors).toStringList();
        if (wrong.isEmpty()) // it never came to a certificate
            return {ApiError::Kind::Unreachable, 0, AdminHttp::tr("What listens at %1 does not speak https, or no version of it that is known here. Is its address one of http?").arg(where)};
        return {ApiError::Kind::Certificate, 0, AdminHttp::tr("The certificate of %1 is not one that is trusted here: %2").arg(where, wrong.join(QStringLiteral("; ")))};
    }
    case E::ConnectionRefusedError:
        return {ApiError::Kind::Unreachable, 0, AdminHttp::tr("Nothing listens at %1.").arg(where)};
    case E::HostNotFoundError:
        return {ApiError::Kind::Unreachable, 0, AdminHttp::tr("There is no host %1.").arg(reply.url().host())};
    case E::OperationCanceledError:
    case E::TimeoutError:
        return {ApiError::Kind::Unreachable, 0, AdminHttp::tr("%1 did not answer in time.").arg(where)};
    case E::ProtocolInvalidOperationError:
    case E::ProtocolFailure:
    case E::ProtocolUnknownError:
        return {ApiError::Kind::NotOurs, 0, AdminHttp::tr("What listens at %1 is not an orders service: it does not speak HTTP as one does.").arg(where)};
    default:
        return {ApiError::Kind::Unreachable, 0, AdminHttp::tr("%1 cannot be reached: %2").arg(where, reply.errorString())};
    }
}

// Whether an answer is not whole; what its status alone says is another matter (of a 400, Qt says ProtocolInvalidOperationError).
bool isBroken(int status, QNetworkReply::NetworkError error)
{
    using E = QNetworkReply;
    const bool isOfStatus = (error >= E::ContentAccessDenied && error <= E::UnknownContentError) || error >= E::InternalServerError
                            || (status == 400 && error == E::ProtocolInvalidOperationError);
    return error != E::NoError && !isOfStatus;
}

} // namespace

std::optional<ApiError> errorOf(int status, const QByteArray &body)
{
    using Kind = ApiError::Kind;
    if (status == 200)
        return std::nullopt;
    const auto told = readMessage<ErrorBody>(body);
    if (!told && status >= 502 && status <= 504)
        return ApiError{Kind::Unreachable, status, AdminHttp::tr("What answers there does not reach the service (%1).").arg(status)};
    if (!told)
        return ApiError{Kind::NotOurs, status, AdminHttp::tr("What answers there (%1) is not an orders service.").arg(status)};
    const auto message = QString::fromUtf8(told->error.message);
    switch (status) {
    case 401: return ApiError{Kind::WrongToken, status, message};
    case 403: return ApiError{Kind::Forbidden, status, message};
    case 503: return ApiError{Kind::Unavailable, status, message};
    default: return ApiError{Kind::Refused, status, message};
    }
}

ChangeReason ChangeReason::of(const QString &reason)
{
    return {reason, QUuid::createUuid().toByteArray(QUuid::WithoutBraces)};
}

QUrl urlOf(const QUrl &service, const ApiRequest &request)
{
    const auto &row = kEndpoints[static_cast<size_t>(request.endpoint)];
    auto path = QByteArray(row.path.data(), static_cast<qsizetype>(row.path.size()));
    for (auto it = request.path.cbegin(); it != request.path.cend(); ++it)
        path.replace('{' + it.key() + '}', it.value().toPercentEncoding());
    auto url = service;
    url.setPath(QString::fromLatin1(path), QUrl::TolerantMode); // job ids may hold anything: encoded above, kept by the mode
    QUrlQuery query;
    for (const auto &[name, value] : request.query) // a + would be read as a space
        query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    if (!query.isEmpty())
        url.setQuery(query);
    return url;
}

AdminHttp::AdminHttp(const Profile &profile, const QByteArray &token, QObject *parent)
    : QObject(parent), m_url(profile.url), m_token(token.trimmed()), m_tls(QSslConfiguration::defaultConfiguration())
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy); // a token goes to the address it was given for
    if (!profile.certificateFile.isEmpty())
        m_tls.addCaCertificates(profile.certificateFile, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString);
}

QNetworkRequest AdminHttp::networkRequest(const QUrl &url) const
{
    QNetworkRequest request(url);
    request.setRawHeader("Authorization", "Bearer " + m_token);
    request.setTransferTimeout(kAnswerWithinMs);
    request.setSslConfiguration(m_tls);
    return request;
}

void AdminHttp::send(const ApiRequest &request, const std::optional<ChangeReason> &why, QObject *context, const Done &done)
{
    if (!why)
        return answer(m_network.get(networkRequest(urlOf(m_url, request))), context, done);
    auto body = request.body;
    body.insert(QStringLiteral("reason"), why->reason);
    body.insert(QStringLiteral("requestId"), QString::fromLatin1(why->requestId));
    post(request, QJsonDocument(body).toJson(QJsonDocument::Compact), kMostResends, context, done);
}

// A change whose answer was lost is sent again under its id: the service gives its first result then.
void AdminHttp::post(const ApiRequest &request, const QByteArray &body, int resends, QObject *context, const Done &done)
{
    auto asked = networkRequest(urlOf(m_url, request));
    asked.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    const QPointer<QObject> alive(context);
    answer(m_network.post(asked, body), context, [=, this](const ApiAnswer<QByteArray> &result) {
        if (result || result.error().kind != ApiError::Kind::Unreachable)
            return done(result);
        if (resends == 0)
            return done(tl::unexpected(ApiError{ApiError::Kind::Unreachable, 0,
                                                result.error().message + QLatin1Char(' ')
                                                    + tr("Whether it was done is not known. Send it again: what was done is not done twice.")}));
        QTimer::singleShot(1000 << (kMostResends - resends), this, [=, this] {
            if (alive)
                post(request, body, resends - 1, alive, done);
        });
    });
}

void AdminHttp::answer(QNetworkReply *reply, QObject *context, const Done &done)
{
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
    connect(reply, &QNetworkReply::sslErrors, reply, [reply](const QList<QSslError> &errors) {
        QStringList texts;
        for (const auto &error : errors)
            texts << error.errorString();
        reply->setProperty(kCertificateErrors, texts);
    });
    // Let go of before it is given up: abort() finishes at once, and of `context` nothing but a QObject is left by then.
    connect(context, &QObject::destroyed, reply, [reply](QObject *gone) {
        reply->disconnect(gone);
        reply->abort();
    });
    connect(reply, &QNetworkReply::finished, context, [reply, done] {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 0)
            return done(tl::unexpected(unreachable(*reply)));
        if (isBroken(status, reply->error()))
            return done(tl::unexpected(ApiError{ApiError::Kind::Unreachable, 0, tr("The answer of %1 broke off.").arg(reply->url().authority())}));
        auto body = reply->readAll();
        if (auto error = errorOf(status, body))
            return done(tl::unexpected(std::move(*error)));
        done(std::move(body));
    });
}

} // namespace gui
} // namespace oo
