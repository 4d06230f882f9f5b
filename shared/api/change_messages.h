#pragma once
// What changes answer. Messages of the admin API.

#include "shared/api/fields.h"

namespace oo {

struct ChangeResult
{
    ApiText id, result; // of one job or event
};
template <>
struct ApiMessage<ChangeResult>
{
    using S = ChangeResult;
    static constexpr std::tuple fields{ApiField{"id", &S::id}, ApiField{"result", &S::result}};
};

struct ChangeResults
{
    std::vector<ChangeResult> results;
};
template <>
struct ApiMessage<ChangeResults>
{
    using S = ChangeResults;
    static constexpr std::tuple fields{ApiField{"results", &S::results}};
};

struct CallAsked
{
    bool known = false; // whether the courier has it under its key
    ApiText job;        // what became of the call's job
};
template <>
struct ApiMessage<CallAsked>
{
    using S = CallAsked;
    static constexpr std::tuple fields{ApiField{"known", &S::known}, ApiField{"job", &S::job}};
};

struct BookingOpened
{
    ApiId eventId; // of the new booking
    qint64 generation = 0;
};
template <>
struct ApiMessage<BookingOpened>
{
    using S = BookingOpened;
    static constexpr std::tuple fields{ApiField{"eventId", &S::eventId}, ApiField{"generation", &S::generation}};
};

} // namespace oo
