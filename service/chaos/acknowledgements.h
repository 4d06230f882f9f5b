#pragma once
// What a sender was told of each of its webhooks, over all its tries, and what of it cannot be true.

#include <cstddef>
#include <vector>

namespace oo::chaos {

class Acknowledgements
{
public:
    void reset(size_t webhooks) { m_webhooks.assign(webhooks, {}); }

    void sending(size_t webhook);
    void answered(size_t webhook, int status); // 0: no answer

    bool isAcknowledged(size_t webhook) const { return isSuccess(m_webhooks[webhook].best); }
    int best(size_t webhook) const { return m_webhooks[webhook].best; }
    // Stored is said of one delivery once (201), and repeated ever after (200). Told so again, it was stored twice, or lost and stored
    // anew. A try without an answer says nothing: after it either may come. So may both, in any order, to tries that were under way together.
    bool isStoredAgain(size_t webhook) const { return m_webhooks[webhook].isStoredAgain; }

private:
    struct Webhook
    {
        int best = 0, underWay = 0, timesStored = 0;
        bool mustRepeat = false; // its try was sent after an acknowledgement, and alone
        bool isStoredAgain = false;
    };
    static bool isSuccess(int status) { return status >= 200 && status < 300; }

    std::vector<Webhook> m_webhooks;
};

} // namespace oo::chaos
