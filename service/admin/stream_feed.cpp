#include "service/admin/stream_feed.h"

#include "service/admin/queue_answers.h"

#include <map>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logFeed, "orders.admin.stream")

constexpr int kPage = 200; // events, and orders, a frame
constexpr qint64 kPulseMs = 1000;
constexpr qint64 kTokensMs = 5000;

} // namespace

QByteArray frameOf(StreamFrame kind, const QByteArray &body)
{
    QByteArray out;
    JsonObjectWriter json(out);
    json.string("kind", bytesOf(kind));
    json.raw("body", body);
    json.close();
    return out;
}

StreamFeed::StreamFeed(const AdminContext &context, StreamLine &line, Deliver deliver)
    : m_postgres(context.postgres), m_redis(context.redis), m_status(m_postgres, m_redis, context.facts, context.counters), m_line(line),
      m_deliver(std::move(deliver))
{
}

void StreamFeed::run()
{
    while (const auto ready = m_line.next())
        serve(*ready);
}

void StreamFeed::serve(const std::vector<StreamSubscriber> &ready)
{
    m_turn.clear();
    for (const auto &subscriber : ready)
        m_turn[subscriber.client].client = subscriber.client;
    addNews(ready);
    if (!m_pulse.isValid() || m_pulse.hasExpired(kPulseMs)) {
        m_pulse.start();
        addPulse();
    }
    if (!m_tokens.isValid() || m_tokens.hasExpired(kTokensMs)) {
        m_tokens.start();
        dismissRevoked(ready);
    }
    for (const auto &delivery : std::as_const(m_turn)) {
        if (delivery.frames.isEmpty() && !delivery.closeCode)
            continue;
        m_line.sent(delivery.client); // first: it may be ready again at once
        m_deliver(delivery);
    }
}

void StreamFeed::addNews(const std::vector<StreamSubscriber> &ready)
{
    std::map<TailPosition, QList<quint64>> places;
    for (const auto &subscriber : ready)
        places[subscriber.position].append(subscriber.client);
    TailAnswers tail(m_postgres);
    for (const auto &[position, clients] : places) {
        const auto news = tail.after(position, kPage);
        const bool isStrange = !news && news.error().code == ErrorCode::Invalid; // after a restore
        if (news)
            m_outage.worked(logFeed());
        else if (!isStrange)
            m_outage.failed(logFeed(), news.error().message);
        m_line.advance(clients, news ? news->next : position, news && news->message.more);
        for (const auto client : isStrange ? clients : QList<quint64>())
            dismiss(client, kCloseTooSlow, news.error().message.toUtf8());
        if (!news)
            continue;
        const auto frame = frameOf(StreamFrame::News, toJson(news->message));
        for (const auto &subscriber : ready) {
            if (subscriber.position != position || (news->isEmpty() && subscriber.told))
                continue;
            auto &delivery = m_turn[subscriber.client];
            delivery.frames.append(frame);
            delivery.position = news->message.next;
        }
    }
}

void StreamFeed::addPulse()
{
    const auto queues = QueueAnswers(m_postgres, m_redis).list();
    const auto instances = m_status.instances();
    const auto holder = instances ? TailAnswers(m_postgres).heldBackBy() : Result<std::optional<TailHolder>>(std::nullopt);
    const StreamHealth health{Instant::now(), instances.has_value(), queues.has_value(), holder ? *holder : std::nullopt, {instances.value_or(QByteArray())}};
    const auto told = frameOf(StreamFrame::Health, toJson(health));
    for (auto &delivery : m_turn) {
        if (queues)
            delivery.frames.append(frameOf(StreamFrame::Queues, *queues));
        delivery.frames.append(told);
    }
}

void StreamFeed::dismissRevoked(const std::vector<StreamSubscriber> &ready)
{
    for (const auto &subscriber : ready) {
        const auto owner = AdminTokens(m_postgres).find(subscriber.token);
        if (owner && !*owner)
            dismiss(subscriber.client, kCloseRevoked, "the token was revoked");
    }
}

void StreamFeed::dismiss(quint64 client, int code, const QByteArray &reason)
{
    auto &delivery = m_turn[client];
    delivery.closeCode = code;
    delivery.closeReason = reason;
}

} // namespace oo
