#include "gui/models/counter_rates.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

struct Look
{
    double second = 0;
    QList<double> counts; // of each process; less than nothing: it is not in the list
};

InstanceSummary process(const QByteArray &name, const QJsonObject &counters)
{
    InstanceSummary instance;
    instance.instance = name;
    instance.counters.text = QJsonDocument(counters).toJson(QJsonDocument::Compact);
    return instance;
}

Instant at(double second)
{
    return {1775469600000000 + static_cast<qint64>(second * 1e6)};
}

CounterRates taken(const QList<Look> &looks)
{
    CounterRates rates;
    for (const auto &look : looks) {
        std::vector<InstanceSummary> instances;
        for (qsizetype i = 0; i < look.counts.size(); ++i) {
            if (look.counts[i] >= 0)
                instances.push_back(process("p" + QByteArray::number(i), {{QStringLiteral("done"), look.counts[i]}}));
        }
        rates.take(at(look.second), instances);
    }
    return rates;
}

// Each second `perSecond` more.
QList<Look> steadily(double from, double to, double first, double perSecond)
{
    QList<Look> looks;
    for (double second = from; second <= to; ++second)
        looks.append(Look{second, {first + (second - from) * perSecond}});
    return looks;
}

// Counts by class: `places` are the classes of what ended, one each.
QJsonObject durationsOf(const QList<int> &places)
{
    QList<int> counts(14, 0);
    for (const int place : places)
        ++counts[place];
    QJsonArray classes;
    for (const int count : counts)
        classes.append(count);
    return {{QStringLiteral("durations"), QJsonObject{{QStringLiteral("webhook"), classes}}}};
}

} // namespace

class CounterRatesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRateIsWhatGrewInTheWindow_data()
    {
        QTest::addColumn<QList<Look>>("looks");
        QTest::addColumn<double>("rate"); // less than nothing: none is told
        QTest::addRow("nothing before the first look") << QList<Look>{} << -1.0;
        QTest::addRow("nothing after one look") << QList<Look>{{0, {100}}} << -1.0;
        QTest::addRow("by seconds, not by looks") << QList<Look>{{0, {100}}, {2, {130}}} << 15.0;
        QTest::addRow("what was counted before it was seen did not happen just now") << QList<Look>{{0, {1000000}}, {1, {1000000}}} << 0.0;
        QTest::addRow("over all processes") << QList<Look>{{0, {100, 10}}, {1, {110, 15}}} << 15.0;
        QTest::addRow("a process that comes later counts from then on") << QList<Look>{{0, {100}}, {1, {110, 5000}}, {2, {120, 5010}}} << 15.0;
        QTest::addRow("a process that goes takes nothing away") << QList<Look>{{0, {100, 10}}, {1, {110, 15}}, {2, {125, -1}}} << 15.0;
        QTest::addRow("a process that began anew counts from nothing") << QList<Look>{{0, {1000}}, {1, {4}}} << 4.0;
        QTest::addRow("the last ten seconds alone") << steadily(0, 20, 0, 100) + steadily(21, 30, 2000, 0) << 0.0;
        QTest::addRow("half of the window") << steadily(0, 20, 0, 100) + steadily(21, 25, 2000, 0) << 50.0;
        QTest::addRow("after a break it begins anew") << QList<Look>{{0, {0}}, {1, {100}}, {3600, {500000}}} << -1.0;
        QTest::addRow("and tells what is, not what was in the break") << QList<Look>{{0, {0}}, {1, {100}}, {3600, {500000}}, {3601, {500007}}} << 7.0;
        QTest::addRow("a clock that runs back is no time") << QList<Look>{{100, {0}}, {50, {100}}} << -1.0;
        QTest::addRow("and is followed from there") << QList<Look>{{100, {0}}, {50, {100}}, {52, {120}}} << 10.0;
    }
    void aRateIsWhatGrewInTheWindow()
    {
        QFETCH(QList<Look>, looks);
        QFETCH(double, rate);
        const auto told = taken(looks).perSecond("done");
        QCOMPARE(told.has_value(), rate >= 0);
        if (told)
            QCOMPARE(*told, rate);
    }

    void aCounterThatNobodyHasIsNothingASecond()
    {
        QCOMPARE(taken({{0, {1}}, {1, {2}}}).perSecond("other"), std::optional(0.0));
    }

    void durationsAreUpperBoundsOfTheirClass_data()
    {
        QTest::addColumn<QList<int>>("before");
        QTest::addColumn<QList<int>>("after");
        QTest::addColumn<double>("half");
        QTest::addColumn<double>("nearlyAll");
        QTest::addColumn<int>("count");
        QTest::addRow("one") << QList<int>{} << QList<int>{3} << 10.0 << 10.0 << 1;
        QTest::addRow("the slow one is seen at 99 percent") << QList<int>{} << QList<int>{0, 0, 0, 9} << 1.0 << 1000.0 << 4;
        QTest::addRow("one of two hundred is not") << QList<int>{} << QList<int>(199, 1) + QList<int>{12} << 2.0 << 2.0 << 200;
        QTest::addRow("beyond all classes it is the last bound") << QList<int>{} << QList<int>{13, 13} << 10000.0 << 10000.0 << 2;
        QTest::addRow("what ended before the first look is left out") << QList<int>{12, 12, 12} << QList<int>{12, 12, 12, 2} << 5.0 << 5.0 << 1;
        QTest::addRow("none ended") << QList<int>{4} << QList<int>{4} << 0.0 << 0.0 << 0;
        QTest::addRow("of a process that began anew all count") << QList<int>{4, 4, 4} << QList<int>{4} << 20.0 << 20.0 << 1;
    }
    void durationsAreUpperBoundsOfTheirClass()
    {
        QFETCH(QList<int>, before);
        QFETCH(QList<int>, after);
        QFETCH(double, half);
        QFETCH(double, nearlyAll);
        QFETCH(int, count);
        CounterRates rates;
        rates.take(at(0), {process("p", durationsOf(before))});
        QVERIFY(!rates.duration("webhook"));
        rates.take(at(1), {process("p", durationsOf(after))});
        const auto told = rates.duration("webhook");
        QCOMPARE(told.has_value(), count > 0);
        if (!told)
            return;
        QCOMPARE(told->p50Ms, half);
        QCOMPARE(told->p99Ms, nearlyAll);
        QCOMPARE(told->count, count);
    }

    void durationsLeaveTheWindow()
    {
        CounterRates rates;
        for (int second = 0; second <= 11; ++second)
            rates.take(at(second), {process("p", durationsOf(second == 0 ? QList<int>{} : QList<int>{5}))});
        QVERIFY(!rates.duration("webhook"));
        QVERIFY(!rates.duration("courier_call"));
    }

    void countersThatCannotBeReadAreNone()
    {
        CounterRates rates;
        for (int second = 0; second < 2; ++second) {
            auto broken = process("p", {});
            broken.counters.text = "null";
            rates.take(at(second), {broken});
        }
        QCOMPARE(rates.perSecond("done"), std::optional(0.0));
    }
};

QTEST_APPLESS_MAIN(CounterRatesTest)
#include "counter_rates_test.moc"
