#include "gui/client/admin_client.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace oo::gui {

// What every version of the service tells, to judge the rest by.
struct Greeting
{
    std::optional<ApiText> instance;
    std::optional<qint64> apiVersion;
};

struct FrameHead
{
    ApiText kind;
    RawJson body;
};

} // namespace oo::gui

namespace oo {

template <>
struct ApiMessage<gui::Greeting>
{
    using S = gui::Greeting;
    static constexpr std::tuple fields{ApiField{"instance", &S::instance}, ApiField{"apiVersion", &S::apiVersion}};
};
template <>
struct ApiMessage<gui::FrameHead>
{
    using S = gui::FrameHead;
    static constexpr std::tuple fields{ApiField{"kind", &S::kind}, ApiField{"body", &S::body}};
};

namespace gui {

namespace {

constexpr int kFirstRetryMs = 500;
constexpr int kLongestRetryMs = 15000;
constexpr int kPatientRetryMs = 30000; // what was there once comes back: a deployment behind a proxy, an older version put back
constexpr int kSilenceMs = 10000; // health comes every second
constexpr quint64 kLargestFrame = 16 << 20;

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
constexpr auto kSocketError = &QWebSocket::errorOccurred;
#else
constexpr auto kSocketError = qOverload<QAbstractSocket::SocketError>(&QWebSocket::error);
#endif

ApiAnswer<ServiceStatus> judged(const ApiAnswer<QByteArray> &answer)
{
    using Kind = ApiError::Kind;
    if (!answer)
        return tl::unexpected(answer.error());
    const auto greeting = readMessage<Greeting>(*answer);
    if (!greeting || !greeting->instance)
        return tl::unexpected(ApiError{Kind::NotOurs, 200, AdminClient::tr("What answers there is not an orders service.")});
    const auto version = greeting->apiVersion.value_or(0);
    if (version < kApiVersion)
        return tl::unexpected(ApiError{Kind::OlderService, 200, AdminClient::tr("The service is older than this console (admin API %1, needed %2). Update the service, or use its console.").arg(version).arg(kApiVersion)});
    if (version > kApiVersion)
        return tl::unexpected(ApiError{Kind::NewerService, 200, AdminClient::tr("The service is newer than this console (admin API %1, known %2). Update the console.").arg(version).arg(kApiVersion)});
    return messageOf<ServiceStatus>(answer);
}

} // namespace

AdminClient::AdminClient(Profile profile, const QByteArray &token, QObject *parent)
    : QObject(parent), m_profile(std::move(profile)), m_http(m_profile, token)
{
    m_retry.setSingleShot(true);
    m_silence.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &AdminClient::connectNow);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        if (m_socket)
            m_socket->abort(); // its end is told as any other
        if (m_socket)
            lost(); // it had not even begun
    });
}

AdminClient::~AdminClient()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void AdminClient::start()
{
    if (m_state != LinkState::Connecting && m_state != LinkState::Live)
        connectNow();
}

std::optional<qint64> AdminClient::pictureAgeMs() const
{
    return m_lastFrame.isValid() ? std::optional(m_lastFrame.elapsed()) : std::nullopt;
}

bool AdminClient::isOperator() const
{
    return m_service && m_service->caller.role == bytesOf(ApiRole::Operator);
}

Instant AdminClient::serviceNow() const
{
    return {Instant::now().us + m_clockAheadUs};
}

void AdminClient::change(const ApiRequest &request, const ChangeReason &why, QObject *context, const AdminHttp::Done &done)
{
    if (!mayChange()) {
        const auto message = m_profile.readOnly ? tr("This profile is read-only.") : tr("The token's role may look, not change.");
        return done(tl::unexpected(ApiError{ApiError::Kind::Forbidden, 0, message}));
    }
    m_http.send(request, why, context, done);
}

void AdminClient::probe(QObject *context, const std::function<void(ApiAnswer<ServiceStatus>)> &done)
{
    m_http.send({Endpoint::ServiceStatus}, std::nullopt, context, [done](const ApiAnswer<QByteArray> &answer) { done(judged(answer)); });
}

