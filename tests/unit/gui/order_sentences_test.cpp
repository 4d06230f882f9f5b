#include "gui/models/order_sentences.h"

#include "shared/model/event_types.h"
#include "shared/model/statuses.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

using Parameters = QList<std::pair<const char *, QByteArray>>;

OrderWhy whyFor(OrderReason reason, const Parameters &parameters = {})
{
    RawJson why;
    JsonObjectWriter json(why.text);
    json.string("code", bytesOf(reason));
    for (const auto &[name, value] : parameters)
        json.string(name, value);
    json.close();
    return whyOf(why);
}

// What the service may send with any reason.
Parameters allParameters()
{
    return {{"event", "417"}, {"reason", "poison"}, {"answer", "no such street"}, {"count", "3"}};
}

EventSummary anEvent(qint64 id, const OptionalText &outcome, const OptionalText &parked = {})
{
    EventSummary event;
    event.id = {id};
    event.outcome = outcome;
    event.parked = parked;
    return event;
}

CallSummary aCall(qint64 event, const QByteArray &type, const QByteArray &state)
{
    CallSummary call;
    call.eventId = {event};
    call.type = type;
    call.state = state;
    return call;
}

OrderPage pageWith(std::vector<EventSummary> events)
{
    OrderPage page;
    page.events = std::move(events);
    return page;
}

} // namespace

class OrderSentencesTest : public QObject
{
    Q_OBJECT

    void eachReason()
    {
        QTest::addColumn<OrderReason>("reason");
        for (const auto &row : EnumTable<OrderReason>::rows)
            QTest::addRow("%s", row.text.data()) << row.value;
    }

private Q_SLOTS:
    void everyReasonHasASentence_data() { eachReason(); }

    void everyReasonHasASentence()
    {
        QFETCH(OrderReason, reason);
        static const QRegularExpression placeholder(QStringLiteral("%\\d"));
        for (const auto &parameters : {Parameters(), allParameters()}) {
            const auto why = whyFor(reason, parameters);
            QCOMPARE(why.reason, std::optional(reason));
            QVERIFY2(why.sentence.size() > 20 && !why.sentence.contains(placeholder), qPrintable(why.sentence));
            QCOMPARE(why.sentence, why.sentence.trimmed());
            QCOMPARE(why.event.has_value(), !parameters.isEmpty());
        }
    }

    void noTwoReasonsHaveTheSameSentence()
    {
        QSet<QString> sentences;
        for (const auto &row : EnumTable<OrderReason>::rows)
            sentences.insert(whyFor(row.value, allParameters()).sentence);
        QCOMPARE(sentences.size(), static_cast<qsizetype>(EnumTable<OrderReason>::rows.size()));
    }

    void aSentenceHoldsWhatItIsAbout_data()
    {
        QTest::addColumn<OrderReason>("reason");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addRow("the parked event") << OrderReason::EventParked << QByteArray("event") << QByteArray("417");
        QTest::addRow("why it is parked") << OrderReason::EventParked << QByteArray("reason") << QByteArray("poison");
        QTest::addRow("how many wait") << OrderReason::EventsWaiting << QByteArray("count") << QByteArray("31");
        QTest::addRow("the attempt") << OrderReason::BookingInFlight << QByteArray("attempt") << QByteArray("5");
        QTest::addRow("the answer to a refusal") << OrderReason::BookingRefused << QByteArray("answer") << QByteArray("no such street");
        QTest::addRow("the last answer of an unknown call") << OrderReason::BookingUnknown << QByteArray("answer") << QByteArray("timed out");
        QTest::addRow("why the booking is parked") << OrderReason::BookingParked << QByteArray("reason") << QByteArray("stalled");
        QTest::addRow("what the shop says") << OrderReason::PaymentPending << QByteArray("financialStatus") << QByteArray("authorized");
    }

    void aSentenceHoldsWhatItIsAbout()
    {
        QFETCH(OrderReason, reason);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        const auto why = whyFor(reason, {{name.constData(), value}});
        QVERIFY2(why.sentence.contains(QString::fromUtf8(value)), qPrintable(why.sentence));
    }

    void whatOthersWroteStaysAsItIs_data()
    {
        QTest::addColumn<OrderReason>("reason");
        QTest::addColumn<QByteArray>("name");
        QTest::addRow("the courier's answer") << OrderReason::BookingRefused << QByteArray("answer");
        QTest::addRow("the courier's last answer") << OrderReason::BookingUnknown << QByteArray("answer");
        QTest::addRow("the shop's status") << OrderReason::PaymentPending << QByteArray("financialStatus");
        QTest::addRow("a reason of a newer service") << OrderReason::BookingParked << QByteArray("reason");
    }

