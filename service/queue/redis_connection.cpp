#include "service/queue/redis_connection.h"

#include <hiredis/hiredis.h>

namespace oo {

namespace {

using namespace std::chrono_literals;

constexpr timeval kConnectTimeout{1, 0};
constexpr auto kRetryPause = 500ms;

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
    m_context = m_settings.host.startsWith(QLatin1Char('/'))
                    ? redisConnectUnixWithTimeout(m_settings.host.toUtf8().constData(), kConnectTimeout)
                    : redisConnectWithTimeout(m_settings.host.toUtf8().constData(), m_settings.port, kConnectTimeout);
    if (!m_context || m_context->err)
        return lost("connecting");
    redisSetTimeout(m_context, timeval{m_settings.replyTimeoutMs / 1000, (m_settings.replyTimeoutMs % 1000) * 1000l});
    if (!m_settings.password.isEmpty()) {
        if (auto done = run(RedisCommand{"AUTH", m_settings.password.toUtf8()}); !done) {
            close();
            return fail(ErrorCode::Unavailable, done.error().message);
        }
    }
    return {};
}

Result<std::vector<RedisReply>> RedisConnection::run(const std::vector<RedisCommand> &commands)
{
    if (auto opened = open(); !opened)
        return failure(opened);
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
    return replies;
}

Result<RedisReply> RedisConnection::run(const RedisCommand &command)
{
    auto replies = run(std::vector<RedisCommand>{command});
    if (!replies)
        return failure(replies);
    if (replies->front().kind == RedisReply::Kind::Error)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: %1").arg(QString::fromUtf8(replies->front().text)));
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
