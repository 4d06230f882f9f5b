#include "service/clients/http_client.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkReply>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace oo {

namespace {

constexpr qint64 kMaxAnswerBytes = 1024 * 1024;
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
        if (!std::isfinite(seconds))
            return std::nullopt;
        ms = static_cast<qint64>(std::clamp(seconds * 1000, 0.0, static_cast<double>(kMaxRetryAfterMs)));
    } else {
        const auto at = QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
        if (!at.isValid())
            return std::nullopt;
        ms = QDateTime::currentDateTimeUtc().msecsTo(QDateTime(at.date(), at.time(), Qt::UTC));
    }
    return std::clamp<qint64>(ms, 0, kMaxRetryAfterMs);
}

HttpAnswer answerOf(QNetworkReply &reply, bool wasSent)
{
    HttpAnswer answer;
    answer.retryAfterMs = retryAfterMs(reply.rawHeader("Retry-After"));
    answer.error = reply.errorString();
    const auto body = reply.readAll();
    answer.body = body.size() <= kMaxAnswerBytes ? body : QByteArray();
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // HTTP errors arrive as network errors too, those from 201 up; anything below is the transport breaking off, and a
    // 2xx whose body broke off is no answer yet: it may have held the tracking number.
    const bool brokeOff = reply.error() != QNetworkReply::NoError && reply.error() < QNetworkReply::ContentAccessDenied;
    answer.status = brokeOff ? 0 : status;
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::SslHandshakeFailedError:
        answer.mayHaveLeft = wasSent; // Qt may have sent it on an older connection first
        break;
    default:
        break;
    }
    return answer;
}

// Gives its bytes once. Qt would send a plain QByteArray again, unasked, when a connection closes without an answer; whether
// to send again is for the call ledger to decide.
class OnceBody : public QIODevice
{
public:
    explicit OnceBody(QByteArray bytes) : m_bytes(std::move(bytes)) { open(ReadOnly | Unbuffered); }
    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_at; }
    bool atEnd() const override { return m_at == m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 size) override
    {
        const auto count = std::min<qint64>(size, m_bytes.size() - m_at);
        if (count == 0)
            return -1;
        std::memcpy(data, m_bytes.constData() + m_at, static_cast<size_t>(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_at = 0;
};

QNetworkReply *start(QNetworkAccessManager &network, QNetworkRequest request, const HttpCall &call)
{
    if (call.method == "GET")
        return network.get(request);
    request.setHeader(QNetworkRequest::ContentLengthHeader, call.body.size());
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    auto *body = new OnceBody(call.body);
    auto *reply = network.post(request, body);
    body->setParent(reply);
    return reply;
}

void sendBy(QNetworkAccessManager &network, const HttpCall &call, std::function<void(const HttpAnswer &)> done)
{
    QNetworkRequest request(call.url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setTransferTimeout(call.timeoutMs);
    if (!call.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", call.idempotencyKey);
    auto *reply = start(network, request, call);
    // The transfer time-out starts anew with every byte; the whole exchange has this one.
    QTimer::singleShot(call.timeoutMs, reply, &QNetworkReply::abort);
    const auto wasSent = std::make_shared<bool>(false);
    QObject::connect(reply, &QNetworkReply::requestSent, reply, [wasSent] { *wasSent = true; });
    QObject::connect(reply, &QNetworkReply::finished, reply,
                     [reply, wasSent, done = std::move(done)] { done(answerOf(*reply, *wasSent)); });
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
    const auto least = static_cast<size_t>(std::min_element(m_active.begin(), m_active.end()) - m_active.begin());
    ++m_active[least];
    auto finish = [this, least, done = std::move(done)](const HttpAnswer &answer) {
        QMetaObject::invokeMethod(&m_owner, [this, least, done, answer] {
            --m_active[least];
            done(answer);
        }, Qt::QueuedConnection);
    };
    auto *manager = m_managers[least];
    QMetaObject::invokeMethod(manager, [manager, call, finish = std::move(finish)] { sendBy(*manager, call, finish); },
                              Qt::QueuedConnection);
}

} // namespace oo
