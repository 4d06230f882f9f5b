#pragma once
// Errors are values: a code for the caller's next step and a message for people.

#include <QString>

#include <tl/expected.hpp>

namespace oo {

enum class ErrorCode {
    Invalid,     // the input is wrong and stays wrong: do not try again
    NotFound,    // there is no such thing
    Conflict,    // somebody else got there first (serialization failure, deadlock, version)
    LockTimeout, // a row lock was not had in time: go on without that row
    Unavailable, // a server could not be reached: try again later
    Internal,    // a defect here or an answer nobody expects
};

struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, const QString &message)
{
    return tl::unexpected<Error>(Error{code, message});
}

// Passes an error on to a function of another result type.
template <class T>
tl::unexpected<Error> failure(const Result<T> &result)
{
    return tl::unexpected<Error>(result.error());
}

} // namespace oo
