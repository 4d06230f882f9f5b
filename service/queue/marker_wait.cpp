#include "service/queue/marker_wait.h"

#include <algorithm>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace oo {

namespace {
constexpr qint64 kAnswerSlackMs = 1000;
}

WakeSignal::WakeSignal() : m_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

WakeSignal::~WakeSignal()
{
    ::close(m_descriptor);
}

void WakeSignal::raise()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_descriptor, &one, sizeof one); // full counts as raised
}

bool WakeSignal::waitFor(qint64 ms) const
{
    pollfd entry{m_descriptor, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(ms)) == 1;
}

MarkerWait::MarkerWait(RedisSettings settings, QList<QByteArray> markerKeys)
    : m_connection(std::move(settings)), m_keys(std::move(markerKeys))
{
}

bool MarkerWait::begin(qint64 timeoutMs)
{
    if (isWaiting())
        return true;
    if (m_waiting)
        m_connection.close(); // no answer came: it was dropped in silence
    RedisCommand command{"BZPOPMIN"};
    command += m_keys;
    const auto limit = std::clamp<qint64>(timeoutMs, 1, longestWaitMs);
    command += QByteArray::number(static_cast<double>(limit) / 1000, 'f', 3);
    m_waiting = m_connection.send(command).has_value();
    m_answerDue = QDeadlineTimer(limit + kAnswerSlackMs);
    return m_waiting;
}

MarkerWait::Waited MarkerWait::finish()
{
    const auto reply = m_connection.receive();
    if (reply && !reply->has_value())
        return Waited::NotYet;
    m_waiting = false;
    if (reply && (*reply)->isError())
        m_connection.close(); // opening it again takes its pause
    return reply && (*reply)->kind == RedisReply::Kind::Array ? Waited::ForMarker : Waited::InVain;
}

void MarkerWait::wait(qint64 timeoutMs, const WakeSignal &wake)
{
    constexpr qint64 kPauseWithoutRedisMs = 250;
    // The server ends it too, if a little later (it looks ten times a second): a marker that comes then is somebody else's.
    const bool reachable = begin(timeoutMs);
    pollfd entries[] = {{wake.descriptor(), POLLIN, 0}, {reachable ? descriptor() : -1, POLLIN, 0}};
    ::poll(entries, 2, static_cast<int>(reachable ? std::min(timeoutMs, m_answerDue.remainingTime()) : kPauseWithoutRedisMs));
    if (entries[1].revents != 0)
        finish();
}

} // namespace oo
