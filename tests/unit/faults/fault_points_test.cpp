#include "service/faults/fault_points.h"

#include <QTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace oo;

namespace {

// How a child ends that does this.
int endOf(const std::function<void()> &work)
{
    const auto child = fork();
    if (child == 0) {
        work();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

} // namespace

class FaultPointsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pointsAndGuardsAreInertUnlessArmed()
    {
        const auto status = endOf([] {
            for (const auto &point : EnumTable<FaultPoint>::rows)
                passFaultPoint(point.value);
            for (const auto &guard : EnumTable<Guard>::rows) {
                if (isOff(guard.value))
                    _exit(1);
            }
        });
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    void theProcessIsKilledAtTheGivenPassThroughItsPoint_data()
    {
        QTest::addColumn<int>("passes");
        QTest::addColumn<bool>("killed");
        QTest::addRow("before it") << 2 << false;
        QTest::addRow("at it") << 3 << true;
    }

    void theProcessIsKilledAtTheGivenPassThroughItsPoint()
    {
        QFETCH(int, passes);
        QFETCH(bool, killed);
        const auto status = endOf([&] {
            armFaults({FaultOrders::Kill{FaultPoint::AfterTake, 3}, {}});
            for (int i = 0; i < passes; ++i) {
                passFaultPoint(FaultPoint::BeforeFinish); // another one does not count
                passFaultPoint(FaultPoint::AfterTake);
            }
        });
        QCOMPARE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, killed);
    }

    void aGuardIsOffAlone()
    {
        const auto status = endOf([] {
            armFaults({{}, {Guard::Sweep}});
            _exit(isOff(Guard::Sweep) && !isOff(Guard::RowLock) && !isOff(Guard::FoldCheck) ? 0 : 1);
        });
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
};

QTEST_APPLESS_MAIN(FaultPointsTest)
#include "fault_points_test.moc"
