#include "service/workers/ingest_writer.h"

#include "service/faults/fault_points.h"
#include "service/store/transaction.h"

#include <QLoggingCategory>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logIngest, "orders.ingest")

// A Redis that hangs may hold up the next batch by this much, once; then it is left alone for a while.
constexpr int kRedisPatienceMs = 1000;
constexpr int kRedisLeftAloneMs = 10000;
// A PostgreSQL that hangs: whoever waits is told so while he still listens (Shopify: five seconds).
constexpr int kPostgresPatienceMs = 2500;
constexpr qint64 kAskAgainMs = 200;
constexpr char kTryAgain[] = "the event could not be stored, try again";

RedisSettings impatient(RedisSettings settings)
{
    settings.replyTimeoutMs = kRedisPatienceMs;
    settings.pauseAfterHangMs = kRedisLeftAloneMs;
    return settings;
}

PgSettings impatient(PgSettings settings)
{
    settings.statementTimeoutMs = kPostgresPatienceMs;
    return settings;
}

std::vector<IngestAnswer> unavailable(const std::vector<IngestRequest> &requests)
{
    std::vector<IngestAnswer> answers;
    answers.reserve(requests.size());
    for (const auto &request : requests)
        answers.push_back({request.exchange, IngestResult::Unavailable, kTryAgain});
    return answers;
}

} // namespace

IngestWriter::IngestWriter(const PgSettings &postgres, const RedisSettings &redis, const RetryPolicy &retries,
                           IngestLine &line, AnswerSink answers, Counters &counters)
    : m_postgres(impatient(postgres)), m_store(m_postgres), m_redis(impatient(redis)),
      m_shopifyEvents(m_redis, bytesOf(QueueName::ShopifyEvents), retries), m_courierEvents(m_redis, bytesOf(QueueName::CourierEvents), retries),
      m_line(line), m_answers(std::move(answers)), m_counters(counters)
{
}

void IngestWriter::run()
{
    for (;;) {
        const auto batch = m_line.takeBatch();
        if (batch.empty())
            return;
        std::vector<IngestOutcome> outcomes;
        if (isOff(Guard::EnqueueAfterCommit))
            (void)m_postgres.run(sql::begin);
        auto answers = storeBatch(batch, outcomes);
        if (isOff(Guard::EnqueueAfterCommit)) { // as the older service did: a fast worker finds no event
            addJobs(batch, outcomes);
            (void)m_postgres.run(sql::commit);
        }
        answer(batch, std::move(answers));
        if (!isOff(Guard::EnqueueAfterCommit))
            addJobs(batch, outcomes);
        if (!m_postgres.isOpen())
            waitForPostgres();
    }
}

void IngestWriter::answer(const std::vector<IngestRequest> &requests, std::vector<IngestAnswer> &&answers)
{
    m_answers(std::move(answers));
    m_line.answered(requests.size());
}

// Nobody waits in line for a server that is away: it is this thread that waits for it.
void IngestWriter::waitForPostgres()
{
    const auto stranded = m_line.leave();
    if (!stranded.empty())
        answer(stranded, unavailable(stranded));
    while (!m_postgres.run(sql::ping) && !m_line.waitForClose(kAskAgainMs)) { }
    m_line.comeBack();
}

// One statement commits by itself; the point before its commit takes a transaction around it.
Result<std::vector<IngestOutcome>> IngestWriter::storeOnce(const std::vector<IngestRequest> &requests)
{
    if (!isArmed(FaultPoint::BeforeIngestCommit))
        return m_store.store(requests);
    if (const auto begun = m_postgres.run(sql::begin); !begun)
        return failure(begun);
    Transaction transaction(m_postgres);
    auto stored = m_store.store(requests);
    if (!stored)
        return stored;
    passFaultPoint(FaultPoint::BeforeIngestCommit);
    if (const auto committed = m_postgres.run(sql::commit); !committed)
        return failure(committed);
    transaction.committed();
    return stored;
}

Result<std::vector<IngestOutcome>> IngestWriter::storeTwice(const std::vector<IngestRequest> &requests)
{
    auto stored = storeOnce(requests);
    if (!stored && stored.error().code == ErrorCode::Conflict) // a deadlock or serialization failure: once more
        stored = storeOnce(requests);
    if (!stored && stored.error().code != ErrorCode::Invalid)
        m_postgresOutage.failed(logIngest(), stored.error().message);
    else
        m_postgresOutage.worked(logIngest());
    if (stored)
        passFaultPoint(FaultPoint::AfterIngestCommit);
    return stored;
}

IngestOutcome IngestWriter::storeAlone(const IngestRequest &request, QByteArray &message)
{
    auto stored = storeTwice({request});
    if (stored)
        return std::move(stored->front());
    if (stored.error().code != ErrorCode::Invalid) {
        message = kTryAgain;
        return {IngestResult::Unavailable, {}, false, {}};
    }
    qCWarning(logIngest).noquote() << "refused" << request.event.type << request.event.refId.value_or(QByteArray())
                                   << request.event.deliveryId.value_or(QByteArray()) << stored.error().message;
    message = "the event cannot be stored: its values are too long or not representable";
    return {IngestResult::Invalid, {}, false, {}};
}

std::vector<IngestAnswer> IngestWriter::storeBatch(const std::vector<IngestRequest> &requests,
                                                   std::vector<IngestOutcome> &outcomes)
{
    std::vector<QByteArray> messages(requests.size(), kTryAgain);
    auto stored = storeTwice(requests);
    if (stored) {
        outcomes = std::move(*stored);
    } else if (stored.error().code == ErrorCode::Invalid) { // one is guilty: find it, keep the others
        for (size_t i = 0; i < requests.size(); ++i)
            outcomes.push_back(storeAlone(requests[i], messages[i]));
    } else {
        outcomes.assign(requests.size(), {IngestResult::Unavailable, {}, false, {}});
    }

    std::vector<IngestAnswer> answers;
    answers.reserve(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
        const auto &outcome = outcomes[i];
        const bool kept = outcome.result == IngestResult::Stored || outcome.result == IngestResult::Repeated;
        if (outcome.conflicting) {
            m_counters.conflictingDeliveries++;
            qCWarning(logIngest) << "delivery" << requests[i].event.deliveryId.value_or(QByteArray())
                                 << "came again with another body; stored as event" << outcome.id.value();
        }
        answers.push_back({requests[i].exchange, outcome.result, kept ? outcome.body : messages[i]});
    }
    return answers;
}

void IngestWriter::addJobs(const std::vector<IngestRequest> &requests, const std::vector<IngestOutcome> &outcomes)
{
    QList<NewJob> shopify, courier;
    for (size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].result != IngestResult::Stored)
            continue;
        auto &jobs = requests[i].event.source == bytesOf(EventSource::Courier) ? courier : shopify;
        jobs.append(eventJob(outcomes[i].id, requests[i].jobName));
    }
    if (!shopify.isEmpty() || !courier.isEmpty())
        passFaultPoint(FaultPoint::BeforeJobAdd);
    for (auto [queue, jobs] : {std::pair{&m_shopifyEvents, &shopify}, std::pair{&m_courierEvents, &courier}}) {
        if (jobs->isEmpty())
            continue;
        if (const auto added = queue->add(*jobs); !added)
            m_redisOutage.failed(logIngest(), added.error().message + QStringLiteral("; the janitor will add the jobs"));
        else
            m_redisOutage.worked(logIngest());
    }
}

} // namespace oo
