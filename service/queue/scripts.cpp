#include "service/queue/scripts.h"

#include <QCryptographicHash>
#include <QFile>

#include <array>

namespace oo {

namespace {

struct ScriptSource
{
    QByteArray text;
    QByteArray digest;
};

QByteArray readLua(const char *name)
{
    QFile file(QStringLiteral(":/lua/%1.lua").arg(QLatin1StringView(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

ScriptSource load(const char *name)
{
    const QByteArray text = readLua("common") + readLua(name);
    return {text, QCryptographicHash::hash(text, QCryptographicHash::Sha1).toHex()};
}

const ScriptSource &sourceOf(Script script)
{
    static const std::array sources{load("add_jobs"),     load("take_jobs"),    load("finish_jobs"), load("extend_locks"),
                                    load("recover_jobs"), load("promote_jobs"), load("check_stalled"), load("retry_jobs"),
                                    load("remove_jobs"),  load("clean_jobs"),   load("drain_queue"), load("pause_queue"),
                                    load("change_job"),   load("update_job")};
    return sources[static_cast<size_t>(script)];
}

} // namespace

Result<RedisReply> runScript(RedisConnection &connection, Script script, const QByteArray &prefix,
                             const QList<QByteArray> &arguments)
{
    const auto &source = sourceOf(script);
    RedisCommand command{"EVALSHA", source.digest, "1", prefix};
    command += arguments;
    auto replies = connection.run(std::vector<RedisCommand>{command});
    if (replies && replies->front().kind == RedisReply::Kind::Error && replies->front().text.startsWith("NOSCRIPT"))
        replies = connection.run(std::vector<RedisCommand>{{"SCRIPT", "LOAD", source.text}, command});
    if (!replies)
        return failure(replies);
    if (replies->back().kind == RedisReply::Kind::Error)
        return fail(ErrorCode::Internal, QStringLiteral("Redis: %1").arg(QString::fromUtf8(replies->back().text)));
    return std::move(replies->back());
}

} // namespace oo
