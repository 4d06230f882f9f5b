#pragma once
// One call again, byte for byte, under its key; a courier that offers it is asked under the key first.

#include "service/clients/http_client.h"
#include "service/workers/downstream.h"
#include "service/workers/replay.h"

namespace oo {

struct Downstreams
{
    Downstream courier;
    Downstream shop;
};

class ReSend
{
public:
    explicit ReSend(Downstreams downstreams) : m_downstreams(std::move(downstreams)) {}

    // Waits for the answer in an event loop of its own: for threads that serve nobody else. What came of it, for people.
    QByteArray send(const ReplayItem &item);
    // What the courier knows under the key, without sending; nullopt: it knows nothing, or cannot be asked.
    std::optional<QByteArray> lookUp(const ReplayItem &item);

private:
    HttpAnswer exchange(const HttpCall &call);
    const Downstream &downstreamOf(const ReplayItem &item) const;

    Downstreams m_downstreams;
    HttpClient m_client;
};

} // namespace oo
