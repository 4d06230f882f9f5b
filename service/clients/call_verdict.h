#pragma once
// What an answer of the courier or the shop means for its call and its job (design §4, §6).

#include "service/clients/http_client.h"
#include "service/domain/effects.h"
#include "shared/model/statuses.h"

namespace oo {

struct CallVerdict
{
    enum class Kind {
        Accepted,     // 2xx
        Refused,      // 4xx, for good
        ErrorAnswer,  // it answered with an error that may pass: uses up an attempt
        ComeLater,    // it asked for patience (429, 425, 408, Retry-After): uses up none
        NotSent,      // nothing left this process
        NoAnswer,     // it may or may not have been carried out
    };
    Kind kind = Kind::NoAnswer;
    qint64 waitMs = 0;       // ComeLater
    BookingAnswer booking;   // Accepted: what the courier named; Refused: why
    QByteArray text;         // for the ledger and for people
};

// Whether the downstream said so itself. 502 to 504 come from a gateway before one that is away, or from one that can take nothing now
// (RFC 9110 §15.6.3 to §15.6.5); behind the gateway the call may have been carried out. 0: nobody answered.
bool isDownstreamsOwn(int status);

CallVerdict verdictOf(const HttpAnswer &answer);

} // namespace oo
