#pragma once
// What passes between the HTTP side and the ingest writer.

#include "service/domain/event.h"

#include <QList>

#include <functional>

namespace oo {

// An authentic webhook, mapped, waiting to be stored.
struct IngestRequest
{
    quint64 exchange = 0; // whom to answer
    NewEvent event;
    QByteArray headers; // JSON array of [name, value], as received
    QByteArray body;    // raw bytes, as received
    QByteArray jobName; // name of the queue job, as the older service names it
};

enum class IngestResult {
    Stored,      // new, durable
    Repeated,    // a known delivery; the first event is answered
    Invalid,     // PostgreSQL refused this event itself
    Unavailable, // not stored; the sender should try again
};

struct IngestAnswer
{
    quint64 exchange = 0;
    IngestResult result = IngestResult::Unavailable;
    QByteArray body; // the event as JSON, or the message of the refusal
};

// Takes a request for storing; false if the line of waiting requests is full or closed. Thread-safe.
using IngestSink = std::function<bool(IngestRequest &&)>;

} // namespace oo
