#pragma once
// Which queue an event's job goes to, and under which name (design §6 "job names as before").

#include "service/domain/event.h"
#include "shared/model/queues.h"

namespace oo {

struct JobRoute
{
    QueueName queue = QueueName::ShopifyEvents;
    QByteArray jobName;
};

JobRoute routeOf(QByteArrayView source, QByteArrayView type, QByteArrayView topic);

} // namespace oo
