#pragma once
// The bounded line of webhooks that wait to be stored (design §3 "Group commit").

#include "service/domain/ingest.h"

#include <QElapsedTimer>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace oo {

// Thread-safe: the HTTP thread offers, the writers take. While no writer can store, nothing is taken into the line.
class IngestLine
{
public:
    IngestLine(size_t maxRequests, qint64 maxBytes, int writers) : m_maxRequests(maxRequests), m_maxBytes(maxBytes), m_writers(writers) {}

    bool offer(IngestRequest &&request); // false: the line is full or closed, or no writer can store
    // Waits for at least one request, then takes what is there, up to a batch; empty: closed and drained.
    std::vector<IngestRequest> takeBatch();
    // A writer cannot store; what it gets is what nobody is left to store.
    std::vector<IngestRequest> leave();
    void comeBack();
    bool waitForClose(qint64 ms); // false: it is still open then
    void close(); // what is in the line is still taken
    void answered(size_t count); // of a batch that was taken
    // How long workers leave between two batches now: webhooks go first, as their sender gives up after five seconds while an
    // order can wait. A burst is stored before it is worked; a flood that lasts leaves the workers their share.
    qint64 workersPauseMs();

private:
    void markBusy();
    static constexpr size_t kBusy = 8; // webhooks that wait for their answer, here or at the writers
    const size_t m_maxRequests;
    const qint64 m_maxBytes;
    std::mutex m_mutex; // guards everything below
    std::condition_variable m_changed; // for those who take
    std::condition_variable m_closing; // for those who are away
    std::vector<IngestRequest> m_requests;
    qint64 m_bytes = 0;
    int m_writers; // that can store
    bool m_closed = false;
    QElapsedTimer m_burst, m_lastBusy;
    std::atomic<size_t> m_unanswered{0};
};

} // namespace oo
