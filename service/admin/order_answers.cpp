#include "service/admin/order_answers.h"

#include "service/admin/message_rows.h"
#include "service/admin/order_history.h"
#include "service/domain/masking.h"

#include <QUuid>

namespace oo {

namespace {

using Element = PgArray::Element;

constexpr int kMostWords = 1000;

PgArray textsOf(const QList<QByteArray> &words)
{
    PgArray texts(Element::Text);
    for (const auto &word : words)
        texts.add(word);
    return texts;
}

PgArray uuidsOf(const QList<OrderId> &ids)
{
    PgArray uuids(Element::Uuid);
    for (const auto &id : ids)
        uuids.add(id);
    return uuids;
}

OrderId orderIdOf(const QByteArray &text)
{
    return OrderId(QUuid::fromString(QString::fromUtf8(text)));
}

// What of `words` may name an order: as written, in small letters, and a name without its #.
QList<QByteArray> spellings(const QList<QByteArray> &words)
{
    QList<QByteArray> all;
    for (const auto &word : words) {
        const auto lower = QString::fromUtf8(word).toLower().toUtf8();
        all << word << lower;
        if (!lower.startsWith('#'))
            all << '#' + lower;
    }
    return all;
}

} // namespace

void mask(OrderSummary &order)
{
    for (auto *personal : {&order.customer, &order.shippingAddress}) {
        if (!personal->text.isEmpty())
            personal->text = QByteArray("\"") + kMasked + '"';
    }
}

Result<std::vector<OrderSummary>> orderSummaries(PgConnection &postgres, const QList<OrderId> &ids)
{
    const auto rows = postgres.run(sql::adminOrders, PgParams().addNull().add(textsOf({})).add(uuidsOf({})).add(false).addNull().addNull().addNull()
                                                         .add(uuidsOf(ids)).addNull().addNull().add(static_cast<int>(ids.size())).addNull());
    if (!rows)
        return failure(rows);
    return messagesOf<OrderSummary>(*rows);
}

Result<QHash<QByteArray, QList<OrderId>>> OrderAnswers::stuckByKind()
{
    const auto rows = m_postgres.run(sql::adminStuck, PgParams().add(double(m_stuckAfter.unbookedSeconds)).add(double(m_stuckAfter.callOpenSeconds))
                                                          .add(double(m_stuckAfter.placeholderSeconds)).add(m_bookTestOrders));
    if (!rows)
        return failure(rows);
    QHash<QByteArray, QList<OrderId>> kinds;
    for (int row = 0; row < rows->size(); ++row)
        kinds[rows->text(row, 0)].append(rows->orderId(row, 1));
    return kinds;
}

ApiResult<QByteArray> OrderAnswers::stuck()
{
    const auto kinds = stuckByKind();
    if (!kinds)
        return failureOf(kinds.error());
    StuckCounts counts;
    api::forEachField<StuckCounts>([&](size_t, const auto &kind) { counts.*kind.member = kinds->value(kind.name).size(); });
    return toJson(counts);
}

ApiResult<QByteArray> OrderAnswers::list(QueryParameters &query, const AdminIdentity &caller)
{
    const auto words = query.words("q");
    const auto emails = query.words("email");
    const auto payment = query.oneOf<PaymentStatus>("paymentStatus");
    const auto shipping = query.oneOf<ShippingStatus>("shippingStatus");
    std::optional<bool> placeholder;
    if (query.text("placeholder"))
        placeholder.emplace(query.flag("placeholder"));
    const auto run = query.text("run");
    const auto stuck = query.text("stuck");
    bool isKind = !stuck;
    api::forEachField<StuckCounts>([&](size_t, const auto &kind) { isKind = isKind || *stuck == kind.name; });
    if (!isKind)
        query.wrong("stuck", "is none of unbooked, call_open, parked, placeholder");
    const auto position = query.position("after");
    const int limit = query.limit();
    if (stuck && run)
        query.wrong("run", "goes not together with stuck: orders of chaos runs are never stuck");
    if (words.size() + emails.size() > kMostWords)
        query.wrong("q", "holds more than 1000 words");
    if (const auto wrong = query.problem())
        return tl::unexpected(*wrong);
    if (!emails.isEmpty() && caller.role == ApiRole::Viewer)
        return refused(403, "forbidden", "a viewer cannot search by e-mail: it is masked");
    std::optional<PgArray> among;
    if (stuck) {
        const auto kinds = stuckByKind();
        if (!kinds)
            return failureOf(kinds.error());
        among = uuidsOf(kinds->value(*stuck));
    }
    const auto parts = position.value_or(QByteArray()).split(' ');
    const auto at = position && parts.size() == 2 ? parseInstant(parts[0]) : std::nullopt;
    if (position && (!at || orderIdOf(parts[1]).value().isNull()))
        return badRequest("after is not a position that a list gave");
    const auto asked = words + emails;
    QList<OrderId> ids;
    for (const auto &word : words) {
        if (!orderIdOf(word).value().isNull())
            ids.append(orderIdOf(word));
    }
    PgParams params;
    if (asked.isEmpty())
        params.addNull();
    else
        params.add(textsOf(spellings(asked)));
    params.add(textsOf(words)).add(uuidsOf(ids)).add(caller.role == ApiRole::Operator);
    params.add(payment ? std::optional(bytesOf(*payment)) : std::nullopt).add(shipping ? std::optional(bytesOf(*shipping)) : std::nullopt);
    placeholder ? params.add(*placeholder) : params.addNull();
    params.add(among).add(at).add(at ? std::optional(orderIdOf(parts[1])) : std::nullopt).add(limit).add(run);
    const auto rows = m_postgres.run(sql::adminOrders, params);
    if (!rows)
        return failureOf(rows.error());
    auto orders = messagesOf<OrderSummary>(*rows);
    QList<QByteArray> items;
    for (auto &order : orders) {
        mask(order);
        items.append(toJson(order));
    }
    std::optional<QByteArray> next;
    if (static_cast<int>(orders.size()) == limit)
        next = toText(orders.back().createdAt) + ' ' + orders.back().id;
    return listJson(items, next);
}

ApiResult<QByteArray> OrderAnswers::one(const QByteArray &id, bool reveal)
{
    const auto order = orderIdOf(id);
    if (order.value().isNull())
        return badRequest("the id is not one of an order: look it up with /admin/v1/orders?q=");
    const auto found = orderSummaries(m_postgres, {order});
    if (!found)
        return failureOf(found.error());
    if (found->empty())
        return notFound("there is no order " + id);
    auto summary = found->front();
    auto history = OrderHistories(m_postgres, m_bookTestOrders).of(order, summary, reveal);
    if (!history)
        return failureOf(history.error());
    if (!reveal)
        mask(summary);
    QByteArray why;
    JsonObjectWriter reason(why);
    reason.string("code", bytesOf(history->explanation.reason));
    for (const auto &[name, value] : history->explanation.parameters)
        reason.string(name, value);
    reason.close();
    return toJson(OrderPage{summary, {why}, reveal, std::move(history->events), std::move(history->timeline), std::move(history->states), std::move(history->calls), history->cut});
}

} // namespace oo
