#include "gui/models/health_picture.h"

#include <QSignalSpy>
#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

InstanceSummary process(const QByteArray &name, const QByteArray &counters = "{}")
{
    InstanceSummary instance;
    instance.instance = name;
    instance.counters.text = counters;
    return instance;
}

StreamHealth healthOf(bool postgres, bool redis)
{
    StreamHealth health;
    health.at = Instant::now();
    health.postgres = postgres;
    health.redis = redis;
    health.instances.text = "null";
    return health;
}

HealthFacts wellFacts()
{
    HealthFacts facts;
    facts.link = LinkState::Live;
    facts.health = healthOf(true, true);
    facts.instances = {process("one")};
    QueueSummary queue;
    queue.queue = "shopify-events";
    facts.queues = {queue};
    DownstreamSummary courier;
    courier.downstream = "courier";
    facts.downstreams = {courier};
    facts.balance = EventBalance();
    facts.balance->balanced = true;
    return facts;
}

QByteArrayList keysOf(const QList<Warning> &warnings)
{
    QByteArrayList keys;
    for (const auto &warning : warnings)
        keys << warning.key;
    return keys;
}

} // namespace

class HealthPictureTest : public QObject
{
    Q_OBJECT

    static void addSituation(const char *name, const QByteArrayList &keys, int bad, const std::function<void(HealthFacts &)> &change)
    {
        auto facts = wellFacts();
        change(facts);
        QTest::addRow("%s", name) << facts << keys << bad;
    }

private Q_SLOTS:
    void whatIsWrongIsSaidOnceAndTheGravestFirst_data()
    {
        QTest::addColumn<HealthFacts>("facts");
        QTest::addColumn<QByteArrayList>("keys");
        QTest::addColumn<int>("bad"); // how many of them, at the front
        addSituation("all is well", {}, 0, [](HealthFacts &) {});
        addSituation("nothing is known yet", {}, 0, [](HealthFacts &facts) { facts = {}; });
        addSituation("waiting for the link", {"link"}, 1, [](HealthFacts &facts) { facts.link = LinkState::Waiting; });
        addSituation("connecting again", {"link"}, 1, [](HealthFacts &facts) { facts.link = LinkState::Connecting; });
        addSituation("refused", {"link"}, 1, [](HealthFacts &facts) { facts.link = LinkState::Refused; });
        addSituation("both servers are down", {"postgres", "redis"}, 2, [](HealthFacts &facts) { facts.health = healthOf(false, false); });
        addSituation("the tail is held back", {"held"}, 0, [](HealthFacts &facts) { facts.health->heldBackBy = TailHolder{4711, 5001, "psql"}; });
        addSituation("not for a moment", {}, 0, [](HealthFacts &facts) { facts.health->heldBackBy = TailHolder{4711, 5000, "psql"}; });
        addSituation("a silent process", {"silent one"}, 1, [](HealthFacts &facts) { facts.instances[0].silent = true; });
        addSituation("one that said goodbye is not missed", {}, 0, [](HealthFacts &facts) {
            facts.instances[0].silent = true;
            facts.instances[0].stoppedAt = Instant::now();
        });
        addSituation("foreign workers, seen by two", {"foreign"}, 1,
                     [](HealthFacts &facts) { facts.instances = {process("one", "{\"foreign_order_workers\":1}"), process("two", "{\"foreign_order_workers\":1}")}; });
        addSituation("a paused queue is told as such, not as old", {"paused shopify-events"}, 0, [](HealthFacts &facts) {
            facts.queues[0].isPaused = true;
            facts.queues[0].oldestMs = 3600000;
        });
        addSituation("an old job", {"old shopify-events"}, 0, [](HealthFacts &facts) { facts.queues[0].oldestMs = 60001; });
        addSituation("a job that waits a minute is none", {}, 0, [](HealthFacts &facts) { facts.queues[0].oldestMs = 60000; });
        addSituation("failed jobs", {"failed shopify-events"}, 0, [](HealthFacts &facts) { facts.queues[0].failed = 3; });
        addSituation("parked for two reasons", {"parked poison", "parked unmatched"}, 0,
                     [](HealthFacts &facts) { facts.parked = {ParkGroup{"poison", 1, {}, {}}, ParkGroup{"unmatched", 2, {}, {}}}; });
        addSituation("an open circuit before unknown calls", {"circuit courier", "unknown courier"}, 1, [](HealthFacts &facts) {
            facts.downstreams[0].circuitOpen = true;
            facts.downstreams[0].unknown = 2;
        });
        addSituation("law 5 by the balance", {"balance"}, 1, [](HealthFacts &facts) { facts.balance->wrong = 1; });
        addSituation("law 5 by what a process counts", {"balance"}, 1, [](HealthFacts &facts) { facts.instances = {process("one", "{\"events_unbalanced\":4}")}; });
        addSituation("broken rules stand before what only waits", {"balance", "redis", "circuit courier", "failed shopify-events", "parked poison"}, 3, [](HealthFacts &facts) {
            facts.health->redis = false;
            facts.queues[0].failed = 1;
            facts.parked = {ParkGroup{"poison", 1, {}, {}}};
            facts.downstreams[0].circuitOpen = true;
            facts.balance->wrong = 2;
        });
    }
    void whatIsWrongIsSaidOnceAndTheGravestFirst()
    {
        QFETCH(HealthFacts, facts);
        QFETCH(QByteArrayList, keys);
        QFETCH(int, bad);
        const auto warnings = warningsOf(facts);
        QCOMPARE(keysOf(warnings), keys);
        for (int i = 0; i < warnings.size(); ++i) {
            QCOMPARE(warnings[i].tone, i < bad ? Tone::Bad : Tone::Warning);
            QVERIFY(!warnings[i].text.isEmpty());
            QVERIFY2(!warnings[i].text.contains(QLatin1Char('%')), qPrintable(warnings[i].text));
        }
    }

