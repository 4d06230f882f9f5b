#include "service/proof/fault_plan.h"

#include <QSet>
#include <QTest>

using namespace oo;
using namespace oo::proof;

namespace {

QList<Fault> allFaults()
{
    QList<Fault> all;
    for (const auto &row : EnumTable<Fault>::rows)
        all.append(row.value);
    return all;
}

QByteArray textOfPlan(const FaultPlan &plan)
{
    QByteArray text;
    for (const auto &kill : plan.kills)
        text += bytesOf(kill.kill.point) + ':' + QByteArray::number(kill.kill.pass) + ' ';
    for (const auto &fault : plan.faults)
        text += QByteArray(rowOf(fault.fault).text.data()) + ' ';
    return text;
}

QSet<Fault> faultsOf(const FaultPlan &plan)
{
    QSet<Fault> faults;
    for (const auto &planned : plan.faults)
        faults.insert(planned.fault);
    return faults;
}

} // namespace

class FaultPlanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameSeedMakesTheSamePlan()
    {
        QCOMPARE(textOfPlan(makePlan(200, 7, allFaults())), textOfPlan(makePlan(200, 7, allFaults())));
        QVERIFY(textOfPlan(makePlan(200, 7, allFaults())) != textOfPlan(makePlan(200, 8, allFaults())));
    }

    void everyPointAndEveryFaultComesAsOftenAsTheOthers_data()
    {
        QTest::addColumn<int>("kills");
        for (const int kills : {0, 5, 14, 100, 1000})
            QTest::addRow("%d", kills) << kills;
    }

    void everyPointAndEveryFaultComesAsOftenAsTheOthers()
    {
        QFETCH(int, kills);
        const auto plan = makePlan(kills, 3, allFaults());
        QCOMPARE(plan.kills.size(), kills);
        const int points = static_cast<int>(EnumTable<FaultPoint>::rows.size());
        for (const auto &row : EnumTable<FaultPoint>::rows) {
            const auto times = std::count_if(plan.kills.cbegin(), plan.kills.cend(), [&](const auto &planned) { return planned.kill.point == row.value; });
            QVERIFY(times == kills / points || times == kills / points + 1);
        }
        for (const auto fault : allFaults())
            QVERIFY(faultsOf(plan).contains(fault));
        for (const auto &planned : plan.kills)
            QVERIFY(planned.kill.pass >= 1);
    }

    void whatThisMachineCannotDoIsLeftOut()
    {
        const auto plan = makePlan(1000, 3, {Fault::RedisFlushed, Fault::Frozen});
        QCOMPARE(faultsOf(plan), (QSet<Fault>{Fault::RedisFlushed, Fault::Frozen}));
        QVERIFY(makePlan(10, 3, {}).faults.isEmpty());
    }

    void aPointThatIsNeverReachedIsGivenUpAndNamed()
    {
        FaultPlan plan;
        plan.kills = {{{FaultPoint::AfterFold, 7}, 0}};
        int tries = 0;
        while (!plan.kills.isEmpty()) {
            plan.tryAgain(plan.kills.takeFirst());
            QVERIFY(plan.kills.isEmpty() || plan.kills.front().kill.pass == 1);
            QVERIFY(++tries <= FaultPlan::kMostTries);
        }
        QCOMPARE(tries, FaultPlan::kMostTries);
        QCOMPARE(plan.givenUp.size(), 1);
        QVERIFY(plan.givenUp.front().startsWith(QStringLiteral("after-fold: not reached")));
    }

    void aFaultThatCannotBeMadeIsGivenUpAndSaysWhy()
    {
        FaultPlan plan;
        plan.faults = {{Fault::RedisFull, 0}};
        for (int i = 0; i < FaultPlan::kMostTries; ++i)
            plan.tryAgain(plan.faults.takeFirst(), QStringLiteral("no Redis"));
        QVERIFY(plan.isEmpty());
        QCOMPARE(plan.givenUp, QStringList{QStringLiteral("redis-full: not made in 5 tries: no Redis")});
    }

    void aServiceIsFrozenOnlyWhereAnotherCouldTakeOver()
    {
        FaultPlan plan;
        plan.faults = {{Fault::Frozen, 0}, {Fault::RedisFlushed, 0}};
        QCOMPARE(plan.takeFault(1)->fault, Fault::RedisFlushed);
        QVERIFY(!plan.takeFault(1));
        QCOMPARE(plan.takeFault(2)->fault, Fault::Frozen);
        QVERIFY(plan.isEmpty());
    }
};

QTEST_APPLESS_MAIN(FaultPlanTest)
#include "fault_plan_test.moc"
