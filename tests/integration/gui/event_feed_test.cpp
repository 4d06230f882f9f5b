// The list of events and their export against a service of the test's own, whose answers and news cross as they please.

#include "gui/models/event_export.h"
#include "gui/models/event_feed.h"
#include "tests/support/stub_server.h"

#include <QCryptographicHash>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>
#include <QtEndian>

using namespace oo;
using namespace oo::gui;
using namespace oo::test;

namespace {

constexpr char kStatus[] = "{\"instance\":\"i\",\"version\":\"1\",\"apiVersion\":1,\"environment\":\"test\",\"roles\":\"all\",\"startedAt\":\"2026-04-06T10:00:00Z\","
                           "\"now\":\"2026-04-06T10:00:00Z\",\"caller\":{\"name\":\"t\",\"role\":\"operator\"},\"counters\":null}";

EventSummary anEvent(qint64 id, const QByteArray &type = "ORDER_UPDATED")
{
    EventSummary event;
    event.id = {id};
    event.source = "shopify";
    event.type = type;
    event.refId = QByteArray::number(id);
    event.receivedAt = {1775469600000000 + id * 1000};
    return event;
}

// A stream that says one thing: that it is there.
QByteArray streamAnswer(const StubRequest &request)
{
    const auto key = request.header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    const QByteArray frame("{\"kind\":\"queues\",\"body\":{\"items\":[],\"next\":null}}");
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
           + QCryptographicHash::hash(key, QCryptographicHash::Sha1).toBase64() + "\r\n\r\n\x81" + static_cast<char>(frame.size()) + frame;
}

} // namespace

class EventFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_stored.clear();
        m_lists = 0;
        m_during = {};
        m_status = 200;
        m_isSilent = false;
        m_service = std::make_unique<StubServer>([this](const StubRequest &request) { return answer(request); });
        Profile profile;
        profile.url = m_service->url();
        m_client = std::make_unique<AdminClient>(profile, "token");
        m_client->start();
        QTRY_COMPARE(m_client->state(), LinkState::Live);
        m_feed = std::make_unique<EventFeed>(*m_client);
    }
    void cleanup()
    {
        m_feed.reset();
        m_client.reset();
        m_service.reset();
    }

    void newsThatCrossTheFirstPageAreShownOnceAndInOrder_data()
    {
        QTest::addColumn<bool>("afterTheQuestion");
        QTest::addRow("before the service looked") << false;
        QTest::addRow("after it looked, before its answer came") << true;
    }
    void newsThatCrossTheFirstPageAreShownOnceAndInOrder()
    {
        QFETCH(bool, afterTheQuestion);
        store(1, 3);
        const auto cross = [this] {
            store(4, 4);
            tell({3, 4});
        };
        if (afterTheQuestion)
            m_during = cross;
        filterBy({});
        if (!afterTheQuestion)
            cross();
        QTRY_COMPARE(shown(), (QList<qint64>{4, 3, 2, 1}));
        tell({4});
        tell({5, 6});
        QCOMPARE(shown(), (QList<qint64>{6, 5, 4, 3, 2, 1}));
    }

    void olderPagesNeitherRepeatNorSkipWhileNewsCome()
    {
        store(1, 500);
        read({});
        m_during = [this] {
            store(501, 503);
            tell({501, 502, 503});
        };
        while (m_feed->hasOlder()) {
            m_feed->loadOlder();
            m_feed->loadOlder(); // asked twice, asked once
            QTRY_VERIFY(!m_feed->isLoading());
        }
        QCOMPARE(m_lists, 3);
        QCOMPARE(shown(), downFrom(503, 503));
    }

    void newsThatDoNotMatchAreNotShown()
    {
        read(QStringLiteral("type:ORDER_CREATED"));
        TailNews news;
        news.events = {anEvent(1), anEvent(2, "ORDER_CREATED")};
        Q_EMIT m_client->newsArrived(news);
        QCOMPARE(shown(), QList<qint64>{2});
    }

    void whileItIsPausedNewsAreCountedAndThenShown()
    {
        store(1, 2);
        read({});
        m_feed->setPaused(true);
        tell({3, 4});
        tell({5});
        QCOMPARE(m_feed->heldBack(), 3);
        QCOMPARE(shown(), (QList<qint64>{2, 1}));
        m_feed->setPaused(false);
        QCOMPARE(m_feed->heldBack(), 0);
        QCOMPARE(shown(), (QList<qint64>{5, 4, 3, 2, 1}));
        QCOMPARE(m_lists, 1); // nothing was asked for it
    }

    void aPauseDuringTheFirstPageHoldsWhatComesAfterIt()
    {
        store(1, 2);
        filterBy({});
        m_feed->setPaused(true);
        tell({3});
        QTRY_COMPARE(shown(), (QList<qint64>{2, 1}));
        m_feed->setPaused(false);
        QCOMPARE(shown(), (QList<qint64>{3, 2, 1}));
    }

    void afterMoreThanCanBeHeldTheListIsReadAnew()
    {
        store(1, 2);
        read({});
        m_feed->setPaused(true);
        store(3, 10005);
        for (qint64 id = 3; id <= 10005; id += 1000)
            tell(upTo(id, std::min<qint64>(id + 999, 10005)));
        QCOMPARE(m_feed->heldBack(), 10003);
        m_feed->setPaused(false);
        QTRY_COMPARE(shown(), downFrom(10005, 200));
        QVERIFY(m_feed->hasOlder()); // no gap: the rest is below
        QCOMPARE(m_lists, 2);
    }

    void anotherFilterGivesUpThePageUnderWay()
    {
        store(1, 3);
        m_stored.append(anEvent(4, "ORDER_CREATED"));
        m_isSilent = true;
        filterBy({});
        QTRY_COMPARE(m_lists, 1);
        tell({5});
        m_isSilent = false;
        read(QStringLiteral("type:ORDER_CREATED"));
        QCOMPARE(shown(), QList<qint64>{4});
        QCOMPARE(m_lists, 2);
    }

    void aFirstPageThatFailedIsAskedForAgainWhenTheLinkIsBack()
    {
        store(1, 1);
        m_status = 503;
        read({});
        QVERIFY(!m_feed->problem().isEmpty());
        tell({2});
        QVERIFY(shown().isEmpty()); // it would stand above a gap
        m_status = 200;
        store(2, 2);
        Q_EMIT m_client->stateChanged();
        QTRY_COMPARE(shown(), (QList<qint64>{2, 1}));
        QVERIFY(m_feed->problem().isEmpty());
    }

    void newsBeginAnewAndSoDoesTheList()
    {
        store(1, 3);
        read({});
        m_stored = {anEvent(1)}; // restored to what it was
        Q_EMIT m_client->gapOpened();
        QTRY_COMPARE(shown(), QList<qint64>{1});
    }

    void theOldestAreLetGoOfAndNothingIsPutBelowTheGap()
    {
        store(1, 500);
        read({});
        m_feed->loadOlder();
        QVERIFY(m_feed->isLoading());
        for (qint64 id = 501; id <= EventFeed::mostRows + 501; id += 10000) // crosses it
            tell(upTo(id, id + 9999));
        QCOMPARE(m_feed->events().rowCount(), EventFeed::mostRows);
        QVERIFY(!m_feed->isLoading());
        QVERIFY(!m_feed->hasOlder());
        const auto newest = m_feed->events().row(0).id.value;
        QCOMPARE(m_feed->events().row(EventFeed::mostRows - 1).id.value, newest - EventFeed::mostRows + 1);
        m_feed->loadOlder();
        QVERIFY(!m_feed->isLoading());
    }

    void whatNewsCannotTellIsLookedFor_data()
    {
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("came");
        QTest::addColumn<int>("shownThen");
        QTest::addColumn<int>("asked"); // lists, for all of it
        QTest::addRow("nothing") << 3 << 0 << 3 << 2;
        QTest::addRow("a few") << 3 << 2 << 5 << 2;
        QTest::addRow("more than a page") << 3 << 450 << 453 << 4;
        QTest::addRow("the first ones") << 0 << 3 << 3 << 2;
        QTest::addRow("more than is looked for: it is read anew") << 3 << 2500 << 200 << 12;
        QTest::addRow("many first ones are read page by page") << 0 << 700 << 200 << 3;
    }
    void whatNewsCannotTellIsLookedFor()
    {
        QFETCH(int, before);
        QFETCH(int, came);
        QFETCH(int, shownThen);
        QFETCH(int, asked);
        store(1, before);
        read(QStringLiteral("outcome:applied"));
        tell({before + 1}); // says nothing: how it ends is not known when it comes
        QCOMPARE(shown().size(), before);
        store(before + 1, before + came);
        m_feed->lookForNew();
        m_feed->lookForNew(); // not twice at a time
        QTRY_COMPARE(m_lists, asked);
        QTRY_COMPARE(shown(), downFrom(before + came, shownThen));
        QCOMPARE(m_feed->hasOlder(), shownThen < before + came);
    }

    void lookingWaitsItsTurn()
    {
        read(QStringLiteral("outcome:applied"));
        m_feed->lookForNew();
        QTRY_COMPARE(m_lists, 2);
        m_feed->lookForNew(); // too soon
        read({});
        m_feed->lookForNew(); // of news alone
        QCoreApplication::processEvents();
        QCOMPARE(m_lists, 3);
    }

    void olderOnesAreReadWhileALookIsUnderWay()
    {
        store(1, 300);
        read(QStringLiteral("outcome:applied"));
        store(301, 302);
        m_feed->lookForNew();
        QVERIFY(!m_feed->isLoading()); // what nobody asked for is not told
        m_feed->loadOlder();
        QVERIFY(m_feed->isLoading());
        QTRY_COMPARE(shown(), downFrom(302, 302));
    }

    void whatIsFoundWhilePausedIsHeldOnceAndAGapIsMended()
    {
        store(1, 3);
        read(QStringLiteral("outcome:applied"));
        m_feed->setPaused(true);
        store(4, 3000);
        m_feed->lookForNew();
        QTRY_COMPARE(m_feed->heldBack(), 2000);
        QCOMPARE(shown(), downFrom(3, 3));
        m_feed->setPaused(false);
        QTRY_COMPARE(shown(), downFrom(3000, 200));
    }

    void endingsOfWhatIsSeenAreLearnt()
    {
        store(1, 3);
        m_stored[2].processedAt = m_stored[2].receivedAt; // of 3
        read({});
        m_stored[1].processedAt = m_stored[1].receivedAt;
        m_stored[1].outcome = "applied";
        m_stored[0].parked = "poison";
        QSignalSpy updated(&m_feed->events(), &QAbstractItemModel::dataChanged);
        m_feed->refreshOpen(0, 100); // beyond the end
        m_feed->refreshOpen(0, 100); // not twice at a time
        tell({4});                   // rows move meanwhile
        QTRY_COMPARE(updated.size(), 2);
        QCOMPARE(m_feed->events().row(2).outcome, OptionalText("applied"));
        QCOMPARE(m_feed->events().row(3).parked, OptionalText("poison"));
        QCOMPARE(m_askedIds, QByteArray("2,1")); // 3 had ended
    }

    void anExportedCellIsQuotedAndNoFormula_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("cell");
        QTest::addRow("plain") << QByteArray("abc") << QByteArray("abc");
        QTest::addRow("none") << QByteArray() << QByteArray();
        QTest::addRow("a comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
        QTest::addRow("quotes") << QByteArray("say \"no\"") << QByteArray("\"say \"\"no\"\"\"");
        QTest::addRow("lines") << QByteArray("one\ntwo") << QByteArray("\"one\ntwo\"");
        QTest::addRow("a formula") << QByteArray("=1+1") << QByteArray("'=1+1");
        QTest::addRow("a sum") << QByteArray("+49 30") << QByteArray("'+49 30");
        QTest::addRow("a difference") << QByteArray("-5") << QByteArray("'-5");
        QTest::addRow("a function") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
        QTest::addRow("a formula behind a tab") << QByteArray("\t=1") << QByteArray("'\t=1");
        QTest::addRow("a formula with quotes") << QByteArray("=HYPERLINK(\"x\",1)") << QByteArray("\"'=HYPERLINK(\"\"x\"\",1)\"");
        QTest::addRow("a sign within") << QByteArray("a=b") << QByteArray("a=b");
    }
    void anExportedCellIsQuotedAndNoFormula()
    {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, cell);
        m_stored.append(anEvent(1));
        m_stored[0].outcomeDetail = value;
        const auto text = exported(QStringLiteral("events.csv"));
        const QByteArray header("id,source,type,refId,orderId,deliveryId,receivedAt,businessAt,processedAt,outcome,outcomeDetail,parked\r\n");
        QCOMPARE(text, header + "1,shopify,ORDER_UPDATED,1,,,2026-04-06T10:00:00.001Z,,,," + cell + ",\r\n");
    }

    void anExportGoesOnToTheLastPage()
    {
        store(1, 1200);
        QCOMPARE(exported(QStringLiteral("events.csv")).count('\n'), 1201); // with the header
        const auto lines = exported(QStringLiteral("events.jsonl")).split('\n');
        QCOMPARE(lines.size(), 1201); // with what follows the last
        QCOMPARE(readMessage<EventSummary>(lines[0])->id.value, 1200);
        QCOMPARE(readMessage<EventSummary>(lines[1199])->id.value, 1);
        QCOMPARE(m_lists, 6);
    }

    void anExportThatDoesNotEndWellLeavesThingsAsTheyWere_data()
    {
        QTest::addColumn<bool>("isCancelled");
        QTest::addColumn<QByteArray>("before"); // what was in the file; empty: there was none
        QTest::addRow("cancelled") << true << QByteArray();
        QTest::addRow("cancelled over another file") << true << QByteArray("kept");
        QTest::addRow("a page fails") << false << QByteArray();
        QTest::addRow("a page fails over another file") << false << QByteArray("kept");
    }
    void anExportThatDoesNotEndWellLeavesThingsAsTheyWere()
    {
        QFETCH(bool, isCancelled);
        QFETCH(QByteArray, before);
        store(1, 1200);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("events.csv")));
        if (!before.isEmpty())
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(before) > 0);
        file.close();
        {
            EventExport run(*m_client, {}, file.fileName());
            QSignalSpy finished(&run, &EventExport::finished);
            connect(&run, &EventExport::progressed, this, [&] { // a page is written
                if (isCancelled)
                    run.cancel();
                else
                    m_status = 400;
            });
            run.start();
            QTRY_COMPARE(finished.size(), 1);
            QVERIFY(!finished[0][0].toString().isEmpty());
            QCoreApplication::processEvents();
            QCOMPARE(finished.size(), 1); // told once
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), before.isEmpty() ? 0 : 1);
        if (!before.isEmpty())
            QVERIFY(file.open(QIODevice::ReadOnly) && file.readAll() == before);
    }

    void anExportOutlivesAnAnswerThatWasLost()
    {
        store(1, 1200);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("events.csv")));
        EventExport run(*m_client, {}, file.fileName());
        QSignalSpy finished(&run, &EventExport::finished);
        connect(&run, &EventExport::progressed, this, [&] { m_status = m_lists == 1 ? 503 : 200; });
        run.start();
        QTRY_COMPARE(m_lists, 2); // asked for in vain
        m_status = 200;
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished[0][0].toString(), QString());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 1201);
    }

    void anExportToWhereNothingCanBeWrittenSaysSo()
    {
        EventExport run(*m_client, {}, QStringLiteral("/nowhere/at/all/events.csv"));
        QSignalSpy finished(&run, &EventExport::finished);
        run.start();
        QCOMPARE(finished.size(), 1);
        QVERIFY(!finished[0][0].toString().isEmpty());
        QCOMPARE(m_lists, 0);
    }

