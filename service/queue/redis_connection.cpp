#include "service/queue/redis_connection.h"

#include "shared/core/instant.h"

#include <algorithm>
#include <initializer_list>

#include <hiredis/hiredis.h>
#ifdef OO_HIREDIS_TLS
#include <hiredis/hiredis_ssl.h>
#endif

namespace oo {

namespace {

using namespace std::chrono_literals;

constexpr timeval kConnectTimeout{1, 0};
constexpr auto kRetryPause = 500ms;
constexpr auto kHang = 900ms; // below every time limit

RedisReply copyReply(const redisReply &reply)
{
    RedisReply copy;
    switch (reply.type) {
    case REDIS_REPLY_INTEGER:
        copy.kind = RedisReply::Kind::Integer;
        copy.integer = reply.integer;
        break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        copy.kind = RedisReply::Kind::Text;
        copy.text = QByteArray(reply.str, static_cast<qsizetype>(reply.len));
        break;
    case REDIS_REPLY_ERROR:
        copy.kind = RedisReply::Kind::Error;
        copy.text = QByteArray(reply.str, static_cast<qsizetype>(reply.len));
        break;
    case REDIS_REPLY_ARRAY:
        copy.kind = RedisReply::Kind::Array;
        copy.items.reserve(reply.elements);
        for (size_t i = 0; i < reply.elements; ++i)
            copy.items.push_back(copyReply(*reply.element[i]));
        break;
    default:
        break;
    }
    return copy;
}

bool startsWithAny(const QByteArray &text, std::initializer_list<const char *> words)
{
    return std::any_of(words.begin(), words.end(), [&](const char *word) { return text.startsWith(word); });
}

#ifdef OO_HIREDIS_TLS
Status startTls(redisContext *context, const RedisSettings &settings)
{
    static const int ready = redisInitOpenSSL(); // once in a process
    Q_UNUSED(ready)
    redisSSLContextError why = REDIS_SSL_CTX_NONE;
    const auto file = settings.caFile.toUtf8();
    constexpr char kSystemCertificates[] = "/etc/ssl/certs";
    auto *tls = redisCreateSSLContext(file.isEmpty() ? nullptr : file.constData(), file.isEmpty() ? kSystemCertificates : nullptr,
                                      nullptr, nullptr, settings.host.toUtf8().constData(), &why);
    if (!tls)
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis, TLS: %1").arg(QLatin1StringView(redisSSLContextGetError(why))));
    const bool secured = redisInitiateSSLWithContext(context, tls) == REDIS_OK;
    redisFreeSSLContext(tls);
    if (!secured)
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis, TLS: %1").arg(QString::fromUtf8(context->errstr)));
    return {};
}
#else
Status startTls(redisContext *, const RedisSettings &)
{
    return fail(ErrorCode::Unavailable, QStringLiteral("this program was built with a hiredis without TLS (it takes 1.0 or later): leave REDIS_TLS off, or build it where libhiredis-dev has hiredis_ssl"));
}
#endif

void append(redisContext *context, const RedisCommand &command)
{
    std::vector<const char *> words;
    std::vector<size_t> lengths;
    words.reserve(static_cast<size_t>(command.size()));
    lengths.reserve(static_cast<size_t>(command.size()));
    for (const auto &word : command) {
        words.push_back(word.constData());
        lengths.push_back(static_cast<size_t>(word.size()));
    }
    redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), lengths.data());
}

} // namespace

Error errorOf(const RedisReply &reply)
{
    const auto code = startsWithAny(reply.text, {"READONLY", "MASTERDOWN", "LOADING", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "MISCONF", "OOM"})
                          ? ErrorCode::Unavailable
                          : reply.text.startsWith("SCHEDULERS") ? ErrorCode::Invalid : ErrorCode::Internal;
    return {code, QStringLiteral("Redis: %1").arg(QString::fromUtf8(reply.text))};
}

RedisConnection::RedisConnection(RedisSettings settings) : m_settings(std::move(settings)) {}

RedisConnection::~RedisConnection()
{
    close();
}

void RedisConnection::close()
{
    if (m_context)
        redisFree(m_context);
    m_context = nullptr;
}

tl::unexpected<Error> RedisConnection::lost(const char *doing)
{
    const QString why = m_context && m_context->err ? QString::fromUtf8(m_context->errstr) : QStringLiteral("no reply");
    if (const auto now = std::chrono::steady_clock::now(); now - m_triedAt >= kHang)
        m_retryAt = now + std::chrono::milliseconds(m_settings.pauseAfterHangMs);
    close();
    return fail(ErrorCode::Unavailable, QStringLiteral("Redis, %1: %2").arg(QLatin1StringView(doing), why));
}

