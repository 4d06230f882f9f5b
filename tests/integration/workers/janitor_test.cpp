// The janitor against real servers, with queues in states that other programs and crashes leave behind.

#include "service/workers/janitor.h"

#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"
#include "tests/support/test_servers.h"

#include <QTest>

#include <csignal>
#include <thread>

using namespace oo;
using namespace oo::test;

namespace {
constexpr char kStalled[] = "job stalled more than allowable limit";
}

class JanitorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        std::signal(SIGPIPE, SIG_IGN);
        m_servers = std::make_unique<TestServers>();
    }
    void init()
    {
        m_servers->fresh();
        const auto &settings = m_servers->settings();
        m_leases = std::make_unique<JobLeases>();
        m_context.reset(new WorkerContext{settings.postgres, settings.redis, {3, BackoffType::Fixed, 20}, settings.effects, "test",
                                          [] { return false; }, *m_leases, m_counters});
        m_queue = std::make_unique<JobQueue>(m_servers->redis(), bytesOf(QueueName::ShopifyEvents), RetryPolicy{});
        m_stop = std::make_unique<WakeSignal>();
    }
    void cleanup()
    {
        m_stop->raise();
        m_thread = {};
    }
    void cleanupTestCase() { m_servers.reset(); }

    void anEmptiedRedisGetsItsJobsBack()
    {
        const auto first = store(1), second = store(2);
        run();
        QTRY_COMPARE(state(first), JobState::Waiting);
        QVERIFY(m_servers->redis().run(RedisCommand{"FLUSHALL"}));
        QTRY_COMPARE(state(first), JobState::Waiting);
        QTRY_COMPARE(state(second), JobState::Waiting);
    }

    void aJobThatFailedForStallingRunsAgainAndIsCounted()
    {
        const auto event = store(1);
        failed(event, "", kStalled);
        run();
        QTRY_COMPARE(state(event), JobState::Waiting);
        QCOMPARE(m_servers->number("SELECT stalls FROM event_stalls"), 1);
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events"), 0);
    }

    void theTwentiethStallParksAndAReleaseCountsAnew()
    {
        const auto event = store(1);
        failed(event, "", kStalled);
        m_servers->run("INSERT INTO event_stalls (event_id, stalls) SELECT id, 19 FROM event_store");
        run();
        QTRY_COMPARE(m_servers->text("SELECT max(reason) FROM parked_events"), QByteArray("stalled"));
        QCOMPARE(state(event), JobState::Failed);
        QVERIFY(ParkedEvents(m_servers->postgres()).release({event}, "somebody", "test"));
        QCOMPARE(m_servers->number("SELECT count(*) FROM event_stalls"), 0);
    }

    void whatAnotherProgramGaveUpWaitsForAPerson()
    {
        const auto event = store(1);
        failed(event, "node-worker", "the courier said 500");
        run();
        QTRY_COMPARE(m_servers->text("SELECT max(reason) FROM parked_events"), QByteArray("attempts_exhausted"));
        QVERIFY(m_servers->text("SELECT detail FROM parked_events").contains("the courier said 500"));
        QCOMPARE(state(event), JobState::Failed); // the record of the failure stays
    }

    // Its event may not have been visible yet: what is final is parked by our workers, before they fail the job.
    void whatOurOwnWorkerFailedUnparkedRunsAgain()
    {
        const auto event = store(1);
        failed(event, "oo:before", "no such event");
        run();
        QTRY_COMPARE(state(event), JobState::Waiting);
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events"), 0);
    }

    // Somebody added a job under the event's id whose data names nothing: ours failed it, and must not fail it for ever.
    void aBrokenJobInAnEventsPlaceIsReplacedByARightOne()
    {
        const auto event = store(1);
        const auto id = eventJob(event, "n").id;
        QVERIFY(m_queue->add({{id, "n", "{}"}}));
        QCOMPARE(m_queue->take(1, "token", "oo:before")->jobs.size(), 1u);
        QVERIFY(m_queue->finish("token", {{id, JobEnd::Action::Fail, "its data has no eventStoreId", 0}}));
        run();
        QTRY_COMPARE(state(event), JobState::Waiting);
        QCOMPARE((*JobRecords(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).get(id))->data, eventJob(event, "n").data);
    }

    void aReleasedEventGetsItsNextRunThoughTheOldRecordStands()
    {
        const auto event = store(1);
        failed(event, "node-worker", "no");
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{event, ParkReason::Poison, "no"}}));
        const auto released = *ParkedEvents(m_servers->postgres()).release({event}, "somebody", "test");
        run();
        QTRY_COMPARE(state(event, runSuffix(released.front().second)), JobState::Waiting);
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events WHERE released_at IS NULL"), 0);
    }

    void whatIsProcessedIsNotParked()
    {
        const auto event = store(1);
        m_servers->run("UPDATE event_store SET processed_at = now(), outcome = 'applied'");
        QVERIFY(ParkedEvents(m_servers->postgres()).park({{event, ParkReason::Stalled, "late"}}));
        QCOMPARE(m_servers->number("SELECT count(*) FROM parked_events"), 0);
    }

    void jobsOfAKilledWorkerComeBack()
    {
        const auto event = store(1);
        QVERIFY(m_queue->add({eventJob(event, "n")}));
        QCOMPARE(m_queue->take(1, "token", "oo:killed")->jobs.size(), 1u); // and nobody renews its lock
        run();
        QTRY_COMPARE_WITH_TIMEOUT(state(event), JobState::Waiting, 20000);
    }

    void aForeignWorkerOnAnOrderQueueIsToldWhileItIsThere()
    {
        auto settings = m_servers->settings().redis;
        settings.clientName = JobQueue::clientName("shopify-events", "their-worker");
        RedisConnection foreign(settings);
        QVERIFY(foreign.open());
        run();
        QTRY_COMPARE(m_counters.foreignOrderWorkers.load(), 1u);
        foreign.close();
        QTRY_COMPARE_WITH_TIMEOUT(m_counters.foreignOrderWorkers.load(), 0u, 20000);
    }

private:
    EventId store(qint64 ref) { return m_servers->storeOrder(ref, "orders/create", "pending"); }

    // Leaves the event's job in `failed`, as `worker` would.
    void failed(EventId event, const QByteArray &worker, const QByteArray &reason)
    {
        QVERIFY(m_queue->add({eventJob(event, "n")}));
        QCOMPARE(m_queue->take(1, "token", worker)->jobs.size(), 1u);
        QCOMPARE(*m_queue->finish("token", {{eventJob(event, "n").id, JobEnd::Action::Fail, reason, 0}}), std::vector<int>{1});
    }

    std::optional<JobState> state(EventId event, const QByteArray &suffix = {})
    {
        return *JobRecords(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).stateOf(eventJob(event, "n", suffix).id);
    }

    void run()
    {
        m_thread = std::jthread([this] { Janitor(*m_context).run(*m_stop); });
    }

    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<JobLeases> m_leases;
    Counters m_counters;
    std::unique_ptr<WorkerContext> m_context;
    std::unique_ptr<JobQueue> m_queue;
    std::unique_ptr<WakeSignal> m_stop;
    std::jthread m_thread;
};

QTEST_GUILESS_MAIN(JanitorTest)
#include "janitor_test.moc"
