#include "service/clients/http_client.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkReply>
#include <QTimer>

namespace oo {

namespace {

constexpr qint64 kMaxAnswerBytes = 64 * 1024;
constexpr qint64 kMaxRetryAfterMs = 3600 * 1000;

// Seconds (whole or decimal) or an HTTP date (RFC 9110 §10.2.3).
std::optional<qint64> retryAfterMs(const QByteArray &text)
{
    if (text.isEmpty())
        return std::nullopt;
    bool isNumber = false;
    const double seconds = text.toDouble(&isNumber);
    qint64 ms = 0;
    if (isNumber) {
        ms = static_cast<qint64>(seconds * 1000);
    } else {
        const auto at = QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
        if (!at.isValid())
            return std::nullopt;
        ms = QDateTime::currentDateTimeUtc().msecsTo(QDateTime(at.date(), at.time(), Qt::UTC));
    }
    return std::clamp<qint64>(ms, 0, kMaxRetryAfterMs);
}

HttpAnswer answerOf(QNetworkReply &reply)
{
    HttpAnswer answer;
    answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.body = reply.read(kMaxAnswerBytes);
    answer.retryAfterMs = retryAfterMs(reply.rawHeader("Retry-After"));
    answer.error = reply.errorString();
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::SslHandshakeFailedError:
        answer.mayHaveLeft = false;
        break;
    default:
        break;
    }
    return answer;
}

} // namespace

HttpClient::HttpClient()
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network.setAutoDeleteReplies(true);
}

void HttpClient::send(const HttpCall &call, std::function<void(const HttpAnswer &)> done)
{
    QNetworkRequest request(call.url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setTransferTimeout(call.timeoutMs);
    if (!call.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", call.idempotencyKey);
    auto *reply = call.method == "GET" ? m_network.get(request) : m_network.post(request, call.body);
    // The transfer time-out starts anew with every byte; the whole exchange has this one.
    QTimer::singleShot(call.timeoutMs, reply, &QNetworkReply::abort);
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, done = std::move(done)] { done(answerOf(*reply)); });
}

} // namespace oo
