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

void FaultPlan::tryAgain(PlannedKill kill)
{
    if (++kill.tries < kMostTries)
        kills.append({{kill.kill.point, 1}, kill.tries});
    else
        givenUp << QStringLiteral("%1: not reached in %2 tries").arg(QString::fromUtf8(bytesOf(kill.kill.point))).arg(kill.tries);
}

void FaultPlan::tryAgain(PlannedFault fault, const QString &why)
{
    if (++fault.tries < kMostTries)
        faults.append(fault);
    else
        givenUp << QStringLiteral("%1: not made in %2 tries: %3").arg(QString::fromUtf8(rowOf(fault.fault).text.data())).arg(fault.tries).arg(why);
}

std::optional<PlannedFault> FaultPlan::takeFault(int services)
{
    const auto next = std::find_if(faults.begin(), faults.end(), [services](const PlannedFault &planned) { return servicesFor(planned.fault) <= services; });
    if (next == faults.end())
        return std::nullopt;
    const auto taken = *next;
    faults.erase(next);
    return taken;
}

FaultPlan makePlan(int kills, quint64 seed, const QList<Fault> &possible)
{
    std::mt19937_64 random(seed);
    FaultPlan plan;
    while (plan.kills.size() < kills) {
        QList<FaultOrders::Kill> cycle;
        for (const auto &row : EnumTable<FaultPoint>::rows)
            cycle.append({row.value, 1 + below(random, isOfCalls(row.value) ? kLatestCallPass : kLatestPass)});
        shuffle(cycle, random);
        for (const auto &kill : std::as_const(cycle)) {
            if (plan.kills.size() < kills)
                plan.kills.append({kill, 0});
        }
    }
    const auto wanted = std::max<qsizetype>(possible.size(), kills / kKillsOfOneFault);
    while (!possible.isEmpty() && plan.faults.size() < wanted) {
        auto cycle = possible;
        shuffle(cycle, random);
        for (const auto fault : std::as_const(cycle)) {
            if (plan.faults.size() < wanted)
                plan.faults.append({fault, 0});
        }
    }
    return plan;
}

} // namespace oo::proof
