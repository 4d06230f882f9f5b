#include "shared/api/chaos_messages.h"
#include "shared/api/order_messages.h"
#include "shared/api/reading.h"
#include "shared/api/service_messages.h"
#include "shared/api/stream_messages.h"

#include <QTest>

using namespace oo;

namespace {

QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

EventSummary anEvent()
{
    EventSummary event;
    event.id = {9007199254740993}; // not exact as a double
    event.source = "shopify";
    event.type = "ORDER_UPDATED";
    event.refId = "820982911946154508";
    event.receivedAt = *parseInstant("2026-04-06T10:15:43.861204Z");
    event.outcomeDetail = "a \"quoted\" word, a \\ and a\nline";
    return event;
}

} // namespace

class ApiReadingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenByATableIsReadByIt()
    {
        OrderPage page;
        page.order.id = "ff8fda99-65f3-43ca-a016-fdfe055fcc74";
        page.order.customer.text = json("{'name': 'Åsa', 'total': 199.00, 'id': 18446744073709551615}");
        page.why.text = json("{'code':'booked','event':'7'}");
        page.events = {anEvent(), EventSummary()};
        page.timeline = {{Instant{1}, Instant{2}, true, "event", ApiId{7}, "ORDER_CREATED"}, {Instant{3}, {}, false, "call", {}, ""}};
        page.states = {{ApiId{7}, "ORDER_CREATED", "paid", "pending", false, {json("{'a':['x',null]}")}}};
        page.cut = true;
        const auto text = toJson(page);
        const auto read = readMessage<OrderPage>(text);
        QVERIFY2(read.has_value(), read ? "" : qPrintable(read.error().message));
        QCOMPARE(toJson(*read), text); // numbers and order of raw parts included
        QCOMPARE(read->events.front().id.value, 9007199254740993);
        QCOMPARE(read->timeline.front().eventId->value, 7);
    }

    void aListIsReadWithAndWithoutWhatMayBeMissing()
    {
        const auto items = '[' + toJson(anEvent()) + ']';
        const auto bare = readMessage<ListOf<EventSummary>>("{\"items\":" + items + ",\"next\":null}");
        QVERIFY(bare.has_value());
        QVERIFY(!bare->next && !bare->searched);
        const auto full = readMessage<ListOf<EventSummary>>("{\"items\":" + items + ",\"next\":\"Mg\",\"searched\":12}");
        QVERIFY(full.has_value());
        QCOMPARE(*full->next, QByteArray("Mg"));
        QCOMPARE(*full->searched, 12);
        QCOMPARE(toJson(full->items.front()), toJson(anEvent()));
    }

    void whatANewerServiceAddsIsPassedOver()
    {
        const auto read = readMessage<StreamBehind>(json("{'new':{'deep':[1,{'x':2}]},'position':'5.6','message':'slow'}"));
        QVERIFY(read.has_value());
        QCOMPARE(read->position, QByteArray("5.6"));
    }

    void whatIsMissingOrOfAnotherKindIsNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("named");
        QTest::addRow("missing") << json("{'position':'5.6'}") << QStringLiteral("message");
        QTest::addRow("a number for a text") << json("{'position':5,'message':'m'}") << QStringLiteral("position");
        QTest::addRow("null for a text") << json("{'position':null,'message':'m'}") << QStringLiteral("position");
        QTest::addRow("no object") << json("[1]") << QStringLiteral("{}");
        QTest::addRow("cut off") << json("{'position':'5.6','mess") << QStringLiteral("{}");
        QTest::addRow("empty") << QByteArray() << QStringLiteral("{}");
    }

    void whatIsMissingOrOfAnotherKindIsNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, named);
        const auto read = readMessage<StreamBehind>(text);
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().code, ErrorCode::Invalid);
        QVERIFY2(read.error().message.contains(named), qPrintable(read.error().message));
    }

    void aWrongElementFailsItsList()
    {
        QVERIFY(!readMessage<ListOf<StreamBehind>>(json("{'items':[{'position':'1','message':'m'},{'position':'2'}],'next':null}")).has_value());
        QVERIFY(!readMessage<ListOf<StreamBehind>>(json("{'items':{},'next':null}")).has_value());
    }
};

QTEST_APPLESS_MAIN(ApiReadingTest)
#include "api_reading_test.moc"
