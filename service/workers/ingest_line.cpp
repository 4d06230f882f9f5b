#include "service/workers/ingest_line.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace oo {

namespace {
constexpr size_t kBatchRequests = 256;
constexpr qint64 kBatchBytes = 8ll * 1024 * 1024;
constexpr qint64 kStaysBusyMs = 50; // between two batches there are moments without waiting webhooks
constexpr qint64 kBurstMs = 10000;
constexpr qint64 kBurstEndsMs = 1000; // without business for so long, the next one is a new burst
constexpr qint64 kPauseInBurstMs = 1000;
constexpr qint64 kPauseInFloodMs = 100;
} // namespace

bool IngestLine::offer(IngestRequest &&request)
{
    const auto bytes = request.body.size();
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed || m_writers == 0 || m_requests.size() >= m_maxRequests || m_bytes + bytes > m_maxBytes)
            return false;
        m_requests.push_back(std::move(request));
        m_bytes += bytes;
        if (++m_unanswered >= kBusy)
            markBusy();
    }
    m_changed.notify_one();
    return true;
}

std::vector<IngestRequest> IngestLine::takeBatch()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_closed || !m_requests.empty(); });
    size_t count = 0;
    qint64 bytes = 0;
    while (count < m_requests.size() && count < kBatchRequests && (count == 0 || bytes + m_requests[count].body.size() <= kBatchBytes))
        bytes += m_requests[count++].body.size();
    m_bytes -= bytes;
    const auto end = m_requests.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<IngestRequest> batch(std::make_move_iterator(m_requests.begin()), std::make_move_iterator(end));
    m_requests.erase(m_requests.begin(), end);
    return batch;
}

std::vector<IngestRequest> IngestLine::leave()
{
    const std::lock_guard lock(m_mutex);
    if (--m_writers > 0)
        return {};
    m_bytes = 0;
    return std::exchange(m_requests, {});
}

void IngestLine::comeBack()
{
    const std::lock_guard lock(m_mutex);
    ++m_writers;
}

bool IngestLine::waitForClose(qint64 ms)
{
    std::unique_lock lock(m_mutex);
    return m_closing.wait_for(lock, std::chrono::milliseconds(ms), [this] { return m_closed; });
}

void IngestLine::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    m_changed.notify_all();
    m_closing.notify_all();
}

void IngestLine::answered(size_t count)
{
    m_unanswered -= count;
}

void IngestLine::markBusy()
{
    if (!m_lastBusy.isValid() || m_lastBusy.hasExpired(kBurstEndsMs))
        m_burst.start();
    m_lastBusy.start();
}

qint64 IngestLine::workersPauseMs()
{
    const std::lock_guard lock(m_mutex);
    if (!m_lastBusy.isValid() || m_lastBusy.hasExpired(kStaysBusyMs))
        return 0;
    return m_burst.hasExpired(kBurstMs) ? kPauseInFloodMs : kPauseInBurstMs;
}

} // namespace oo
