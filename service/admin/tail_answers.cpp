#include "service/admin/tail_answers.h"

#include "service/admin/message_rows.h"
#include "service/admin/order_answers.h"

#include <algorithm>

namespace oo {

Result<TailAnswers::News> TailAnswers::after(const TailPosition &position, int limit, const TailEdge &now)
{
    const auto page = EventTail(m_connection).after(position, limit, now);
    if (!page)
        return failure(page);
    News news{{{}, {}, positionText(page->next.text()), page->more, {}}, page->next};
    for (int row = 0; row < page->events.size(); ++row) {
        if (page->events.isNull(row, page->events.column("run")))
            news.message.events.push_back(messageOf<EventSummary>(page->events, row));
    }
    if (page->orders.isEmpty())
        return news;
    auto orders = orderSummaries(m_connection, page->orders);
    if (!orders)
        return failure(orders);
    news.message.orders = std::move(*orders);
    std::for_each(news.message.orders.begin(), news.message.orders.end(), [](auto &order) { mask(order); });
    return news;
}

Result<std::optional<TailHolder>> TailAnswers::heldBackBy()
{
    const auto holder = EventTail(m_connection).heldBackBy();
    if (!holder)
        return failure(holder);
    return *holder ? std::optional(TailHolder{(*holder)->pid, (*holder)->ageMs, (*holder)->application}) : std::nullopt;
}

ApiResult<TailPosition> TailAnswers::start(QueryParameters &query)
{
    const auto given = query.position("after");
    const auto position = given ? TailPosition::fromText(*given) : std::nullopt;
    if (given && !position)
        query.wrong("after", "is not a position that this gave");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    const auto from = EventTail(m_connection).start(position);
    if (!from)
        return failureOf(from.error());
    return *from;
}

ApiResult<QByteArray> TailAnswers::tail(QueryParameters &query)
{
    const int limit = query.limit();
    const auto from = start(query);
    if (!from)
        return tl::unexpected(from.error());
    const auto now = EventTail(m_connection).edge();
    auto news = now ? after(*from, limit, *now) : failure(now);
    const auto holder = news ? heldBackBy() : failure(news);
    if (!holder)
        return failureOf(holder.error());
    news->message.heldBackBy = *holder;
    return toJson(news->message);
}

} // namespace oo
