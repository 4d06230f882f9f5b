#include "service/queue/job_queue.h"

#include "service/queue/marker_wait.h"
#include "service/queue/queue_control.h"
#include "tests/support/test_servers.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace oo;
using namespace oo::test;

class JobQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        std::signal(SIGPIPE, SIG_IGN); // as the program does: hiredis writes to sockets that the server has closed
        m_servers = std::make_unique<TestServers>();
    }
    void init()
    {
        QVERIFY(m_servers->redis().run(RedisCommand{"FLUSHALL"}));
        m_queue = std::make_unique<JobQueue>(m_servers->redis(), bytesOf(QueueName::ShopifyEvents), RetryPolicy{});
    }
    void cleanupTestCase() { m_servers.reset(); }

    void jobsAreTakenInTheOrderOfAdding()
    {
        QVERIFY(add({"a", "b", "c"}));
        QCOMPARE(takeIds(2), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        QCOMPARE(takeIds(9), QStringList{QStringLiteral("c")});
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts()->active, 3);
    }

    void aPresentIdAddsNothing()
    {
        QCOMPARE(m_queue->add({{"a", "n", "{}", 0}, {"a", "n", "{}", 0}})->added, 1);
        QCOMPARE(m_queue->add({{"a", "n", "{}", 0}}, true)->added, 0);
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts()->waiting, 1);
    }

    void aQuietAddTellsOfAFailedRecordAndLeavesIt()
    {
        QVERIFY(add({"a", "b"}));
        takeIds(1);
        QVERIFY(finish("a", JobEnd::Action::Fail, "no"));
        QVERIFY(add({"a"})->failed.empty());
        const auto added = *m_queue->add({{"a", "n", "{}", 0}, {"b", "n", "{}", 0}, {"c", "n", "{}", 0}}, true);
        QCOMPARE(added.added, 1);
        QCOMPARE(added.failed.size(), 1u);
        QCOMPARE(added.failed[0].id, QByteArray("a"));
        QCOMPARE(added.failed[0].reason, QByteArray("no"));
        QCOMPARE(added.failed[0].worker, QByteArray("oo:test"));
        QCOMPARE(counts().failed, 1);
    }

    void whatIsNotJsonIsNotReturned_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("NaN") << QByteArray("NaN");
        QTest::addRow("cut off") << QByteArray("{broken");
        QTest::addRow("two values") << QByteArray("1 2");
    }
    void whatIsNotJsonIsNotReturned()
    {
        QFETCH(QByteArray, text);
        QVERIFY(add({"a"}));
        takeIds(1);
        QCOMPARE(m_queue->finish("token", {{"a", JobEnd::Action::Done, text, 0}}).error().code, ErrorCode::Invalid);
        QCOMPARE(counts().active, 1);
        QVERIFY(finish("a", JobEnd::Action::Done, R"({"right":[1,null]})"));
    }

    // None of them may break a batch, or keep Redis from answering.
    void oddOptionsOfOthersDoNoHarm_data()
    {
        QTest::addColumn<QByteArray>("opts");
        for (const char *opts : {R"({"stackTraceLimit":-1})", R"({"removeOnComplete":null,"removeOnFail":null})", R"({"removeOnFail":"yes"})",
                                 R"({"removeOnFail":{"age":null,"count":"x"}})", R"({"attempts":null,"lifo":null,"de":null})", "[]", "broken"})
            QTest::addRow("%s", opts) << QByteArray(opts);
    }
    void oddOptionsOfOthersDoNoHarm()
    {
        QFETCH(QByteArray, opts);
        QList<QByteArray> ids;
        for (int i = 0; i < 20; ++i) // enough for the way of many ends at once
            ids.append("j" + QByteArray::number(i));
        QVERIFY(add(ids));
        QVERIFY(m_servers->redis().run(RedisCommand{"HSET", "bull:shopify-events:j7", "opts", opts}));
        std::vector<JobEnd> ends;
        for (const auto &id : takeIds(20))
            ends.push_back({id.toUtf8(), JobEnd::Action::Fail, "no", 0});
        QCOMPARE(*m_queue->finish("token", ends), std::vector<int>(20, 1));
        QCOMPARE(counts().active, 0);
        QCOMPARE(counts().failed, 20);
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).retryAll(JobState::Failed), 20);
        QCOMPARE(takeIds(99).size(), 20);
    }

    void aRowOfAJobThatIsGoneDoesNotStopRetryAll()
    {
        QVERIFY(m_servers->redis().run(RedisCommand{"ZADD", "bull:shopify-events:failed", "1", "ghost"}));
        QList<QByteArray> ids;
        for (int i = 0; i < 600; ++i)
            ids.append("j" + QByteArray::number(i));
        QVERIFY(add(ids));
        std::vector<JobEnd> ends;
        for (const auto &id : takeIds(600))
            ends.push_back({id.toUtf8(), JobEnd::Action::Fail, "no", 0});
        QVERIFY(m_queue->finish("token", ends));
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).retryAll(JobState::Failed), 600);
        QCOMPARE(counts().failed, 0);
    }

    void aJobWhoseChildrenFailedIsFailedInsteadOfRunForEver()
    {
        QVERIFY(add({"a", "b"}));
        takeIds(2);
        QVERIFY(m_servers->redis().run(RedisCommand{"ZADD", "bull:shopify-events:a:unsuccessful", "1", "bull:other:1"}));
        QVERIFY(m_queue->settle("token", {{"a", JobEnd::Action::Done, "null", 0}, {"b", JobEnd::Action::Done, "null", 0}}));
        QCOMPARE(counts().active, 0);
        QCOMPARE(m_servers->redis().run(RedisCommand{"HGET", "bull:shopify-events:a", "failedReason"})->text, QByteArray("a child of it failed"));
    }

    void aJobThatStallsTooOftenFailsWhenItIsTakenAgain()
    {
        QVERIFY(add({"a"}));
        takeIds(1);
        QVERIFY(m_servers->redis().run(RedisCommand{"DEL", "bull:shopify-events:a:lock"}));
        QCOMPARE(m_queue->recover("oo:", {"a"}, 0)->recovered, QList<QByteArray>{"a"});
        QCOMPARE(m_servers->redis().run(RedisCommand{"HEXISTS", "bull:shopify-events:a", "pb"})->integer, 0); // nobody's now
        const auto taken = *m_queue->take(1, "token", "oo:test");
        QCOMPARE(taken.jobs.front().deferredFailure, QByteArray("job stalled more than allowable limit"));
    }

    void aMarkerThatIsPassedOnWakesAnother()
    {
        QVERIFY(add({"a"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"ZPOPMIN", m_queue->markerKey()}));
        m_queue->passMarkerOn();
        MarkerWait wait(m_servers->settings().redis, {m_queue->markerKey()});
        QVERIFY(wait.begin());
        auto waited = MarkerWait::Waited::NotYet;
        while (waited == MarkerWait::Waited::NotYet) // each reads for up to the connection's time limit
            waited = wait.finish();
        QVERIFY(waited == MarkerWait::Waited::ForMarker);
    }

    void aServerThatRefusesToBlockIsNotAskedWithoutEnd()
    {
        MarkerWait wait(m_servers->settings().redis, {m_queue->markerKey()});
        const WakeSignal wake;
        QVERIFY(m_servers->redis().run(RedisCommand{"SET", m_queue->markerKey(), "not a sorted set"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"CONFIG", "RESETSTAT"}));
        for (int i = 0; i < 3; ++i)
            wait.wait(MarkerWait::longestWaitMs, wake);
        const auto stats = m_servers->redis().run(RedisCommand{"INFO", "commandstats"})->text;
        QVERIFY2(stats.contains("cmdstat_bzpopmin:calls=1,"), stats.constData()); // then it pauses
    }

    void aReplyThatComesTooLateIsNotTakenForAnothers()
    {
        auto settings = m_servers->settings().redis;
        settings.replyTimeoutMs = 100;
        RedisConnection connection(settings);
        QVERIFY(connection.run(std::vector<RedisCommand>{{"SET", "early", "1"}, {"SET", "late", "2"}}));
        QVERIFY(m_servers->redis().run(RedisCommand{"CLIENT", "PAUSE", "400", "ALL"}));
        QCOMPARE(connection.run(RedisCommand{"GET", "early"}).error().code, ErrorCode::Unavailable);
        Result<RedisReply> reply = fail(ErrorCode::Internal, {});
        QTRY_VERIFY((reply = connection.run(RedisCommand{"GET", "late"})).has_value());
        QCOMPARE(reply->text, QByteArray("2"));
    }

    void aServerThatBecameAReplicaIsUnavailableAndLeft()
    {
        RedisConnection connection(m_servers->settings().redis);
        QVERIFY(connection.open());
        QVERIFY(m_servers->redis().run(RedisCommand{"REPLICAOF", "127.0.0.1", "1"}));
        const auto written = connection.run(RedisCommand{"SET", "k", "v"});
        QVERIFY(m_servers->redis().run(RedisCommand{"REPLICAOF", "NO", "ONE"}));
        QCOMPARE(written.error().code, ErrorCode::Unavailable);
        QVERIFY(!connection.isOpen());
    }

    void everyEndLeavesTheJobWhereItBelongs_data()
    {
        QTest::addColumn<JobEnd::Action>("action");
        QTest::addColumn<qint64>("delay");
        QTest::addColumn<QByteArray>("place");
        QTest::addColumn<QByteArray>("attempts"); // field atm
        using A = JobEnd::Action;
        QTest::addRow("done") << A::Done << 0ll << QByteArray("gone") << QByteArray();
        QTest::addRow("fail") << A::Fail << 0ll << QByteArray("failed") << QByteArray("1");
        QTest::addRow("retry at once") << A::Retry << 0ll << QByteArray("waiting") << QByteArray("1");
        QTest::addRow("retry later") << A::Retry << 60000ll << QByteArray("delayed") << QByteArray("1");
        QTest::addRow("later uses up no attempt") << A::Later << 60000ll << QByteArray("delayed") << QByteArray();
        QTest::addRow("release uses up no attempt") << A::Release << 0ll << QByteArray("waiting") << QByteArray();
    }

    void everyEndLeavesTheJobWhereItBelongs()
    {
        QFETCH(JobEnd::Action, action);
        QFETCH(qint64, delay);
        QFETCH(QByteArray, place);
        QFETCH(QByteArray, attempts);
        QVERIFY(add({"a"}));
        takeIds(1);
        QCOMPARE(*m_queue->finish("token", {{"a", action, R"("why")", delay}}), std::vector<int>{1});
        const auto counts = *QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts();
        QCOMPARE(counts.active, 0);
        QCOMPARE(counts.waiting, place == "waiting" ? 1 : 0);
        QCOMPARE(counts.delayed, place == "delayed" ? 1 : 0);
        QCOMPARE(counts.failed, place == "failed" ? 1 : 0);
        QCOMPARE(m_servers->redis().run(RedisCommand{"HGET", "bull:shopify-events:a", "atm"})->text, attempts);
        QCOMPARE(m_servers->redis().run(RedisCommand{"EXISTS", "bull:shopify-events:a:lock"})->integer, 0);
    }

    void onlyTheHolderCanFinish()
    {
        QVERIFY(add({"a"}));
        takeIds(1);
        QCOMPARE(*m_queue->finish("other", {{"a", JobEnd::Action::Done, {}, 0}, {"nobody", JobEnd::Action::Done, {}, 0}}), (std::vector<int>{-6, -1}));
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts()->active, 1);
    }

    void delayedJobsBecomeDue()
    {
        QVERIFY(m_queue->add({{"a", "n", "{}", 30}}));
        const auto early = m_queue->take(1, "token", "oo:test");
        QVERIFY(early->jobs.empty());
        QVERIFY(early->nextDueMs);
        QStringList ids;
        QTRY_VERIFY_WITH_TIMEOUT(!(ids += takeIds(1)).isEmpty(), 2000);
        QCOMPARE(ids, QStringList{QStringLiteral("a")});
    }

    void theRateLimitCountsOverAllTakers()
    {
        QVERIFY(add({"a", "b", "c", "d"}));
        QCOMPARE(takeIds(10, {3, 60000}).size(), 3);
        const auto limited = m_queue->take(10, "token", "oo:test", {3, 60000});
        QVERIFY(limited->jobs.empty());
        QVERIFY(limited->limitedForMs && *limited->limitedForMs <= 60000);
        QVERIFY(m_servers->redis().run(RedisCommand{"PTTL", "bull:shopify-events:limiter"})->integer > 0);
    }

    void aPausedQueueGivesNothing()
    {
        QVERIFY(add({"a"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"HSET", "bull:shopify-events:meta", "paused", "1"}));
        QVERIFY(takeIds(1).isEmpty());
    }

    void jobsOfLostWorkersComeBackAfterTwoLooks()
    {
        QVERIFY(add({"ours", "theirs"}));
        QCOMPARE(m_queue->take(1, "token", "oo:test")->jobs.size(), 1u);
        QCOMPARE(m_queue->take(1, "node", "node-worker")->jobs.size(), 1u);
        QVERIFY(m_servers->redis().run(RedisCommand{"DEL", "bull:shopify-events:ours:lock", "bull:shopify-events:theirs:lock"}));
        const auto first = m_queue->recover("oo:", {});
        QVERIFY(first->recovered.isEmpty());
        QCOMPARE(first->lockless, QList<QByteArray>{"ours"}); // another program's jobs are for BullMQ's own check
        const auto second = m_queue->recover("oo:", first->lockless);
        QCOMPARE(second->recovered, QList<QByteArray>{"ours"});
        QCOMPARE(takeIds(1), QStringList{QStringLiteral("ours")});
    }

    void aRenewedLockIsNotLost()
    {
        QVERIFY(add({"a"}));
        takeIds(1);
        QVERIFY(m_queue->extendLocks({{"a", "token"}})->isEmpty());
        QCOMPARE(*m_queue->extendLocks({{"a", "other"}}), QList<QByteArray>{"a"});
    }

    void anIdWithoutItsJobIsDropped()
    {
        QVERIFY(m_servers->redis().run(RedisCommand{"LPUSH", "bull:shopify-events:wait", "ghost"}));
        QVERIFY(takeIds(5).isEmpty());
        QCOMPARE(QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts()->active, 0);
    }

    void aMarkerWakesAWaiter()
    {
        MarkerWait wait(m_servers->settings().redis, {m_queue->markerKey()});
        const WakeSignal wake;
        QVERIFY(wait.begin());
        QVERIFY(add({"a"}));
        QElapsedTimer clock;
        clock.start();
        wait.wait(MarkerWait::longestWaitMs, wake);
        QVERIFY(clock.elapsed() < MarkerWait::longestWaitMs); // it did not wait for the time limit
    }

    void theSignalEndsAWait()
    {
        MarkerWait wait(m_servers->settings().redis, {m_queue->markerKey()});
        WakeSignal wake;
        wake.raise();
        QElapsedTimer clock;
        clock.start();
        wait.wait(MarkerWait::longestWaitMs, wake);
        QVERIFY(clock.elapsed() < MarkerWait::longestWaitMs);
    }

    void aFlushedServerForgetsScriptsAndIsTaughtThemAgain()
    {
        QVERIFY(add({"a"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"SCRIPT", "FLUSH"}));
        QVERIFY(add({"b"}));
    }

    void anErrorReplyIsNotMistakenForAnAnswer()
    {
        const auto replies = m_servers->redis().run(std::vector<RedisCommand>{{"SET", "k", "v"}, {"LPUSH", "k", "x"}, {"GET", "k"}});
        QVERIFY(replies);
        QVERIFY((*replies)[1].kind == RedisReply::Kind::Error);
        QCOMPARE((*replies)[2].text, QByteArray("v"));
    }

    void aConnectionSpeaksAsAUserOfTheAccessList()
    {
        QVERIFY(m_servers->redis().run(RedisCommand{"ACL", "SETUSER", "orders", "on", ">pass word", "~*", "+@all"}));
        auto settings = m_servers->settings().redis;
        settings.user = QStringLiteral("orders");
        settings.password = QStringLiteral("pass word");
        RedisConnection known(settings);
        QCOMPARE(known.run(RedisCommand{"ACL", "WHOAMI"})->text, QByteArray("orders"));
        settings.password = QStringLiteral("wrong");
        RedisConnection unknown(settings);
        QCOMPARE(unknown.open().error().code, ErrorCode::Unavailable);
    }

    void aReconnectRestoresUserNameAndScripts()
    {
        QVERIFY(m_servers->redis().run(RedisCommand{"ACL", "SETUSER", "orders", "on", ">secret", "~*", "+@all"}));
        auto settings = m_servers->settings().redis;
        settings.user = QStringLiteral("orders");
        settings.password = QStringLiteral("secret");
        settings.clientName = JobQueue::clientName("shopify-events", "oo:test");
        RedisConnection connection(settings);
        JobQueue queue(connection, "shopify-events", {});
        QVERIFY(queue.add({{"a", "n", "{}"}}));
        QVERIFY(m_servers->redis().run(RedisCommand{"CLIENT", "KILL", "USER", "orders"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"SCRIPT", "FLUSH"}));
        QCOMPARE(queue.add({{"b", "n", "{}"}}).error().code, ErrorCode::Unavailable); // not sent again unasked: it may have been done
        const auto added = [&] { return queue.add({{"c", "n", "{}"}}).has_value(); };
        QTRY_VERIFY(added());
        QCOMPARE(connection.run(RedisCommand{"CLIENT", "GETNAME"})->text, settings.clientName);
        QCOMPARE(connection.run(RedisCommand{"ACL", "WHOAMI"})->text, QByteArray("orders"));
    }

    void tlsIsSpokenOrRefusedClearlyAndNeverLeftOut()
    {
        auto settings = m_servers->settings().redis; // a server without TLS
        settings.tls = true;
        RedisConnection connection(settings);
        const auto opened = connection.open();
        QCOMPARE(opened.error().code, ErrorCode::Unavailable);
        QVERIFY2(opened.error().message.contains(QStringLiteral("TLS")), qPrintable(opened.error().message));
        QVERIFY(!connection.isOpen());
    }

    void aQueueWithASchedulerIsRefused()
    {
        QVERIFY(add({"a"}));
        QVERIFY(m_servers->redis().run(RedisCommand{"ZADD", "bull:shopify-events:repeat", "1", "every"}));
        const auto taken = m_queue->take(1, "token", "w");
        QVERIFY(!taken);
        QVERIFY(taken.error().message.contains(QStringLiteral("job schedulers")));
        QVERIFY(m_servers->redis().run(RedisCommand{"DEL", "bull:shopify-events:repeat"}));
        QCOMPARE(takeIds(1), QStringList{QStringLiteral("a")});
    }

    void manyEndsAtOnceLeaveTheOthersActive()
    {
        QList<QByteArray> ids;
        for (int i = 0; i < 40; ++i)
            ids.append("j" + QByteArray::number(i));
        QVERIFY(add(ids));
        takeIds(40);
        std::vector<JobEnd> ends;
        for (int i = 0; i < 40; i += 2)
            ends.push_back({ids[i], JobEnd::Action::Done, "null", 0});
        ends.push_back({"stranger", JobEnd::Action::Done, "null", 0});
        ends.push_back({ids[0], JobEnd::Action::Done, "null", 0}); // a second time
        auto codes = *m_queue->finish("token", ends);
        QCOMPARE(codes.size(), 22u);
        QCOMPARE(std::count(codes.begin(), codes.end(), 1), 20);
        QCOMPARE(codes[20], -1);
        QCOMPARE(codes[21], -3);
        const auto left = m_servers->redis().run(RedisCommand{"LRANGE", "bull:shopify-events:active", "0", "-1"});
        QCOMPARE(left->items.size(), 20u);
        QCOMPARE(left->items.back().text, QByteArray("j1")); // the oldest end is where it was
        QCOMPARE(left->items.front().text, QByteArray("j39"));
    }

private:
    Result<AddedJobs> add(const QList<QByteArray> &ids)
    {
        QList<NewJob> jobs;
        for (const auto &id : ids)
            jobs.append({id, "n", "{}", 0});
        return m_queue->add(jobs);
    }

    QStringList takeIds(int max, RateLimit limit = {})
    {
        QStringList ids;
        const auto taken = m_queue->take(max, "token", "oo:test", limit);
        for (const auto &job : taken->jobs)
            ids << QString::fromUtf8(job.id);
        return ids;
    }

    QueueCounts counts() { return *QueueControl(m_servers->redis(), bytesOf(QueueName::ShopifyEvents)).counts(); }

    bool finish(const QByteArray &id, JobEnd::Action action, const QByteArray &text = {})
    {
        return m_queue->finish("token", {{id, action, text, 0}})->front() == 1;
    }

    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<JobQueue> m_queue;
};

QTEST_GUILESS_MAIN(JobQueueTest)
#include "job_queue_test.moc"
