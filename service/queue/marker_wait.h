#pragma once
// Waits for work on the markers of several queues (bullmq-wire-format.md §5), without polling and without losing the thread:
// the wait ends early when the stop signal's descriptor becomes readable.

#include "service/queue/redis_connection.h"

#include <QDeadlineTimer>

#include <memory>

namespace oo {

// A descriptor that becomes readable when another thread says so, and stays so.
class WakeSignal
{
public:
    WakeSignal();
    ~WakeSignal();
    WakeSignal(const WakeSignal &) = delete;
    WakeSignal &operator=(const WakeSignal &) = delete;
    void raise(); // thread-safe
    bool raised() const { return waitFor(0); }
    bool waitFor(qint64 ms) const; // true: it is raised
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

class MarkerWait
{
public:
    MarkerWait(RedisSettings settings, QList<QByteArray> markerKeys);

    // Returns after a marker, after `timeoutMs`, when `wake` is raised, or (after a pause) when Redis is lost.
    void wait(qint64 timeoutMs, const WakeSignal &wake);

    // The same in parts, for a thread with an event loop: begin(), then finish() when descriptor() is readable.
    bool begin(qint64 timeoutMs = longestWaitMs); // false: Redis is not reachable
    enum class Waited { NotYet, InVain, ForMarker };
    Waited finish(); // with a marker its taker is expected to take jobs, or to pass it on
    int descriptor() const { return m_connection.descriptor(); }
    bool isWaiting() const { return m_waiting && !m_answerDue.hasExpired(); }

    static constexpr qint64 longestWaitMs = 5000; // markers are hints: look again this often (§5 rule 5)

private:
    RedisConnection m_connection;
    QList<QByteArray> m_keys;
    bool m_waiting = false; // a BZPOPMIN is under way
    QDeadlineTimer m_answerDue; // past it the connection is taken for dead
};

} // namespace oo
