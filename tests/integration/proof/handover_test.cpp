// How long a killed process' jobs wait, on a queue whose workers are played here.

#include "service/proof/handover.h"

#include "tests/support/test_servers.h"

#include <QTest>

using namespace oo;
using namespace oo::proof;
using namespace oo::test;

namespace {

constexpr char kKilled[] = "host-41-1700000000000:orders:1";
constexpr char kOther[] = "host-410-1700000000000:orders:1";

} // namespace

class HandoverTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<JobQueue> m_queue;

    QList<QByteArray> take(const char *token, int count)
    {
        const auto taken = m_queue->take(count, token, "w");
        QList<QByteArray> ids;
        for (const auto &job : taken->jobs)
            ids.append(job.id);
        return ids;
    }
    void loseLocks(const QList<QByteArray> &ids)
    {
        for (const auto &id : ids)
            QVERIFY(m_servers->redis().run(RedisCommand{"DEL", JobQueue::keyPrefix("courier-events") + id + ":lock"}));
        QVERIFY(m_queue->recover("w", ids));
    }
    static Instant ms(qint64 at) { return {at * 1000}; }

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void cleanupTestCase() { m_servers.reset(); }
    void init()
    {
        m_servers->fresh();
        m_queue = std::make_unique<JobQueue>(m_servers->redis(), "courier-events", RetryPolicy());
        QVERIFY(m_queue->add({eventJob(EventId(1), "n"), eventJob(EventId(2), "n"), eventJob(EventId(3), "n")}));
    }

    void itWaitsUntilAnotherHasTakenTheLastOfThem()
    {
        const auto ids = take(kKilled, 2);
        (void)take(kOther, 1);
        Handover handover(m_servers->settings().redis);
        QVERIFY(handover.begin(41, ms(1000)));
        QVERIFY(!handover.step(ms(1050)));
        loseLocks(ids);
        QVERIFY(!handover.step(ms(1100))); // they wait, and nobody has them
        QCOMPARE(take(kOther, 1).size(), 1);
        QVERIFY(!handover.step(ms(1150)));
        QCOMPARE(take(kOther, 1).size(), 1);
        const auto waited = handover.step(ms(1200));
        QVERIFY(waited);
        QCOMPARE(waited->ms, 200);
        QCOMPARE(waited->stoodStillMs, 0);
        QVERIFY(!handover.isWaiting());
    }

    void aJobThatIsDoneMeanwhileWasTaken()
    {
        const auto ids = take(kKilled, 1);
        Handover handover(m_servers->settings().redis);
        QVERIFY(handover.begin(41, ms(1000)));
        loseLocks(ids);
        std::vector<JobEnd> ends;
        for (const auto &id : take(kOther, 3))
            ends.push_back({id, JobEnd::Action::Done, {}, 0});
        QVERIFY(m_queue->settle(kOther, ends));
        QCOMPARE(handover.step(ms(1050))->ms, 50);
    }

    void aProcessThatHeldNothingLeavesNothingToWaitFor()
    {
        (void)take(kOther, 3);
        Handover handover(m_servers->settings().redis);
        QVERIFY(!handover.begin(41, ms(1000)));
        QVERIFY(!handover.step(ms(1050)));
    }

    void whatIsNeverTakenIsGivenUp()
    {
        (void)take(kKilled, 1);
        Handover handover(m_servers->settings().redis);
        QVERIFY(handover.begin(41, ms(0)));
        std::optional<Handover::Waited> waited;
        qint64 at = 0;
        while (!waited && at < 60000)
            waited = handover.step(ms(at += 50));
        QCOMPARE(waited->ms, Handover::kGivenUpMs);
        QVERIFY(!handover.isWaiting());
    }

    void timeInWhichTheMachineStoodStillIsToldApart()
    {
        const auto ids = take(kKilled, 1);
        Handover handover(m_servers->settings().redis);
        QVERIFY(handover.begin(41, ms(1000)));
        QVERIFY(!handover.step(ms(1050)));
        loseLocks(ids);
        QCOMPARE(take(kOther, 3).size(), 3);
        const auto waited = handover.step(ms(3050)); // nothing ran for two seconds
        QCOMPARE(waited->ms, 2050);
        QCOMPARE(waited->stoodStillMs, 1900);
    }
};

QTEST_GUILESS_MAIN(HandoverTest)
#include "handover_test.moc"
