#include "service/queue/job_options.h"

#include "shared/core/json_reader.h"
#include "shared/core/json_text.h"

#include <algorithm>

namespace oo {

namespace {

// Keys of a queue (§1): a job of that name would overwrite them.
constexpr const char *kQueueKeys[] = {"id", "meta", "wait", "paused", "prioritized", "pc", "delayed", "active", "completed", "failed",
                                      "waiting-children", "stalled", "stalled-check", "marker", "limiter", "events", "repeat",
                                      "priority", "delay", "metrics", "de", "dn"};

void writeRetention(JsonObjectWriter &json, const char *name, const Retention &retention)
{
    if (retention.ageSeconds) {
        QByteArray inner;
        JsonObjectWriter object(inner);
        object.number("age", *retention.ageSeconds);
        if (retention.count)
            object.number("count", *retention.count);
        object.close();
        json.raw(name, inner);
    } else if (!retention.count) {
        json.boolean(name, false);
    } else if (*retention.count == 0) {
        json.boolean(name, true);
    } else {
        json.number(name, *retention.count);
    }
}

QByteArray backoffJson(const RetryPolicy &policy)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("type", bytesOf(policy.type));
    json.number("delay", policy.delayMs);
    if (policy.jitter > 0)
        json.raw("jitter", QByteArray::number(policy.jitter));
    json.close();
    return out;
}

QByteArray deduplicationJson(const Deduplication &deduplication)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("id", deduplication.id);
    if (deduplication.ttlMs > 0)
        json.number("ttl", deduplication.ttlMs);
    if (deduplication.extend)
        json.boolean("extend", true);
    if (deduplication.replace)
        json.boolean("replace", true);
    json.close();
    return out;
}

std::optional<double> numberOf(const JsonMember &member)
{
    bool ok = false;
    const double value = QByteArray(member.raw.data(), static_cast<qsizetype>(member.raw.size())).toDouble(&ok);
    return member.kind == JsonMember::Kind::Number && ok ? std::optional(value) : std::nullopt;
}

std::optional<qint64> millisecondsOf(const JsonMember &member)
{
    constexpr double kLongest = 1e15;
    const auto value = numberOf(member);
    return value && *value >= 0 && *value <= kLongest ? std::optional(static_cast<qint64>(*value)) : std::nullopt;
}

void readBackoff(const QByteArray &text, RetryPolicy &policy)
{
    JsonReader reader;
    auto read = policy;
    bool known = true;
    read.jitter = 0;
    reader.forEachMember(text, [&](const JsonMember &member) {
        if (member.key == "type") {
            const auto type = fromText<BackoffType>(member.string().value_or(QByteArray()));
            known = type.has_value();
            read.type = type.value_or(read.type);
        } else if (member.key == "delay") {
            read.delayMs = millisecondsOf(member).value_or(0);
        } else if (member.key == "jitter") {
            read.jitter = std::clamp(numberOf(member).value_or(0), 0.0, 1.0);
        }
    });
    if (known)
        policy = read;
}

} // namespace

QByteArray writeJobOptions(const JobOptions &options, const QByteArray &jobId)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.number("attempts", options.attempts);
    if (options.backoff)
        json.raw("backoff", backoffJson(*options.backoff));
    if (options.delayMs > 0)
        json.number("delay", options.delayMs);
    if (options.priority > 0)
        json.number("priority", options.priority);
    if (options.lifo)
        json.boolean("lifo", true);
    if (!jobId.isEmpty())
        json.string("jobId", jobId);
    if (options.timestampMs)
        json.number("timestamp", *options.timestampMs);
    if (options.removeOnComplete)
        writeRetention(json, "removeOnComplete", *options.removeOnComplete);
    if (options.removeOnFail)
        writeRetention(json, "removeOnFail", *options.removeOnFail);
    if (options.keepLogs)
        json.number("kl", *options.keepLogs);
    if (options.stackTraceLimit)
        json.number("stackTraceLimit", *options.stackTraceLimit);
    if (options.deduplication)
        json.raw("de", deduplicationJson(*options.deduplication));
    json.close();
    return out;
}

RetryPolicy retryPolicyOf(const QByteArray &optionsJson, const RetryPolicy &otherwise)
{
    thread_local JsonReader reader;
    auto policy = otherwise;
    if (!reader.isObject(optionsJson))
        return policy;
    policy.attempts = 1;
    bool hasBackoff = false;
    reader.forEachMember(optionsJson, [&](const JsonMember &member) {
        if (member.key == "attempts") {
            policy.attempts = std::max(1, static_cast<int>(std::min<qint64>(millisecondsOf(member).value_or(1), 1000000)));
        } else if (member.key == "backoff") {
            hasBackoff = true;
            if (const auto fixed = millisecondsOf(member))
                policy = {policy.attempts, BackoffType::Fixed, *fixed, 0};
            else
                readBackoff(member.objectText().value_or(QByteArray()), policy);
        }
    });
    if (!hasBackoff)
        policy = {policy.attempts, BackoffType::Fixed, 0, 0}; // at once, as BullMQ does it
    return policy;
}

bool isUsableJobId(const QByteArray &id)
{
    if (id.isEmpty())
        return true;
    if (id == "0" || id.startsWith("0:") || id.contains('\0'))
        return false;
    const auto colons = id.count(':');
    if (colons != 0 && colons != 2)
        return false;
    bool isInteger = false;
    const auto number = id.toLongLong(&isInteger);
    if (isInteger && QByteArray::number(number) == id)
        return false;
    return std::none_of(std::begin(kQueueKeys), std::end(kQueueKeys), [&](const char *key) { return id.left(id.indexOf(':') < 0 ? id.size() : id.indexOf(':')) == key; });
}

} // namespace oo
