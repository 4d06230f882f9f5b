#pragma once
// The answer of the gate itself to a request that no handler sees.

#include "service/http/request_head.h"

namespace oo {

// Head and body, complete; asks the peer to close.
QByteArray refusalAnswer(const HttpRefusal &refusal);

} // namespace oo
