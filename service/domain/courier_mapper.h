#pragma once
// A courier's status webhook as an event: {tracking_number, status, courier, timestamp}.

#include "service/domain/event.h"
#include "shared/core/result.h"

namespace oo {

// Error Invalid (HTTP 400): not a JSON object, an unknown status, or no tracking number, courier or timestamp.
// `deliveryId` is the sender's id for this delivery; empty if it gives none.
Result<NewEvent> mapCourierWebhook(const QByteArray &deliveryId, const QByteArray &body);

} // namespace oo