    void whatOthersWroteStaysAsItIs()
    {
        QFETCH(OrderReason, reason);
        QFETCH(QByteArray, name);
        const QByteArray foreign = "100% %1 %2 %3 %4 %L1 <b>\"x\"</b>";
        const auto why = whyFor(reason, {{"event", "417"}, {"attempt", "2"}, {name.constData(), foreign}});
        QVERIFY2(why.sentence.contains(QString::fromUtf8(foreign)), qPrintable(why.sentence));
    }

    void anAnswerThatIsMissingLeavesNoTrace()
    {
        QCOMPARE(whyFor(OrderReason::BookingRefused, {{"event", "417"}, {"answer", ""}}).sentence, QStringLiteral("Not booked: the courier refused it (event 417)."));
        QVERIFY(whyFor(OrderReason::BookingRefused, {{"event", "417"}, {"answer", "No."}}).sentence.endsWith(QStringLiteral("It said: No.")));
    }

    void theEventIsRead()
    {
        QCOMPARE(whyFor(OrderReason::Booked, {{"event", "9007199254740993"}}).event, std::optional<qint64>(9007199254740993));
        QCOMPARE(whyFor(OrderReason::Booked).event, std::nullopt);
        QCOMPARE(whyFor(OrderReason::Booked, {{"event", "x"}}).event, std::nullopt);
    }

    void aReasonOfANewerServiceIsNamed()
    {
        const auto why = whyOf({"{\"code\":\"waits_for_%1\",\"event\":\"12\"}"});
        QCOMPARE(why.reason, std::nullopt);
        QCOMPARE(why.event, std::optional<qint64>(12));
        QVERIFY2(why.sentence.contains(QStringLiteral("\"waits_for_%1\"")), qPrintable(why.sentence));
    }