Status RedisConnection::open()
{
    if (m_context)
        return {};
    const auto now = std::chrono::steady_clock::now();
    if (now < m_retryAt)
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis is not reachable"));
    m_retryAt = now + kRetryPause;
    m_triedAt = now;
    m_context = m_settings.host.startsWith(QLatin1Char('/'))
                    ? redisConnectUnixWithTimeout(m_settings.host.toUtf8().constData(), kConnectTimeout)
                    : redisConnectWithTimeout(m_settings.host.toUtf8().constData(), m_settings.port, kConnectTimeout);
    if (!m_context || m_context->err)
        return lost("connecting");
    redisSetTimeout(m_context, timeval{m_settings.replyTimeoutMs / 1000, (m_settings.replyTimeoutMs % 1000) * 1000l});
    if (auto greeted = greet(); !greeted) {
        close();
        return greeted;
    }
    return {};
}

Status RedisConnection::greet()
{
    if (m_settings.tls) {
        if (auto secured = startTls(m_context, m_settings); !secured)
            return secured;
    }
    std::vector<RedisCommand> words;
    if (!m_settings.user.isEmpty())
        words.push_back({"AUTH", m_settings.user.toUtf8(), m_settings.password.toUtf8()});
    else if (!m_settings.password.isEmpty())
        words.push_back({"AUTH", m_settings.password.toUtf8()});
    if (!m_settings.clientName.isEmpty())
        words.push_back({"CLIENT", "SETNAME", m_settings.clientName});
    for (const auto &command : words) {
        if (auto done = run(command); !done)
            return fail(ErrorCode::Unavailable, done.error().message);
    }
    return readClock();
}

Status RedisConnection::readClock()
{
    const auto asked = std::chrono::steady_clock::now();
    const auto time = run(RedisCommand{"TIME"}); // seconds, and microseconds of the second
    if (!time)
        return fail(ErrorCode::Unavailable, time.error().message);
    if (time->items.size() != 2)
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis does not tell its time"));
    m_clockMs = time->items[0].text.toLongLong() * 1000 + time->items[1].text.toLongLong() / 1000;
    m_clockReadAt = asked + (std::chrono::steady_clock::now() - asked) / 2;
    return {};
}

qint64 RedisConnection::nowMs()
{
    (void)open();
    if (!m_clockMs)
        return Instant::now().milliseconds();
    return *m_clockMs + std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_clockReadAt).count();
}

Result<std::vector<RedisReply>> RedisConnection::run(const std::vector<RedisCommand> &commands)
{
    if (auto opened = open(); !opened)
        return failure(opened);
    m_triedAt = std::chrono::steady_clock::now();
    for (const auto &command : commands)
        append(m_context, command);
    std::vector<RedisReply> replies;
    replies.reserve(commands.size());
    for (size_t i = 0; i < commands.size(); ++i) {
        redisReply *reply = nullptr;
        if (redisGetReply(m_context, reinterpret_cast<void **>(&reply)) != REDIS_OK || !reply)
            return lost("reading a reply");
        replies.push_back(copyReply(*reply));
        freeReplyObject(reply);
    }
    if (std::any_of(replies.begin(), replies.end(), [](const auto &reply) { return reply.isError() && startsWithAny(reply.text, {"READONLY", "MASTERDOWN"}); }))
        close(); // the next connection may reach the new master
    return replies;
}

Result<RedisReply> RedisConnection::run(const RedisCommand &command)
{
    auto replies = run(std::vector<RedisCommand>{command});
    if (!replies)
        return failure(replies);
    if (replies->front().isError())
        return tl::unexpected(errorOf(replies->front()));
    return std::move(replies->front());
}

Status RedisConnection::send(const RedisCommand &command)
{
    if (auto opened = open(); !opened)
        return opened;
    append(m_context, command);
    int done = 0;
    while (!done) {
        if (redisBufferWrite(m_context, &done) != REDIS_OK)
            return lost("sending");
    }
    return {};
}

Result<std::optional<RedisReply>> RedisConnection::receive()
{
    if (!m_context)
        return fail(ErrorCode::Unavailable, QStringLiteral("Redis is not connected"));
    m_triedAt = std::chrono::steady_clock::now();
    redisReply *reply = nullptr;
    if (redisBufferRead(m_context) != REDIS_OK
        || redisGetReplyFromReader(m_context, reinterpret_cast<void **>(&reply)) != REDIS_OK)
        return lost("reading a reply");
    if (!reply)
        return std::optional<RedisReply>();
    auto copy = copyReply(*reply);
    freeReplyObject(reply);
    return std::optional(std::move(copy));
}

int RedisConnection::descriptor() const
{
    return m_context ? m_context->fd : -1;
}

} // namespace oo
