#pragma once
// Reads what is new and hands it, as frames, to those who listen. In a thread of its own, with its own connections; idle while
// nobody listens.

#include "service/admin/admin_desk.h"
#include "service/admin/stream_line.h"
#include "service/admin/tail_answers.h"
#include "service/workers/outage_log.h"

#include <QElapsedTimer>
#include <QHash>

namespace oo {

struct StreamDelivery
{
    quint64 client = 0;
    QList<QByteArray> frames;
    QByteArray position;          // after these frames
    std::optional<int> closeCode; // to be closed then
    QByteArray closeReason;
};

QByteArray frameOf(StreamFrame kind, const QByteArray &body);

class StreamFeed
{
public:
    // `deliver` is called in this thread; whoever gets frames is fed again once he is ready().
    using Deliver = std::function<void(const StreamDelivery &)>;
    StreamFeed(const AdminContext &context, StreamLine &line, Deliver deliver);

    void run(); // until the line is closed

private:
    void serve(const std::vector<StreamSubscriber> &ready);
    void addNews(const std::vector<StreamSubscriber> &ready);
    void addPulse();
    void tell(const std::vector<StreamSubscriber> &subscribers, const TailAnswers::News &news);
    void dismissRevoked();
    void dismiss(quint64 client, int code, const QByteArray &reason);

    PgConnection m_postgres;
    RedisConnection m_redis;
    StatusAnswers m_status;
    StreamLine &m_line;
    Deliver m_deliver;
    QHash<quint64, StreamDelivery> m_turn; // what each gets this time
    QElapsedTimer m_pulse, m_tokens;
    OutageLog m_outage{"PostgreSQL, for the stream,"}, m_redisOutage{"Redis, for the stream,"};
};

} // namespace oo
