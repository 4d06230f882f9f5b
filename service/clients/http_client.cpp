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

void sendBy(QNetworkAccessManager &network, const HttpCall &call, std::function<void(const HttpAnswer &)> done)
{
    QNetworkRequest request(call.url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setTransferTimeout(call.timeoutMs);
    if (!call.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", call.idempotencyKey);
    auto *reply = call.method == "GET" ? network.get(request) : network.post(request, call.body);
    // The transfer time-out starts anew with every byte; the whole exchange has this one.
    QTimer::singleShot(call.timeoutMs, reply, &QNetworkReply::abort);
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, done = std::move(done)] { done(answerOf(*reply)); });
}

} // namespace

HttpClient::HttpClient()
{
    for (auto *&manager : m_managers) {
        manager = new QNetworkAccessManager;
        manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        manager->setAutoDeleteReplies(true);
        manager->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, manager, &QObject::deleteLater);
    }
    m_thread.setObjectName(QStringLiteral("http-client"));
    m_thread.start();
}

HttpClient::~HttpClient()
{
    m_thread.quit();
    m_thread.wait();
}

void HttpClient::send(const HttpCall &call, std::function<void(const HttpAnswer &)> done)
{
    auto *manager = m_managers[m_next++ % kManagers];
    QMetaObject::invokeMethod(manager, [this, manager, call, done = std::move(done)]() mutable {
        sendBy(*manager, call, [this, done = std::move(done)](const HttpAnswer &answer) {
            QMetaObject::invokeMethod(&m_owner, [done, answer] { done(answer); }, Qt::QueuedConnection);
        });
    }, Qt::QueuedConnection);
}

} // namespace oo