private:
    StubAnswer answer(const StubRequest &request)
    {
        if (request.path.startsWith("/admin/v1/status"))
            return {200, kStatus};
        if (request.path.startsWith("/admin/v1/stream"))
            return {.whole = streamAnswer(request)};
        const QUrlQuery query(QUrl(QString::fromLatin1(request.path)).query());
        const auto valueOf = [&](const char *name) { return query.queryItemValue(QLatin1StringView(name), QUrl::FullyDecoded).toUtf8(); };
        m_askedIds = valueOf("eventIds");
        m_lists += m_askedIds.isEmpty() ? 1 : 0;
        if (m_status != 200)
            return {m_status, "{\"error\":{\"code\":\"unavailable\",\"message\":\"PostgreSQL is away\"}}"};
        const auto ids = m_askedIds.split(',');
        const auto after = valueOf("after").isEmpty() ? std::numeric_limits<qint64>::max() : valueOf("after").toLongLong();
        ListOf<EventSummary> page;
        for (auto it = m_stored.crbegin(); it != m_stored.crend(); ++it) {
            const bool isAsked = m_askedIds.isEmpty() || ids.contains(QByteArray::number(it->id.value));
            const bool isOfType = valueOf("type").isEmpty() || valueOf("type") == it->type;
            if (it->id.value >= after || !isAsked || !isOfType)
                continue;
            if (static_cast<int>(page.items.size()) == valueOf("limit").toInt()) {
                page.next = QByteArray::number(page.items.back().id.value);
                break;
            }
            page.items.push_back(*it);
        }
        if (m_during)
            std::exchange(m_during, {})();
        return {200, toJson(page), m_isSilent};
    }

    void store(qint64 first, qint64 last)
    {
        for (qint64 id = first; id <= last; ++id)
            m_stored.append(anEvent(id));
    }
    void tell(const QList<qint64> &ids)
    {
        TailNews news;
        for (const auto id : ids)
            news.events.push_back(anEvent(id));
        Q_EMIT m_client->newsArrived(news);
    }
    void filterBy(const QString &text) { m_feed->setFilter(*EventFilter::parse(text, QTimeZone::utc(), Instant::now())); }
    void read(const QString &filter)
    {
        filterBy(filter);
        QTRY_VERIFY(!m_feed->isLoading());
    }
    QList<qint64> shown() const
    {
        QList<qint64> ids;
        for (const auto &event : m_feed->events().rows())
            ids.append(event.id.value);
        return ids;
    }
    static QList<qint64> upTo(qint64 first, qint64 last)
    {
        QList<qint64> ids;
        for (qint64 id = first; id <= last; ++id)
            ids.append(id);
        return ids;
    }
    static QList<qint64> downFrom(qint64 newest, qint64 count)
    {
        auto ids = upTo(newest - count + 1, newest);
        std::reverse(ids.begin(), ids.end());
        return ids;
    }
    QByteArray exported(const QString &name)
    {
        QTemporaryDir folder;
        EventExport run(*m_client, {}, folder.filePath(name));
        QSignalSpy finished(&run, &EventExport::finished);
        run.start();
        if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 10000) || !finished[0][0].toString().isEmpty())
            QTest::qFail("it was not exported", __FILE__, __LINE__);
        QFile file(folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QList<EventSummary> m_stored; // the oldest first
    int m_lists = 0;              // asked for
    QByteArray m_askedIds;        // of the last question
    std::function<void()> m_during; // between the look and the answer, once
    int m_status = 200;
    bool m_isSilent = false;
    std::unique_ptr<StubServer> m_service;
    std::unique_ptr<AdminClient> m_client;
    std::unique_ptr<EventFeed> m_feed;
};

QTEST_GUILESS_MAIN(EventFeedTest)
#include "event_feed_test.moc"