    void whatIsNoReasonAtAllStillHasASentence_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char *json : {"", "null", "[]", "{", "{\"code\":5}"})
            QTest::addRow("%s", json) << QByteArray(json);
    }

    void whatIsNoReasonAtAllStillHasASentence()
    {
        QFETCH(QByteArray, json);
        const auto why = whyOf({json});
        QCOMPARE(why.reason, std::nullopt);
        QVERIFY(!why.sentence.isEmpty());
    }

    void whatMayBeDoneFollowsTheSituation_data()
    {
        QTest::addColumn<std::vector<EventSummary>>("events");
        QTest::addColumn<OrderReason>("reason");
        QTest::addColumn<QList<OrderAction>>("actions");
        using Events = std::vector<EventSummary>;
        using Actions = QList<OrderAction>;
        QTest::addRow("nothing happened yet") << Events{} << OrderReason::ReadyToBook << Actions{};
        QTest::addRow("all is well") << Events{anEvent(1, "applied"), anEvent(2, {})} << OrderReason::BookingWaits << Actions{};
        QTest::addRow("an event is parked") << Events{anEvent(1, {}, "poison")} << OrderReason::EventParked << Actions{OrderAction::ReRun};
        QTest::addRow("refused by the courier") << Events{anEvent(1, "applied"), anEvent(2, {}, "refused")} << OrderReason::BookingRefused << Actions{OrderAction::BookAgain};
        QTest::addRow("refused, and another parked") << Events{anEvent(1, {}, "stalled"), anEvent(2, {}, "refused")} << OrderReason::BookingRefused
                                                     << Actions{OrderAction::BookAgain, OrderAction::ReRun};
        QTest::addRow("refused, and cancelled since") << Events{anEvent(2, {}, "refused")} << OrderReason::CancelledUnbooked << Actions{};
        QTest::addRow("without a certain answer") << Events{anEvent(2, {})} << OrderReason::BookingUnknown << Actions{OrderAction::AskCourier};
        QTest::addRow("attempts are exhausted") << Events{anEvent(2, {}, "attempts_exhausted")} << OrderReason::BookingParked << Actions{OrderAction::ReRun};
        QTest::addRow("booked") << Events{anEvent(1, "applied"), anEvent(2, "delivered")} << OrderReason::Booked << Actions{OrderAction::ReSend};
        QTest::addRow("refused, behind another parked event") << Events{anEvent(1, {}, "poison"), anEvent(2, {}, "refused")} << OrderReason::EventParked << Actions{OrderAction::ReRun};
        QTest::addRow("of a reason that a newer service parks for") << Events{anEvent(1, {}, "new_reason")} << OrderReason::EventParked << Actions{OrderAction::ReRun};
    }

    void whatMayBeDoneFollowsTheSituation()
    {
        QFETCH(std::vector<EventSummary>, events);
        QFETCH(OrderReason, reason);
        QFETCH(QList<OrderAction>, actions);
        QCOMPARE(actionsFor(pageWith(events), whyFor(reason, {{"event", "2"}})), actions);
    }

    void whatMovesUnseenIsLookedAtAgain_data()
    {
        QTest::addColumn<std::optional<Instant>>("processedAt");
        QTest::addColumn<OrderReason>("reason");
        QTest::addColumn<bool>("moves");
        using At = std::optional<Instant>;
        QTest::addRow("all is settled and booked") << At(Instant{1}) << OrderReason::Booked << false;
        QTest::addRow("not paid yet: its next webhook tells") << At(Instant{1}) << OrderReason::PaymentPending << false;
        QTest::addRow("booked, with an event that is open") << At() << OrderReason::Booked << true;
        QTest::addRow("the courier is being asked") << At(Instant{1}) << OrderReason::BookingInFlight << true;
        QTest::addRow("parked: somebody may release it") << At(Instant{1}) << OrderReason::EventParked << true;
    }

    void whatMovesUnseenIsLookedAtAgain()
    {
        QFETCH(std::optional<Instant>, processedAt);
        QFETCH(OrderReason, reason);
        QFETCH(bool, moves);
        auto event = anEvent(1, {});
        event.processedAt = processedAt;
        QCOMPARE(mayMoveUnseen(pageWith({event}), whyFor(reason)), moves);
    }

    void theCallsSayWhatMayBeDoneWhateverStandsFirst_data()
    {
        QTest::addColumn<OrderPage>("page");
        QTest::addColumn<OrderReason>("reason");
        QTest::addColumn<QList<OrderAction>>("actions");
        using Actions = QList<OrderAction>;
        const auto row = [](const char *name, OrderReason reason, const std::vector<CallSummary> &calls, const Actions &actions, const std::function<void(OrderPage &)> &change = {}) {
            OrderPage page;
            page.order.paymentStatus = "paid";
            page.order.shippingStatus = "fulfilling";
            page.calls = calls;
            if (change)
                change(page);
            QTest::addRow("%s", name) << page << reason << actions;
        };
        const auto booking = [](qint64 event, const char *state) { return aCall(event, "BOOKING_CREATE_REQUEST", state); };
        row("a refusal behind a poisoned event", OrderReason::EventParked, {booking(2, "refused")}, {OrderAction::BookAgain});
        row("a refusal that was booked again", OrderReason::EventParked, {booking(2, "refused"), booking(4, "accepted")}, {});
        row("a refusal whose next booking waits", OrderReason::EventParked, {booking(2, "refused")}, {}, [](OrderPage &page) {
            page.events = {anEvent(4, {})};
            page.events[0].type = "BOOKING_CREATE_REQUEST";
            page.events[0].processedAt = Instant{1};
        });
        row("a refusal of an order that is cancelled", OrderReason::CancelledUnbooked, {booking(2, "refused")}, {}, [](OrderPage &page) { page.order.paymentStatus = "cancelled"; });
        row("a cancellation without a certain answer", OrderReason::CancellationWaits, {booking(2, "accepted"), aCall(5, "BOOKING_CANCEL_REQUEST", "unknown")}, {OrderAction::AskCourier});
        row("an unknown booking behind a poisoned event", OrderReason::EventParked, {booking(2, "unknown")}, {OrderAction::AskCourier});
        row("the shop's call is not the courier's", OrderReason::Shipped, {aCall(5, "shopify-admin-notifications", "unknown")}, {});
    }

    void theCallsSayWhatMayBeDoneWhateverStandsFirst()
    {
        QFETCH(OrderPage, page);
        QFETCH(OrderReason, reason);
        QFETCH(QList<OrderAction>, actions);
        QCOMPARE(actionsFor(page, whyFor(reason)), actions);
    }

    void theNewestOpenCallIsAskedAbout()
    {
        OrderPage page;
        page.calls = {aCall(2, "BOOKING_CREATE_REQUEST", "unknown"), aCall(5, "BOOKING_CANCEL_REQUEST", "unknown"), aCall(6, "shopify-admin-notifications", "unknown")};
        QCOMPARE(openCourierCallOf(page, whyFor(OrderReason::EventParked, {{"event", "1"}})), std::optional<qint64>(5));
    }

    void whatWasRefusedIsNotRunAgain()
    {
        const auto page = pageWith({anEvent(1, {}, "poison"), anEvent(2, "applied"), anEvent(3, {}, "refused"), anEvent(4, {}, "stalled")});
        QCOMPARE(releasableEventsOf(page), (QList<qint64>{1, 4}));
    }
};


QTEST_APPLESS_MAIN(OrderSentencesTest)
#include "order_sentences_test.moc"
