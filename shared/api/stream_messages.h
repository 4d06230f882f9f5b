#pragma once
// What the stream tells: frames {"kind": …, "body": …}, text, one message each. The server alone speaks.

#include "shared/api/event_messages.h"
#include "shared/api/order_messages.h"
#include "shared/core/enum_table.h"

#include <array>

namespace oo {

enum class StreamFrame { News, Queues, Health, Behind };
template <>
struct EnumTable<StreamFrame>
{
    static constexpr std::array rows{
        EnumRow{StreamFrame::News, "news"},     // TailNews; the first one, which may be empty, gives the position where the stream began
        EnumRow{StreamFrame::Queues, "queues"}, // the list that GET /admin/v1/queues gives
        EnumRow{StreamFrame::Health, "health"}, // StreamHealth
        EnumRow{StreamFrame::Behind, "behind"}, // StreamBehind, the last one of a reader that is too slow
    };
};
static_assert(rowsFollowEnum<StreamFrame>());

// Close codes beside those of RFC 6455.
inline constexpr int kCloseTooSlow = 1013;         // "try again later": with `after` the last position
inline constexpr int kCloseRevoked = 4401;         // the token is not valid any more
inline constexpr int kCloseUnknownPosition = 4409; // the position is not of this database any more: without `after`

// Whose open transaction holds the tail back.
struct TailHolder
{
    qint64 pid = 0, ageMs = 0; // pid 0: a prepared transaction
    ApiText application;
};
template <>
struct ApiMessage<TailHolder>
{
    using S = TailHolder;
    static constexpr std::tuple fields{ApiField{"pid", &S::pid}, ApiField{"ageMs", &S::ageMs}, ApiField{"application", &S::application}};
};

struct TailNews
{
    std::vector<EventSummary> events; // each once, none left out
    std::vector<OrderSummary> orders; // that changed, each in its latest version; personal data masked
    ApiText next;                     // the position from which on nothing is known yet
    bool more = false;                // the rest is on its way, or to be asked for at once
    std::optional<TailHolder> heldBackBy; // in an answer; the stream tells it with its health
};
template <>
struct ApiMessage<TailNews>
{
    using S = TailNews;
    static constexpr std::tuple fields{ApiField{"events", &S::events}, ApiField{"orders", &S::orders}, ApiField{"next", &S::next},
                                       ApiField{"more", &S::more}, ApiField{"heldBackBy", &S::heldBackBy}};
};

struct StreamHealth
{
    Instant at;
    bool postgres = false, redis = false; // whether they answer
    std::optional<TailHolder> heldBackBy;
    RawJson instances; // the list that GET /admin/v1/instances gives; null without PostgreSQL
};
template <>
struct ApiMessage<StreamHealth>
{
    using S = StreamHealth;
    static constexpr std::tuple fields{ApiField{"at", &S::at}, ApiField{"postgres", &S::postgres}, ApiField{"redis", &S::redis},
                                       ApiField{"heldBackBy", &S::heldBackBy}, ApiField{"instances", &S::instances}};
};

struct StreamBehind
{
    ApiText position; // of the last news that was sent
    ApiText message;
};
template <>
struct ApiMessage<StreamBehind>
{
    using S = StreamBehind;
    static constexpr std::tuple fields{ApiField{"position", &S::position}, ApiField{"message", &S::message}};
};

} // namespace oo
