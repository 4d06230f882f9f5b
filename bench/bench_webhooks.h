#pragma once
// The webhooks of a bench: signed, 3 KB, created then paid for each order.

#include <QByteArray>

#include <vector>

namespace oo {

inline constexpr char kBenchSecret[] = "bench-secret-0123456789";

struct Work
{
    std::vector<QByteArray> bodies;
    std::vector<QByteArray> requests; // whole, in the order of the bodies
};

// `first`: number of the first order; orders of other numbers are other orders.
Work prepareWebhooks(int orders, int first = 0);

} // namespace oo