    void init()
    {
        m_picture.reset();
        m_client = std::make_unique<AdminClient>(Profile(), "token"); // not started: news come by its signals alone
        m_picture = std::make_unique<HealthPicture>(*m_client);
    }

    void aBrokenRuleIsToldWhenItComesAndNotAgainWhileItStays()
    {
        QSignalSpy broken(m_picture.get(), &HealthPicture::ruleBroken);
        tell(true, true);
        QCOMPARE(broken.size(), 0);
        tell(true, false);
        tell(true, false);
        QCOMPARE(broken.size(), 1);
        QCOMPARE(broken[0][0].value<Warning>().key, QByteArray("redis"));
        tell(false, false);
        QCOMPARE(broken.size(), 2);
        QCOMPARE(broken[1][0].value<Warning>().key, QByteArray("postgres"));
        tell(true, true);
        tell(true, false);
        QCOMPARE(broken.size(), 3); // what comes again is news
    }

    void whatOnlyWaitsBreaksNoRule()
    {
        QSignalSpy broken(m_picture.get(), &HealthPicture::ruleBroken);
        QueueSummary queue;
        queue.queue = "shopify-events";
        queue.failed = 5;
        Q_EMIT m_client->queuesArrived({{queue}, {}, {}});
        QCOMPARE(keysOf(m_picture->unacknowledged()), QByteArrayList{"failed shopify-events"});
        QCOMPARE(broken.size(), 0);
    }

    void whatIsAcknowledgedStaysSoUntilItGoes()
    {
        tell(true, false);
        m_picture->acknowledge();
        QVERIFY(m_picture->unacknowledged().isEmpty());
        tell(true, false);
        QVERIFY(m_picture->unacknowledged().isEmpty());
        QCOMPARE(keysOf(m_picture->warnings()), QByteArrayList{"redis"}); // it is still shown
        tell(false, false);
        QCOMPARE(keysOf(m_picture->unacknowledged()), QByteArrayList{"postgres"}); // another one
        tell(true, true);
        tell(true, false);
        QCOMPARE(keysOf(m_picture->unacknowledged()), QByteArrayList{"redis"}); // the same, come again
    }

    void whileItIsSnoozedNothingIsToldAndAllIsShown()
    {
        QSignalSpy broken(m_picture.get(), &HealthPicture::ruleBroken), changed(m_picture.get(), &HealthPicture::changed);
        m_picture->snooze(60);
        QCOMPARE(changed.size(), 1);
        QVERIFY(m_picture->isSnoozed());
        tell(false, true);
        QCOMPARE(broken.size(), 0);
        QVERIFY(m_picture->unacknowledged().isEmpty());
        QCOMPARE(keysOf(m_picture->warnings()), QByteArrayList{"postgres"});
        m_picture->snooze(0);
        QVERIFY(!m_picture->isSnoozed());
        QCOMPARE(keysOf(m_picture->unacknowledged()), QByteArrayList{"postgres"});
    }

    void whatBrokeDuringASnoozeAndLastsIsToldAfterwards()
    {
        tell(true, false); // told before it
        QSignalSpy broken(m_picture.get(), &HealthPicture::ruleBroken);
        m_picture->snooze(60);
        tell(false, false);
        QCOMPARE(broken.size(), 0);
        m_picture->snooze(0);
        tell(false, false);
        QCOMPARE(broken.size(), 1);
        QCOMPARE(broken[0][0].value<Warning>().key, QByteArray("postgres"));
    }

    void whatWasAcknowledgedDuringASnoozeIsNotToldAfterwards()
    {
        QSignalSpy broken(m_picture.get(), &HealthPicture::ruleBroken);
        m_picture->snooze(60);
        tell(false, true);
        m_picture->acknowledge();
        m_picture->snooze(0);
        tell(false, true);
        QCOMPARE(broken.size(), 0);
    }

    void thePictureIsNotWholeBeforeAllWasTold()
    {
        QVERIFY(!m_picture->isWhole());
        tell(true, true);
        QVERIFY(!m_picture->isWhole()); // what is parked is not known
    }

    void depthsAreKeptForFiveMinutes()
    {
        QueueSummary queue;
        queue.queue = "q";
        for (int second = 0; second < HealthPicture::depthsKept + 5; ++second) {
            queue.waiting = second;
            Q_EMIT m_client->queuesArrived({{queue}, {}, {}});
        }
        QCOMPARE(m_picture->depths("q").size(), HealthPicture::depthsKept);
        QCOMPARE(m_picture->depths("q").constFirst(), 5.0);
        QVERIFY(m_picture->depths("other").isEmpty());
    }

private:
    void tell(bool postgres, bool redis) { Q_EMIT m_client->healthArrived(healthOf(postgres, redis)); }

    std::unique_ptr<AdminClient> m_client;
    std::unique_ptr<HealthPicture> m_picture;
};

QTEST_GUILESS_MAIN(HealthPictureTest)
#include "health_picture_test.moc"
