#include "service/chaos/acknowledgements.h"

namespace oo::chaos {

void Acknowledgements::sending(size_t webhook)
{
    auto &told = m_webhooks[webhook];
    told.mustRepeat = isSuccess(told.best) && told.underWay == 0;
    ++told.underWay;
}

void Acknowledgements::answered(size_t webhook, int status)
{
    constexpr int kStored = 201;
    auto &told = m_webhooks[webhook];
    --told.underWay;
    if (status == kStored && (++told.timesStored > 1 || told.mustRepeat))
        told.isStoredAgain = true;
    if (status > 0 && status < 500 && !isSuccess(told.best))
        told.best = status;
}

} // namespace oo::chaos
