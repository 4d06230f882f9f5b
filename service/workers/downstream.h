#pragma once
// The two services we call: which queue feeds them, which paths they have, under which keys they are called.

#include "service/domain/event.h"
#include "service/queue/job_queue.h"

#include <QUrl>

namespace oo {

struct Downstream
{
    QueueName queue = QueueName::BookingEvents;
    QUrl url;
    int timeoutMs = 5000; // shorter than the lease
    bool lookUp = false;  // it offers GET <url>/bookings?key=
    RateLimit limit;
};

// The path under the downstream's URL and the idempotency key, by the type of the effect event.
QByteArray callPath(EventType type);
QByteArray idempotencyKey(EventType type, EventId event);

} // namespace oo
