#pragma once
// One connection to Redis, owned by one thread; hiredis' blocking API (qt-platform-notes §3).

#include "shared/core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>
#include <vector>

struct redisContext;
struct redisReply;

namespace oo {

struct RedisSettings
{
    QString host; // a name, an address, or the path of a Unix socket (starts with /)
    int port = 6379;
    QString user = {}; // of an access list; empty: the default user
    QString password = {};
    bool tls = false; // needs hiredis 1.0 or later: without it open() says so
    QString caFile = {}; // verifies the server; empty: the system's
    int replyTimeoutMs = 3000;
    int pauseAfterHangMs = 500; // for so long a server that hung is not tried again
    QByteArray clientName = {}; // CLIENT SETNAME, after every connect; empty: none
};

using RedisCommand = QList<QByteArray>;

struct RedisReply
{
    enum class Kind { Nil, Integer, Text, Array, Error };
    Kind kind = Kind::Nil;
    qint64 integer = 0;
    QByteArray text;
    std::vector<RedisReply> items;
    bool isError() const { return kind == Kind::Error; }
};

// What an error reply means: Unavailable for a server that cannot work now, Invalid for what our scripts refuse, else Internal.
Error errorOf(const RedisReply &reply);

class RedisConnection
{
public:
    explicit RedisConnection(RedisSettings settings);
    ~RedisConnection();
    RedisConnection(const RedisConnection &) = delete;
    RedisConnection &operator=(const RedisConnection &) = delete;

    // Opens if it is not open; a failed try is not repeated for half a second, nor one at a server that hung for its pause.
    // Every failure is Unavailable.
    Status open();
    void close();
    bool isOpen() const { return m_context != nullptr; }

    // One round trip for all. An error reply is a RedisReply of kind Error in its place; a lost connection or a time-out is
    // Unavailable, and closes: no late reply can be taken for another command's. A server that has become a replica is left as well.
    Result<std::vector<RedisReply>> run(const std::vector<RedisCommand> &commands);
    // One command; an error reply is its errorOf().
    Result<RedisReply> run(const RedisCommand &command);

    // For a command that blocks on the server: send now, read when descriptor() is readable. nullopt: not whole yet.
    Status send(const RedisCommand &command);
    Result<std::optional<RedisReply>> receive();
    int descriptor() const;

    // The server's clock, in ms since 1970: read at each connect, and counted on without this machine's wall clock, which may be stepped.
    // All processes of a queue share it. Opens if it is not open; without a server, this machine's clock.
    qint64 nowMs();

private:
    Status greet();
    Status readClock();
    tl::unexpected<Error> lost(const char *doing);

    RedisSettings m_settings;
    redisContext *m_context = nullptr;
    std::chrono::steady_clock::time_point m_triedAt{}, m_retryAt{};
    std::chrono::steady_clock::time_point m_clockReadAt{};
    std::optional<qint64> m_clockMs; // then
};

} // namespace oo
