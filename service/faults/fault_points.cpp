#include "service/faults/fault_points.h"

#include <csignal>
#include <string>

#include <unistd.h>

namespace oo {

namespace {

FaultOrders::Kill killAt;
std::atomic<int> passes{0};

} // namespace

namespace detail {

std::atomic<bool> killArmed{false};
std::atomic<unsigned> guardsOff{0};

void passArmed(FaultPoint point)
{
    if (point != killAt.point || ++passes != killAt.pass)
        return;
    const std::string line = "fault point " + std::string(textOf(point)) + ", pass " + std::to_string(killAt.pass) + ": killed\n";
    (void)!write(STDERR_FILENO, line.data(), line.size());
    (void)raise(SIGKILL);
}

bool isArmedAt(FaultPoint point)
{
    return point == killAt.point;
}

} // namespace detail

void armFaults(const FaultOrders &orders)
{
    for (const auto guard : orders.guardsOff)
        detail::guardsOff |= 1u << static_cast<unsigned>(guard);
    if (!orders.kill)
        return;
    killAt = *orders.kill;
    passes = 0;
    detail::killArmed = true;
}

int passesOfArmedPoint()
{
    return passes;
}

} // namespace oo
