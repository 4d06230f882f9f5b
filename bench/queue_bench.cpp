// Jobs a second of our queue library, for queue_bench.mjs, which sets the npm client's figures beside them (README.md).
// Arguments: socket of Redis, `add` or `run`, batch, number of jobs. Prints jobs a second.

#include "service/queue/job_queue.h"

#include <QElapsedTimer>

#include <cstdio>

using namespace oo;

namespace {

constexpr char kQueue[] = "bench";
constexpr char kData[] = R"({"eventStoreId":123456})";

bool add(JobQueue &queue, int batch, int jobs)
{
    for (int from = 0; from < jobs; from += batch) {
        QList<NewJob> next;
        for (int i = from; i < std::min(jobs, from + batch); ++i)
            next.append({{}, "orders/create", kData, 0});
        if (!queue.add(next))
            return false;
    }
    return true;
}

// Takes and finishes no-op jobs until none is left.
bool run(JobQueue &queue, int batch)
{
    auto taken = queue.take(batch, "token", "bench");
    while (taken && !taken->jobs.empty()) {
        std::vector<JobEnd> ends;
        for (const auto &job : taken->jobs)
            ends.push_back({job.id, JobEnd::Action::Done, "null", 0});
        auto next = queue.finishAndTake("token", ends, batch, "bench");
        if (!next)
            return false;
        taken = std::move(next->taken);
    }
    return taken.has_value();
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    RedisConnection redis({QString::fromLocal8Bit(argv[1]), 6379});
    JobQueue queue(redis, kQueue, {});
    const int batch = std::atoi(argv[3]), jobs = std::atoi(argv[4]);
    QElapsedTimer clock;
    clock.start();
    if (!(QByteArrayView(argv[2]) == "add" ? add(queue, batch, jobs) : run(queue, batch)))
        return 1;
    std::printf("%.0f\n", jobs * 1e9 / static_cast<double>(clock.nsecsElapsed()));
    return 0;
}
