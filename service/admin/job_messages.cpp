#include "service/admin/job_messages.h"

#include "shared/core/json_reader.h"
#include "service/domain/masking.h"

#include <QString>

namespace oo {

namespace {

std::optional<Instant> instantOfMs(const std::optional<qint64> &ms)
{
    return ms ? std::optional(Instant{*ms * 1000}) : std::nullopt;
}

// Other programs write bytes; what is not UTF-8 is told as Latin-1.
QByteArray utf8(const QByteArray &text)
{
    return text.isValidUtf8() ? text : QString::fromLatin1(text).toUtf8();
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray out;
    appendJsonString(out, utf8(text));
    return out;
}

// What is not JSON is told as a text: one broken job must not break a page.
RawJson jsonOrText(const QByteArray &text)
{
    thread_local JsonReader reader;
    return {text.isEmpty() || reader.isValue(text) ? text : quoted(text)};
}

} // namespace

JobSummary jobMessage(const JobRecord &record, const std::optional<JobState> &state, bool reveal)
{
    const auto text = [&](const QByteArray &value) { return reveal || value.isEmpty() ? utf8(value) : QByteArray(kMasked); };
    const auto json = [&](const QByteArray &value) { return reveal || value.isEmpty() ? jsonOrText(value) : RawJson{quoted(kMasked)}; };
    return {utf8(record.id), utf8(record.name), state ? bytesOf(*state) : QByteArray("unknown"), reveal ? jsonOrText(record.data) : RawJson{maskedPayload(record.data)},
            jsonOrText(record.opts), record.attemptsMade, record.attemptsStarted, record.stalls, record.priority, record.delayMs,
            Instant{record.timestampMs * 1000}, instantOfMs(record.processedOnMs), instantOfMs(record.finishedOnMs), utf8(record.worker),
            text(record.failedReason), json(record.stackTrace), json(record.progress), json(record.returnValue), {}};
}

} // namespace oo
