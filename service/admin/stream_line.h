#pragma once
// Between the sockets of the stream and the thread that feeds them: who listens, from where on, and who may get more.

#include "service/store/event_tail.h"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace oo {

struct StreamSubscriber
{
    quint64 client = 0;
    QByteArray token;
    TailPosition position;
    bool ready = true;  // took what it was sent
    bool behind = true; // more is there
    bool told = false;  // where it begins
};

// Thread-safe.
class StreamLine
{
public:
    void subscribe(StreamSubscriber subscriber);
    void leave(quint64 client);
    void ready(quint64 client);
    void close();

    // For the feeding thread. Waits until somebody is ready and it is time to look; nullopt: closed.
    std::optional<std::vector<StreamSubscriber>> next();
    void advance(const QList<quint64> &clients, const TailPosition &position, bool behind);
    void sent(quint64 client, bool news); // not ready until it says so
    std::vector<StreamSubscriber> all();
    bool isClosed();

private:
    bool isAnyReady(bool behind) const;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<StreamSubscriber> m_subscribers;
    bool m_closed = false;
};

} // namespace oo
