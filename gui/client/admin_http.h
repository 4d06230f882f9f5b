#pragma once
// Requests to the admin API: typed by the messages of shared/api, answered later, never blocking.

#include "gui/client/api_error.h"
#include "gui/client/profile.h"
#include "shared/api/endpoints.h"
#include "shared/api/reading.h"

#include <QJsonObject>
#include <QMap>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QUrlQuery>

#include <functional>

namespace oo::gui {

struct ApiRequest
{
    Endpoint endpoint = Endpoint::ServiceStatus;
    QMap<QByteArray, QByteArray> path = {}; // what stands for {id}, {queue}, …
    QList<std::pair<QString, QString>> query = {};
    QJsonObject body = {}; // of a change: without reason and requestId
};

// Why something is changed. The same request id means the same request: sent again it is not done again.
struct ChangeReason
{
    QString reason;
    QByteArray requestId;
    static ChangeReason of(const QString &reason); // with a new id
};

// The URL of a request under the address of a service.
QUrl urlOf(const QUrl &service, const ApiRequest &request);

class AdminHttp : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(ApiAnswer<QByteArray>)>;

    AdminHttp(const Profile &profile, const QByteArray &token, QObject *parent = nullptr);

    // `done` is called once, in this thread, later; not at all when `context` has gone: then the request is given up.
    void send(const ApiRequest &request, const std::optional<ChangeReason> &why, QObject *context, const Done &done);

    // For the stream: address, token and trusted certificates.
    QNetworkRequest networkRequest(const QUrl &url) const;

private:
    void post(const ApiRequest &request, const QByteArray &body, int resends, QObject *context, const Done &done);
    void answer(QNetworkReply *reply, QObject *context, const Done &done);

    QUrl m_url;
    QByteArray m_token;
    QSslConfiguration m_tls;
    QNetworkAccessManager m_network;
};

// What an answer of HTTP comes to; nothing if it is a good one.
std::optional<ApiError> errorOf(int status, const QByteArray &body);

template <class M>
ApiAnswer<M> messageOf(const ApiAnswer<QByteArray> &answer)
{
    if (!answer)
        return tl::unexpected(answer.error());
    auto message = readMessage<M>(*answer);
    if (!message)
        return tl::unexpected(ApiError{ApiError::Kind::NotOurs, 200, message.error().message});
    return std::move(*message);
}

} // namespace oo::gui
