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
        text += bytesOf(kill.point) + ':' + QByteArray::number(kill.pass) + ' ';
    for (const auto fault : plan.faults)
        text += QByteArray(rowOf(fault).text.data()) + ' ';
    return text;
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
            const auto times = std::count_if(plan.kills.cbegin(), plan.kills.cend(), [&](const auto &kill) { return kill.point == row.value; });
            QVERIFY(times == kills / points || times == kills / points + 1);
        }
        for (const auto fault : allFaults())
            QVERIFY(plan.faults.contains(fault));
        for (const auto &kill : plan.kills)
            QVERIFY(kill.pass >= 1);
    }

    void whatThisMachineCannotDoIsLeftOut()
    {
        const auto plan = makePlan(1000, 3, {Fault::RedisFlushed, Fault::Frozen});
        QCOMPARE(QSet<Fault>(plan.faults.cbegin(), plan.faults.cend()), (QSet<Fault>{Fault::RedisFlushed, Fault::Frozen}));
        QVERIFY(makePlan(10, 3, {}).faults.isEmpty());
    }
};

QTEST_APPLESS_MAIN(FaultPlanTest)
#include "fault_plan_test.moc"
