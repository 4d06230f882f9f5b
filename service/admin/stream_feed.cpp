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
    : m_postgres(searching(context.postgres)), m_redis(context.redis), m_status(m_postgres, m_redis, context.facts, context.counters), m_line(line),
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
    if (const auto opened = m_postgres.open(); !opened) // once a turn: it may take its time
        m_outage.failed(logFeed(), opened.error().message);
    addNews(ready);
    if (!m_pulse.isValid() || m_pulse.hasExpired(kPulseMs)) {
        m_pulse.start();
        addPulse();
    }
    if (m_postgres.isOpen() && (!m_tokens.isValid() || m_tokens.hasExpired(kTokensMs))) {
        m_tokens.start();
        dismissRevoked();
    }
    for (const auto &delivery : std::as_const(m_turn)) {
        if (delivery.frames.isEmpty() && !delivery.closeCode)
            continue;
        m_line.sent(delivery.client, !delivery.position.isEmpty()); // first: it may be ready again at once
        m_deliver(delivery);
    }
}

void StreamFeed::addNews(const std::vector<StreamSubscriber> &ready)
{
    std::map<TailPosition, std::vector<StreamSubscriber>> places;
    for (const auto &subscriber : ready)
        places[subscriber.position].push_back(subscriber);
    const auto edge = m_postgres.isOpen() ? EventTail(m_postgres).edge() : Result<TailEdge>(fail(ErrorCode::Unavailable, {}));
    for (const auto &[position, subscribers] : places) {
        QList<quint64> clients;
        for (const auto &subscriber : subscribers)
            clients.append(subscriber.client);
        const bool isUp = edge && m_postgres.isOpen() && !m_line.isClosed();
        const auto news = isUp ? TailAnswers(m_postgres).after(position, kPage, *edge) : Result<TailAnswers::News>(fail(ErrorCode::Unavailable, {}));
        m_line.advance(clients, news ? news->next : position, news && news->message.more);
        if (news) {
            m_outage.worked(logFeed());
            tell(subscribers, *news);
        } else if (news.error().code == ErrorCode::Invalid) { // after a restore
            for (const auto client : std::as_const(clients))
                dismiss(client, kCloseUnknownPosition, news.error().message.toUtf8());
        } else if (isUp) {
            m_outage.failed(logFeed(), news.error().message);
        }
    }
}

void StreamFeed::tell(const std::vector<StreamSubscriber> &subscribers, const TailAnswers::News &news)
{
    const auto frame = frameOf(StreamFrame::News, toJson(news.message));
    for (const auto &subscriber : subscribers) {
        if (news.isEmpty() && subscriber.told)
            continue;
        auto &delivery = m_turn[subscriber.client];
        delivery.frames.append(frame);
        delivery.position = news.message.next;
    }
}

void StreamFeed::addPulse()
{
    StreamHealth health{Instant::now(), m_postgres.isOpen(), false, {}, {}};
    if (health.postgres) {
        health.instances.text = m_status.instances().value_or(QByteArray());
        health.heldBackBy = TailAnswers(m_postgres).heldBackBy().value_or(std::nullopt);
        health.postgres = m_postgres.isOpen();
    }
    const auto opened = m_redis.open();
    const auto queues = opened ? QueueAnswers(m_postgres, m_redis).list() : refused(503, "unavailable", {});
    health.redis = queues.has_value();
    if (opened)
        m_redisOutage.worked(logFeed());
    else
        m_redisOutage.failed(logFeed(), opened.error().message);
    const auto told = frameOf(StreamFrame::Health, toJson(health));
    for (auto &delivery : m_turn) {
        if (queues)
            delivery.frames.append(frameOf(StreamFrame::Queues, *queues));
        delivery.frames.append(told);
    }
}

void StreamFeed::dismissRevoked()
{
    for (const auto &subscriber : m_line.all()) { // those too that are busy taking what they were sent
        const auto owner = AdminTokens(m_postgres).find(subscriber.token);
        if (owner && !*owner)
            dismiss(subscriber.client, kCloseRevoked, "the token was revoked");
    }
}

void StreamFeed::dismiss(quint64 client, int code, const QByteArray &reason)
{
    m_turn[client] = {client, {}, {}, code, reason};
}

} // namespace oo
