#include "service/proof/fault_plan.h"

#include <algorithm>
#include <random>

namespace oo::proof {

namespace {

constexpr int kKillsOfOneFault = 6; // so many kills come with one fault
constexpr int kLatestPass = 40, kLatestCallPass = 6; // calls are rarer

bool isOfCalls(FaultPoint point)
{
    return point == FaultPoint::BeforeCourierCall || point == FaultPoint::AfterCourierAccepted || point == FaultPoint::AfterCallRecord;
}

// Not std::uniform_int_distribution: its numbers differ between libraries.
int below(std::mt19937_64 &random, int end)
{
    return static_cast<int>(random() % static_cast<quint64>(end));
}

template <class T>
void shuffle(QList<T> &items, std::mt19937_64 &random)
{
    for (auto i = items.size() - 1; i > 0; --i)
        items.swapItemsAt(i, below(random, static_cast<int>(i) + 1));
}

} // namespace

FaultPlan makePlan(int kills, quint64 seed, const QList<Fault> &possible)
{
    std::mt19937_64 random(seed);
    FaultPlan plan;
    while (plan.kills.size() < kills) {
        QList<FaultOrders::Kill> cycle;
        for (const auto &row : EnumTable<FaultPoint>::rows)
            cycle.append({row.value, 1 + below(random, isOfCalls(row.value) ? kLatestCallPass : kLatestPass)});
        shuffle(cycle, random);
        plan.kills += cycle.first(std::min<qsizetype>(cycle.size(), kills - plan.kills.size()));
    }
    const auto wanted = std::max<qsizetype>(possible.size(), kills / kKillsOfOneFault);
    while (!possible.isEmpty() && plan.faults.size() < wanted) {
        auto cycle = possible;
        shuffle(cycle, random);
        plan.faults += cycle.first(std::min(cycle.size(), wanted - plan.faults.size()));
    }
    return plan;
}

} // namespace oo::proof
