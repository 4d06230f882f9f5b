#pragma once
// The last webhooks that were refused, for staff who ask why a shop's orders do not come. Without bodies. Thread-safe.

#include "shared/api/service_messages.h"

#include <deque>
#include <mutex>

namespace oo {

class RefusalRing
{
public:
    void add(Refusal refusal);
    std::vector<Refusal> newestFirst() const;
    quint64 added() const; // so far

    static constexpr size_t capacity = 1000;

private:
    mutable std::mutex m_mutex;
    std::deque<Refusal> m_refusals;
    quint64 m_added = 0;
};

} // namespace oo
