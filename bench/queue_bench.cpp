// Jobs a second of our queue library, for queue_bench.mjs, which sets the npm client's figures beside them (README.md).
// Arguments: socket of Redis, `add` or `run`, batch, number of jobs, threads. Prints jobs a second.

#include "service/queue/job_queue.h"

#include <QElapsedTimer>
#include <QUuid>

#include <atomic>
#include <cstdio>
#include <functional>
#include <thread>

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
    const QByteArray token = QUuid::createUuid().toByteArray();
    auto taken = queue.take(batch, token, "bench");
    while (taken && !taken->jobs.empty()) {
        std::vector<JobEnd> ends;
        for (const auto &job : taken->jobs)
            ends.push_back({job.id, JobEnd::Action::Done, "null", 0});
        auto next = queue.finishAndTake(token, ends, batch, "bench");
        if (!next || !next->codes)
            return false;
        taken = std::move(next->taken);
    }
    return taken.has_value();
}

// The service works with several threads, each with a connection of its own; so does this.
bool inThreads(int threads, const QString &socket, const std::function<bool(JobQueue &)> &work)
{
    std::atomic<bool> good = true;
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&] {
            RedisConnection redis({socket, 6379});
            JobQueue queue(redis, kQueue, {});
            if (!work(queue))
                good = false;
        });
    }
    running.clear();
    return good;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    const int batch = std::atoi(argv[3]), jobs = std::atoi(argv[4]), threads = std::atoi(argv[5]);
    const bool adds = QByteArrayView(argv[2]) == "add";
    QElapsedTimer clock;
    clock.start();
    if (!inThreads(threads, QString::fromLocal8Bit(argv[1]),
                   [&](JobQueue &queue) { return adds ? add(queue, batch, jobs / threads) : run(queue, batch); }))
        return 1;
    std::printf("%.0f\n", jobs * 1e9 / static_cast<double>(clock.nsecsElapsed()));
    return 0;
}
