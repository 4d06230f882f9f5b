// What threads share without Qt's event loop, under ThreadSanitizer: the ingest line, the counters, the duration histogram, the ring of
// refusals. Exit code 0 if every
// number came out right; a race ends the program.

#include "service/domain/counters.h"
#include "service/domain/refusal_ring.h"
#include "service/workers/ingest_line.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace oo;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 5000;

void must(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::exit(1);
}

template <class Work>
void inThreads(const Work &work)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back(work);
    for (auto &thread : threads)
        thread.join();
}

void everyWebhookIsTakenOnce()
{
    IngestLine line(1000000, 1ll << 30, 2);
    std::atomic<size_t> taken{0};
    const auto write = [&] {
        for (auto batch = line.takeBatch(); !batch.empty(); batch = line.takeBatch()) {
            taken += batch.size();
            line.answered(batch.size());
        }
    };
    std::thread writer(write), second(write);
    std::thread worker([&] {
        for (int i = 0; i < kRounds; ++i)
            must(line.workersPauseMs() >= 0, "a pause is a time");
    });
    inThreads([&] {
        for (int i = 0; i < kRounds; ++i) {
            IngestRequest request;
            request.body = QByteArray(100, 'x');
            must(line.offer(std::move(request)), "the line takes what fits");
        }
    });
    line.close();
    writer.join();
    second.join();
    worker.join();
    must(taken == size_t{kThreads} * kRounds, "every webhook is taken once");
    must(!line.offer({}), "a closed line takes nothing");
}

void everyCountCounts()
{
    Counters counters;
    inThreads([&] {
        for (int i = 0; i < kRounds; ++i) {
            ++counters.accepted;
            ++counters.secretMatched[static_cast<size_t>(i) % Counters::maxSecrets];
            ++counters.finishedOf(QueueName{});
            counters.webhookTime.add(i * 100);
        }
    });
    std::uint64_t times = 0;
    for (const auto &count : counters.webhookTime.counts)
        times += count;
    must(counters.accepted == std::uint64_t{kThreads} * kRounds && times == counters.accepted, "every count counts");
}

void everyRefusalIsKeptUntilOthersAreNewer()
{
    RefusalRing ring;
    inThreads([&] {
        for (int i = 0; i < kRounds; ++i) {
            ring.add({{}, 401, "refused_signature", "reason", "127.0.0.1", "topic", "shop", i});
            must(i % 500 != 0 || ring.newestFirst().size() <= RefusalRing::capacity, "the ring is bounded");
        }
    });
    must(ring.added() == quint64{kThreads} * kRounds && ring.newestFirst().size() == RefusalRing::capacity, "every refusal is counted");
}

} // namespace

int main()
{
    everyWebhookIsTakenOnce();
    everyCountCounts();
    everyRefusalIsKeptUntilOthersAreNewer();
    return 0;
}