void AdminClient::connectNow()
{
    m_retry.stop();
    setState(LinkState::Connecting, m_error);
    probe(this, [this](const ApiAnswer<ServiceStatus> &answer) {
        if (answer) {
            m_service = *answer;
            return openStream();
        }
        if (mayPass(answer.error()))
            return tryLater(answer.error());
        if (m_wasLive && answer.error().kind != ApiError::Kind::WrongToken)
            return tryAfter(kPatientRetryMs, answer.error());
        setState(LinkState::Refused, answer.error());
    });
}

void AdminClient::openStream()
{
    m_socket = std::make_unique<QWebSocket>();
    m_socket->setMaxAllowedIncomingFrameSize(kLargestFrame);
    m_socket->setMaxAllowedIncomingMessageSize(kLargestFrame);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &AdminClient::take);
    connect(m_socket.get(), &QWebSocket::stateChanged, this, [this](QAbstractSocket::SocketState state) {
        if (state == QAbstractSocket::UnconnectedState)
            lost();
    });
    connect(m_socket.get(), kSocketError, this, [this] { m_silence.start(0); }); // of a refused handshake nothing else tells
    ApiRequest stream{Endpoint::Stream};
    if (!m_position.isEmpty())
        stream.query.append({QStringLiteral("after"), QString::fromLatin1(m_position)});
    auto url = urlOf(m_profile.url, stream);
    url.setScheme(url.scheme() == QLatin1StringView("https") ? QStringLiteral("wss") : QStringLiteral("ws"));
    const auto request = m_http.networkRequest(url);
    m_socket->setSslConfiguration(request.sslConfiguration());
    m_silence.start(kSilenceMs);
    m_socket->open(request);
}

void AdminClient::take(const QString &text)
{
    const auto head = readMessage<FrameHead>(text.toUtf8());
    const auto kind = head ? fromText<StreamFrame>(QByteArrayView(head->kind)) : std::nullopt;
    if (!kind)
        return; // of a newer service
    m_lastFrame.start();
    m_silence.start(kSilenceMs);
    m_failures = 0;
    m_wasLive = true;
    if (m_state != LinkState::Live)
        setState(LinkState::Live);
    const auto &body = head->body.text;
    switch (*kind) {
    case StreamFrame::News:
        if (const auto news = readMessage<TailNews>(body)) {
            const bool isFirst = std::exchange(m_position, news->next).isEmpty();
            if (isFirst)
                Q_EMIT gapOpened(); // only now: what is read from here on misses nothing
            Q_EMIT newsArrived(*news);
        }
        break;
    case StreamFrame::Queues:
        if (const auto queues = readMessage<ListOf<QueueSummary>>(body))
            Q_EMIT queuesArrived(*queues);
        break;
    case StreamFrame::Health:
        if (const auto health = readMessage<StreamHealth>(body)) {
            m_clockAheadUs = health->at.us - Instant::now().us;
            Q_EMIT healthArrived(*health);
        }
        break;
    case StreamFrame::Behind:
        break; // the close that follows says the same
    }
}

void AdminClient::lost()
{
    m_silence.stop();
    const int code = m_socket->closeCode();
    auto *const socket = m_socket.release(); // it is telling us this: not to be destroyed now
    socket->disconnect(this);
    socket->deleteLater();
    switch (code) {
    case kCloseRevoked:
        return setState(LinkState::Refused, ApiError{ApiError::Kind::WrongToken, 401, tr("The token was revoked.")});
    case kCloseUnknownPosition: // the database was restored: begin anew
        m_position.clear();
        return connectNow();
    default:
        tryLater({ApiError::Kind::Unreachable, 0, tr("The connection to the service was lost.")});
    }
}

void AdminClient::tryLater(const ApiError &why)
{
    tryAfter(std::min(kFirstRetryMs << std::min(m_failures++, 10), kLongestRetryMs), why);
}

void AdminClient::tryAfter(int delay, const ApiError &why)
{
    m_retry.start(delay + QRandomGenerator::global()->bounded(delay / 4 + 1)); // consoles do not come back all at once
    setState(LinkState::Waiting, why);
}

void AdminClient::setState(LinkState state, std::optional<ApiError> error)
{
    m_state = state;
    m_error = std::move(error);
    Q_EMIT stateChanged();
}

} // namespace gui
} // namespace oo
