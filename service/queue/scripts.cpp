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

Result<std::vector<RedisReply>> runScripts(RedisConnection &connection, const QByteArray &prefix, const std::vector<ScriptCall> &calls)
{
    std::vector<RedisCommand> commands;
    commands.reserve(calls.size());
    for (const auto &call : calls)
        commands.push_back(RedisCommand{"EVALSHA", sourceOf(call.script).digest, "1", prefix} + call.arguments);
    auto replies = connection.run(commands);
    for (size_t i = 0; replies && i < calls.size(); ++i) {
        // A script that the server does not know has changed nothing; those after it wait for none of its results.
        if (!(*replies)[i].isError() || !(*replies)[i].text.startsWith("NOSCRIPT"))
            continue;
        auto again = connection.run(std::vector<RedisCommand>{{"SCRIPT", "LOAD", sourceOf(calls[i].script).text}, commands[i]});
        if (!again)
            return failure(again);
        (*replies)[i] = std::move(again->back());
    }
    return replies;
}

Result<RedisReply> runScript(RedisConnection &connection, Script script, const QByteArray &prefix,
                             const QList<QByteArray> &arguments)
{
    auto replies = runScripts(connection, prefix, {{script, arguments}});
    if (!replies)
        return failure(replies);
    if (replies->front().isError())
        return tl::unexpected(errorOf(replies->front()));
    return std::move(replies->front());
}

} // namespace oo
