#include "gui/models/revealed.h"

#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

CallSummary aCall(qint64 attempt, const OptionalText &answer)
{
    CallSummary call;
    call.eventId = {7};
    call.state = "refused";
    call.attempt = attempt;
    call.answer = answer;
    return call;
}

OrderPage anOrder(const QByteArray &id, bool revealed)
{
    OrderPage page;
    page.order.id = id;
    page.revealed = revealed;
    page.order.customer.text = revealed ? "{\"name\":\"Ada\"}" : "{\"name\":\"***\"}";
    page.calls = {aCall(1, QByteArray(revealed ? "no such street" : "***"))};
    TimelineEntry entry;
    entry.at = {5};
    entry.kind = "answer";
    entry.text = revealed ? "refused: no such street" : "refused: ***";
    page.timeline = {entry};
    return page;
}

EventPage anEvent(qint64 id, bool revealed)
{
    EventPage page;
    page.event.id = {id};
    page.revealed = revealed;
    page.payload.text = revealed ? "{\"name\":\"Ada\"}" : "{\"name\":\"***\"}";
    DeliverySummary delivery;
    delivery.receivedAt = {5};
    if (revealed)
        delivery.body = "e30=";
    page.deliveries = {delivery};
    return page;
}

} // namespace

class RevealedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOrderThatIsLookedAtAgainStaysRevealed()
    {
        const auto kept = withRevealed(anOrder("1", false), anOrder("1", true));
        QVERIFY(kept.revealed);
        QCOMPARE(kept.order.customer.text, QByteArray("{\"name\":\"Ada\"}"));
        QCOMPARE(kept.calls[0].answer, OptionalText("no such street"));
        QCOMPARE(kept.timeline[0].text, QByteArray("refused: no such street"));
    }

    void whatIsNewIsSeen()
    {
        auto next = anOrder("1", false);
        next.order.shippingStatus = "shipped";
        next.calls = {aCall(2, QByteArray("***"))};
        const auto kept = withRevealed(next, anOrder("1", true));
        QCOMPARE(kept.order.shippingStatus, QByteArray("shipped"));
        QCOMPARE(kept.calls[0].answer, OptionalText("***")); // of an attempt that nobody revealed
    }

    void anotherOrderIsMasked()
    {
        const auto kept = withRevealed(anOrder("2", false), anOrder("1", true));
        QVERIFY(!kept.revealed);
        QCOMPARE(kept.order.customer.text, QByteArray("{\"name\":\"***\"}"));
    }

    void anEventThatIsLookedAtAgainStaysRevealed()
    {
        auto next = anEvent(3, false);
        next.deliveries.push_back({{6}, true, {}, {}});
        next.event.outcome = "applied";
        const auto kept = withRevealed(next, anEvent(3, true));
        QVERIFY(kept.revealed);
        QCOMPARE(kept.payload.text, QByteArray("{\"name\":\"Ada\"}"));
        QCOMPARE(kept.deliveries.size(), 2u);
        QCOMPARE(kept.deliveries[0].body, OptionalText("e30="));
        QCOMPARE(kept.deliveries[1].body, OptionalText());
        QCOMPARE(kept.event.outcome, OptionalText("applied"));
        QVERIFY(!withRevealed(anEvent(4, false), anEvent(3, true)).revealed);
    }
};

QTEST_APPLESS_MAIN(RevealedTest)
#include "revealed_test.moc"
