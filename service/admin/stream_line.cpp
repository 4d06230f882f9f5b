#include "service/admin/stream_line.h"

#include <algorithm>
#include <chrono>

namespace oo {

namespace {
constexpr std::chrono::milliseconds kLookEvery{200};
}

void StreamLine::subscribe(StreamSubscriber subscriber)
{
    const std::lock_guard lock(m_mutex);
    m_subscribers.push_back(std::move(subscriber));
    m_changed.notify_all();
}

void StreamLine::leave(quint64 client)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_subscribers, [&](const auto &subscriber) { return subscriber.client == client; });
}

void StreamLine::ready(quint64 client)
{
    const std::lock_guard lock(m_mutex);
    for (auto &subscriber : m_subscribers)
        subscriber.ready = subscriber.ready || subscriber.client == client;
    m_changed.notify_all();
}

void StreamLine::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

bool StreamLine::isAnyReady(bool behind) const
{
    return std::any_of(m_subscribers.begin(), m_subscribers.end(), [&](const auto &subscriber) { return subscriber.ready && (subscriber.behind || !behind); });
}

std::optional<std::vector<StreamSubscriber>> StreamLine::next()
{
    std::unique_lock lock(m_mutex);
    // Whoever is behind is served at once, the others from time to time.
    m_changed.wait_for(lock, kLookEvery, [&] { return m_closed || isAnyReady(true); });
    m_changed.wait(lock, [&] { return m_closed || isAnyReady(false); });
    if (m_closed)
        return std::nullopt;
    std::vector<StreamSubscriber> ready;
    std::copy_if(m_subscribers.begin(), m_subscribers.end(), std::back_inserter(ready), [](const auto &subscriber) { return subscriber.ready; });
    return ready;
}

std::vector<StreamSubscriber> StreamLine::all()
{
    const std::lock_guard lock(m_mutex);
    return m_subscribers;
}

bool StreamLine::isClosed()
{
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

void StreamLine::advance(const QList<quint64> &clients, const TailPosition &position, bool behind)
{
    const std::lock_guard lock(m_mutex);
    for (auto &subscriber : m_subscribers) {
        if (!clients.contains(subscriber.client))
            continue;
        subscriber.position = position;
        subscriber.behind = behind;
    }
}

void StreamLine::sent(quint64 client, bool news)
{
    const std::lock_guard lock(m_mutex);
    for (auto &subscriber : m_subscribers) {
        if (subscriber.client != client)
            continue;
        subscriber.ready = false;
        subscriber.told = subscriber.told || news;
    }
}

} // namespace oo
