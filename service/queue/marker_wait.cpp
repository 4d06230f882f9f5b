#include "service/queue/marker_wait.h"

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

bool MarkerWait::begin()
{
    if (isWaiting())
        return true;
    if (m_waiting)
        m_connection.close(); // no answer came: it was dropped in silence
    RedisCommand command{"BZPOPMIN"};
    command += m_keys;
    command += QByteArray::number(longestWaitMs / 1000);
    m_waiting = m_connection.send(command).has_value();
    m_answerDue = QDeadlineTimer(longestWaitMs + kAnswerSlackMs);
    return m_waiting;
}

bool MarkerWait::finish()
{
    const auto reply = m_connection.receive();
    const bool over = !reply || reply->has_value();
    if (over)
        m_waiting = false;
    return over;
}

void MarkerWait::wait(qint64 timeoutMs, const WakeSignal &wake)
{
    constexpr qint64 kPauseWithoutRedisMs = 250;
    const bool reachable = begin();
    pollfd entries[] = {{wake.descriptor(), POLLIN, 0}, {reachable ? descriptor() : -1, POLLIN, 0}};
    const auto limit = reachable ? std::min(timeoutMs, longestWaitMs + 1000) : kPauseWithoutRedisMs;
    ::poll(entries, 2, static_cast<int>(std::max<qint64>(limit, 0)));
    if (entries[1].revents != 0)
        finish();
}

} // namespace oo
