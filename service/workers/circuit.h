#pragma once
// Stops asking a downstream that does not answer (design §6): open, then one probe at a time.

#include <QtGlobal>

namespace oo {

class Circuit
{
public:
    // Milliseconds of a steady clock come in with every call.
    bool mayCall(qint64 nowMs) const { return nowMs >= m_closedAgainAt; }
    bool isOpen(qint64 nowMs) const { return !mayCall(nowMs); }
    bool isProbing() const { return m_failures >= kFailuresToOpen; } // one call at a time until one is answered
    qint64 opensIn(qint64 nowMs) const { return mayCall(nowMs) ? 0 : m_closedAgainAt - nowMs; }
    void answered(); // by the downstream itself, whatever it said
    void noAnswer(qint64 nowMs);

private:
    static constexpr int kFailuresToOpen = 5;
    int m_failures = 0;
    qint64 m_closedAgainAt = 0;
};

} // namespace oo
