#pragma once
// What is new since a position, for those who ask and for the stream.

#include "service/admin/query_parameters.h"
#include "service/store/event_tail.h"
#include "shared/api/stream_messages.h"

namespace oo {

class TailAnswers
{
public:
    explicit TailAnswers(PgConnection &connection) : m_connection(connection) {}

    struct News
    {
        TailNews message; // without heldBackBy
        TailPosition next;
        bool isEmpty() const { return message.events.empty() && message.orders.empty(); }
    };
    Result<News> after(const TailPosition &position, int limit, const TailEdge &now);
    Result<std::optional<TailHolder>> heldBackBy();

    ApiResult<QByteArray> tail(QueryParameters &query);
    // Where a stream begins: `after`, or now.
    ApiResult<TailPosition> start(QueryParameters &query);

private:
    PgConnection &m_connection;
};

} // namespace oo
