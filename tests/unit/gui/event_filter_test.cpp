#include "gui/models/event_filter.h"

#include <QRandomGenerator>
#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

constexpr char kOrder[] = "0197a2b4-1111-7222-8333-0123456789ab";

Instant now()
{
    return *parseInstant("2026-04-06T10:20:30Z");
}

tl::expected<EventFilter, FilterProblem> parsed(const QString &text)
{
    return EventFilter::parse(text, QTimeZone("Europe/Berlin"), now());
}

EventFilter filterOf(const QString &text)
{
    return parsed(text).value_or(EventFilter());
}

QString queryText(const EventFilter &filter)
{
    QStringList parts;
    for (const auto &[name, value] : filter.query())
        parts << name + QLatin1Char('=') + value;
    return parts.join(QLatin1Char('&'));
}

EventSummary anEvent()
{
    EventSummary event;
    event.id = {12};
    event.source = "shopify";
    event.type = "ORDER_UPDATED";
    event.refId = "8631";
    event.orderId = kOrder;
    event.deliveryId = "shop.example:w-1";
    event.receivedAt = now();
    event.processedAt = now();
    event.outcome = "applied";
    return event;
}

EventSummary anOpenEvent()
{
    auto event = anEvent();
    event.processedAt.reset();
    event.outcome.reset();
    return event;
}

EventSummary aParkedEvent()
{
    auto event = anOpenEvent();
    event.parked = "poison";
    return event;
}

EventSummary anInternalEvent()
{
    auto event = anEvent();
    event.source = "internal";
    return event;
}

} // namespace

class EventFilterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsTypedBecomesAQuestionToTheService_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("query");
        const auto row = [](const char *text, const char *query) { QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(query); };
        row("", "");
        row("   ", "");
        row("8631", "ref=8631");
        row("ref:8631", "ref=8631");
        row("TRACK-1", "ref=TRACK-1");
        row("  type:ORDER_UPDATED   ref:8631  ", "type=ORDER_UPDATED&ref=8631");
        row("type:orders/paid", "type=orders/paid");
        row("source:courier", "source=courier");
        row("outcome:superseded", "outcome=superseded");
        row("outcome:open", "outcome=open");
        row("outcome:parked", "outcome=parked");
        row("id:12", "eventIds=12");
        row("id:12,13,14", "eventIds=12,13,14");
        row("order:0197a2b4-1111-7222-8333-0123456789ab", "order=0197a2b4-1111-7222-8333-0123456789ab");
        row("order:{0197A2B4-1111-7222-8333-0123456789AB}", "order=0197a2b4-1111-7222-8333-0123456789ab");
        row("delivery:shop.example:w-1", "deliveryId=shop.example:w-1");
        row("run:chaos-run-1", "run=chaos-run-1");
        row("since:1h", "since=2026-04-06T09:20:30.000Z");
        row("since:10:15", "since=2026-04-06T08:15:00.000Z");
        row("since:2026-04-06T10:15 until:2026-04-06T10:16", "since=2026-04-06T08:15:00.000Z&until=2026-04-06T08:16:00.000Z");
        row("since:2026-04-06T10:15:00Z", "since=2026-04-06T10:15:00.000Z");
        row("since:\"2026-04-06 10:15\"", "since=2026-04-06T08:15:00.000Z");
        row("payload.currency:EUR since:1d", "payload=currency=EUR&since=2026-04-05T10:20:30.000Z");
        row("since:1d payload.customer.address.city:\"Bad Homburg\"", "since=2026-04-05T10:20:30.000Z&payload=customer.address.city=Bad Homburg");
        row("since:1d \"payload.line items\":2", "since=2026-04-05T10:20:30.000Z&payload=line items=2");
        row("ref:\"two words\"", "ref=two words");
        row("\"two words\"", "ref=two words");
        row("ref:\"with:colon\"", "ref=with:colon");
        row("\"with:colon\"", "ref=with:colon");
        row("ref:\"the \"\"quoted\"\" one\"", "ref=the \"quoted\" one");
        row("ref:نورة", "ref=نورة");
        row("ref:a\tsource:shopify", "ref=a&source=shopify");
    }

    void whatIsTypedBecomesAQuestionToTheService()
    {
        QFETCH(QString, text);
        QFETCH(QString, query);
        const auto filter = parsed(text);
        QVERIFY2(filter, filter ? "" : qPrintable(filter.error().message));
        QCOMPARE(queryText(*filter), query);
        QCOMPARE(filter->isEmpty(), query.isEmpty());
    }

    void whatCannotBeAskedIsSaidWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *text, const char *where, const char *said) {
            QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(where) << QString::fromUtf8(said);
        };
        row("type:ORDER_UPDATED colour:red ref:1", "colour:red", "\"colour\"");
        row("Type:ORDER_UPDATED", "Type:ORDER_UPDATED", "\"Type\"");
        row(":x", ":x", "\"\"");
        row("ref:1 type:", "type:", "needs a value");
        row("ref:\"\"", "ref:\"\"", "needs a value");
        row("\"\"", "\"\"", "value");
        row("ref:1 \"open quote", "\"open quote", "not closed");
        row("source:shop", "source:shop", "shopify, courier, internal");
        row("outcome:done", "outcome:done", "superseded");
        row("outcome:Applied", "outcome:Applied", "applied");
        row("id:12,", "id:12,", "no list of event ids");
        row("id:twelve", "id:twelve", "no list of event ids");
        row("id:-1", "id:-1", "no list of event ids");
        row("order:#1001", "order:#1001", "not the id of an order");
        row("ref:1 since:yesterday", "since:yesterday", "no time");
        row("until:", "until:", "needs a value");
        row("ref:1 source:shopify ref:2", "ref:2", "given twice");
        row("1 2", "2", "\"ref\" is given twice");
        row("ref:1 2", "2", "given twice");
        row("since:1d payload.a:1 payload.b:2", "payload.b:2", "given twice");
        row("payload:1 since:1h", "payload:1", "\"payload\"");
        row("payload.:1 since:1h", "payload.:1", "which member");
        row("payload.currency:EUR", "payload.currency:EUR", "since:1h");
        row("payload.currency:EUR until:1h", "payload.currency:EUR until:1h", "since:1h");
        row("since:1h until:2h", "since:1h until:2h", "since and until");
        row("since:1h until:1h", "since:1h until:1h", "since and until");
    }

    void whatCannotBeAskedIsSaidWithItsPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, where);
        QFETCH(QString, said);
        const auto filter = parsed(text);
        QVERIFY(!filter);
        QCOMPARE(text.mid(filter.error().from, filter.error().length), where);
        QCOMPARE(filter.error().from, text.lastIndexOf(where));
        QVERIFY2(filter.error().message.contains(said), qPrintable(filter.error().message));
    }

    void everyKeyHasItsRowInTheOrderOfTheEnumeration()
    {
        const auto &rows = filterKeys();
        QCOMPARE(rows.size(), 11);
        for (int i = 0; i < rows.size(); ++i)
            QCOMPARE(static_cast<int>(rows[i].key), i);
    }

    void anEventBelongsToAFilter_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<EventSummary>("event");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *text, const char *what, const EventSummary &event, bool matches) {
            QTest::addRow("%s: %s", text, what) << QString::fromUtf8(text) << event << matches;
        };
        auto other = anEvent();
        other.id = {120};
        other.source = "courier";
        other.type = "ORDER_CREATED";
        other.refId = "86";
        other.orderId.reset();
        other.deliveryId.reset();
        row("", "any", anEvent(), true);
        row("id:12", "that one", anEvent(), true);
        row("id:1,12,3", "one of them", anEvent(), true);
        row("id:012", "written with a zero", anEvent(), true);
        row("id:12", "another", other, false);
        row("type:ORDER_UPDATED", "that type", anEvent(), true);
        row("type:ORDER_UPDATED", "another", other, false);
        row("type:order_updated", "the case counts", anEvent(), false);
        row("ref:8631", "that ref", anEvent(), true);
        row("8631", "that ref", anEvent(), true);
        row("ref:8631", "another", other, false);
        row("ref:8631", "an internal one", anInternalEvent(), false);
        row("order:0197a2b4-1111-7222-8333-0123456789ab", "that order", anEvent(), true);
        row("order:0197A2B4-1111-7222-8333-0123456789AB", "in capitals", anEvent(), true);
        row("order:0197a2b4-1111-7222-8333-0123456789ab", "of no order", other, false);
        row("source:shopify", "from there", anEvent(), true);
        row("source:shopify", "from elsewhere", other, false);
        row("source:internal", "an internal one", anInternalEvent(), true);
        row("outcome:applied", "ended so", anEvent(), true);
        row("outcome:superseded", "ended otherwise", anEvent(), false);
        row("outcome:applied", "open", anOpenEvent(), false);
        row("outcome:open", "open", anOpenEvent(), true);
        row("outcome:open", "parked", aParkedEvent(), false);
        row("outcome:open", "ended", anEvent(), false);
        row("outcome:parked", "parked", aParkedEvent(), true);
        row("outcome:parked", "open", anOpenEvent(), false);
        row("delivery:shop.example:w-1", "that delivery", anEvent(), true);
        row("delivery:shop.example:w-1", "without one", other, false);
        row("since:1h", "just now", anEvent(), true);
        row("since:0s", "that instant", anEvent(), true);
        row("since:\"2026-04-06T10:20:31Z\"", "too early", anEvent(), false);
        row("until:\"2026-04-06T10:20:31Z\"", "before", anEvent(), true);
        row("until:0s", "that instant", anEvent(), false);
        row("type:ORDER_UPDATED ref:8631 outcome:applied", "all of it", anEvent(), true);
        row("type:ORDER_UPDATED ref:8632 outcome:applied", "all but one", anEvent(), false);
    }

    void anEventBelongsToAFilter()
    {
        QFETCH(QString, text);
        QFETCH(EventSummary, event);
        QFETCH(bool, matches);
        const auto filter = parsed(text);
        QVERIFY(filter);
        QCOMPARE(filter->matches(event), matches);
    }

    void onlyWhatAnArrivingEventTellsIsFollowedLive_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("live");
        const auto row = [](const char *text, bool live) { QTest::addRow("%s", text) << QString::fromUtf8(text) << live; };
        row("", true);
        row("type:ORDER_UPDATED 8631 source:shopify since:1h until:1m", true);
        row("id:12", true);
        row("delivery:shop.example:w-1", true);
        row("outcome:open", true);
        row("outcome:applied", false);
        row("outcome:parked", false);
        row("order:0197a2b4-1111-7222-8333-0123456789ab", false);
        row("payload.currency:EUR since:1h", false);
        row("type:ORDER_UPDATED run:chaos-run-1", false);
    }

    void onlyWhatAnArrivingEventTellsIsFollowedLive()
    {
        QFETCH(QString, text);
        QFETCH(bool, live);
        const auto filter = parsed(text);
        QVERIFY(filter);
        QCOMPARE(filter->isLive(), live);
    }

    void theWordAtAPlaceIsFound_data()
    {
        QTest::addColumn<QString>("text"); // | is the place
        QTest::addColumn<QString>("word");
        const auto row = [](const char *text, const char *word) { QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(word); };
        row("|", "");
        row("|type:A ref:1", "type:A");
        row("ty|pe:A ref:1", "type:A");
        row("type:A| ref:1", "type:A");
        row("type:A |ref:1", "ref:1");
        row("type:A | ref:1", "");
        row("type:A ref:1|", "ref:1");
        row("type:A ref:1 |", "");
        row("ref:\"two w|ords\" type:A", "ref:\"two words\"");
        row("ref:\"not closed ye|t", "ref:\"not closed yet");
        row("ref:\"a \"\"b\"\" |c\" type:A", "ref:\"a \"\"b\"\" c\"");
    }

    void theWordAtAPlaceIsFound()
    {
        QFETCH(QString, text);
        QFETCH(QString, word);
        const auto place = static_cast<int>(text.indexOf(QLatin1Char('|')));
        const auto line = text.left(place) + text.mid(place + 1);
        const auto [from, end] = wordAt(line, place);
        QVERIFY(from <= place && place <= end);
        QCOMPARE(line.mid(from, end - from), word);
    }

    void whatMayComeNextIsOffered_data()
    {
        QTest::addColumn<QString>("text"); // up to the place
        QTest::addColumn<QStringList>("offered");
        const auto row = [](const char *text, const QStringList &offered) { QTest::addRow("%s", text) << QString::fromUtf8(text) << offered; };
        row("o", {QStringLiteral("order:"), QStringLiteral("outcome:")});
        row("OUT", {QStringLiteral("outcome:")});
        row("ref:1 so", {QStringLiteral("source:")});
        row("outcome:", {QStringLiteral("outcome:applied"), QStringLiteral("outcome:superseded"), QStringLiteral("outcome:recorded"),
                         QStringLiteral("outcome:delivered"), QStringLiteral("outcome:open"), QStringLiteral("outcome:parked")});
        row("outcome:p", {QStringLiteral("outcome:parked")});
        row("source:s", {QStringLiteral("source:shopify")});
        row("type:order_c", {QStringLiteral("type:ORDER_CREATED")});
        row("since:1", {QStringLiteral("since:1h"), QStringLiteral("since:1d")});
        row("pay", {QStringLiteral("payload.")});
        row("payload.curr", {QStringLiteral("payload.currency:")});
        row("payload.currency:E", {});
        row("ref:8", {});
        row("zzz", {});
        row("(", {});
        row("ref:\"outcome:", {});
    }

    void whatMayComeNextIsOffered()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, offered);
        QCOMPARE(completionsAt(text, static_cast<int>(text.size())), offered);
    }

    void onAnEmptyLineEveryKeyIsOffered()
    {
        QCOMPARE(completionsAt({}, 0).size(), filterKeys().size());
    }

    void theRestOfTheWordDoesNotMatter()
    {
        QCOMPARE(completionsAt(QStringLiteral("outcome:applied"), 3), QStringList{QStringLiteral("outcome:")});
    }

    void aTermIsReadAsItWasWritten_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("term");
        const auto row = [](const char *value, const char *term) { QTest::addRow("%s", value) << QString::fromUtf8(value) << QString::fromUtf8(term); };
        row("8631", "ref:8631");
        row("with:colon", "ref:with:colon");
        row("two words", "ref:\"two words\"");
        row("a\tb", "ref:\"a\tb\"");
        row("5\" screen", "ref:\"5\"\" screen\"");
        row("\"", "ref:\"\"\"\"");
        row("back\\slash", "ref:back\\slash");
        row("نورة 🎀", "ref:\"نورة 🎀\"");
    }

    void aTermIsReadAsItWasWritten()
    {
        QFETCH(QString, value);
        QFETCH(QString, term);
        QCOMPARE(termText(FilterKey::Ref, value), term);
        const auto filter = filterOf(term);
        QCOMPARE(filter.terms().size(), 1);
        QCOMPARE(filter.terms().first().key, FilterKey::Ref);
        QCOMPARE(filter.terms().first().value, value);
    }

    void anyValueAndAnyPathComeBackFromTheLine()
    {
        QRandomGenerator random(7);
        const auto text = [&] {
            const auto letters = QStringLiteral("ab \t\":.\\ü");
            QString made;
            for (int left = random.bounded(1, 8); left > 0; --left)
                made += letters[random.bounded(static_cast<int>(letters.size()))];
            return made;
        };
        for (int i = 0; i < 2000; ++i) {
            const auto type = text(), delivery = text(), path = text(), value = text();
            const auto line = termText(FilterKey::Type, type) + QLatin1Char(' ') + termText(FilterKey::Delivery, delivery) + QStringLiteral(" since:1h ")
                              + termText(FilterKey::Payload, value, path);
            const auto filter = parsed(line);
            QVERIFY2(filter, qPrintable(line));
            const auto &terms = filter->terms();
            QCOMPARE(terms.size(), 4);
            QCOMPARE(terms[0].value, type);
            QCOMPARE(terms[1].value, delivery);
            QCOMPARE(terms[3].path, path);
            QCOMPARE(terms[3].value, value);
        }
    }

    void anyLineIsReadOrRefusedWithinItself()
    {
        QRandomGenerator random(8);
        const QStringList pieces{QStringLiteral("type"), QStringLiteral("payload."), QStringLiteral(":"), QStringLiteral("\""), QStringLiteral(" "), QStringLiteral("since:1h"),
                                 QStringLiteral("x"), QStringLiteral("1"), QStringLiteral(",")};
        for (int i = 0; i < 5000; ++i) {
            QString line;
            for (int left = random.bounded(0, 10); left > 0; --left)
                line += pieces[random.bounded(static_cast<int>(pieces.size()))];
            const auto filter = parsed(line);
            if (!filter)
                QVERIFY2(filter.error().length > 0 && filter.error().from >= 0 && filter.error().from + filter.error().length <= line.size(), qPrintable(line));
            const int place = random.bounded(static_cast<int>(line.size()) + 1);
            const auto [from, end] = wordAt(line, place);
            QVERIFY2(0 <= from && from <= place && place <= end && end <= line.size(), qPrintable(line));
            completionsAt(line, place);
        }
    }
};

QTEST_APPLESS_MAIN(EventFilterTest)
#include "event_filter_test.moc"
