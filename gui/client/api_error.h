#pragma once
// Why the service did not do what was asked, as the console tells it.

#include <QString>

#include <tl/expected.hpp>

namespace oo::gui {

struct ApiError
{
    enum class Kind {
        Unreachable,  // nobody listens there, or no answer in time
        Certificate,  // TLS: the certificate is not one to be trusted
        NotOurs,      // something else answers
        OlderService, // it speaks an older version of the admin API
        NewerService, // a newer one
        WrongToken,   // not known, or revoked
        Forbidden,    // the role does not allow it
        Refused,      // the request is wrong, or things have changed meanwhile
        Unavailable,  // the service is there, one of its servers is not
    };
    Kind kind = Kind::Unreachable;
    int status = 0;  // HTTP; 0: none
    QString message; // for people, whole sentences
};

// Whether trying again by itself may help.
inline bool mayPass(const ApiError &error)
{
    return error.kind == ApiError::Kind::Unreachable || error.kind == ApiError::Kind::Unavailable || error.status >= 500;
}

template <class M>
using ApiAnswer = tl::expected<M, ApiError>;

} // namespace oo::gui
