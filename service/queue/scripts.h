#pragma once
// Our Lua scripts, loaded once per server and called by digest.

#include "service/queue/redis_connection.h"

namespace oo {

// In the order of the table in scripts.cpp.
enum class Script {
    AddJobs, TakeJobs, FinishJobs, ExtendLocks, RecoverJobs, PromoteJobs, CheckStalled, RetryJobs, RemoveJobs, CleanJobs,
    DrainQueue, PauseQueue, ChangeJob, UpdateJob,
};

struct ScriptCall
{
    Script script;
    QList<QByteArray> arguments;
};

// Runs them one after the other on the queue `prefix`, in one round trip; loads first what the server does not know. An error
// reply is a RedisReply of kind Error in its place.
Result<std::vector<RedisReply>> runScripts(RedisConnection &connection, const QByteArray &prefix, const std::vector<ScriptCall> &calls);

// Runs `script` on the queue `prefix`; loads it first if the server does not know it.
Result<RedisReply> runScript(RedisConnection &connection, Script script, const QByteArray &prefix,
                             const QList<QByteArray> &arguments);

} // namespace oo
