// Our queue library as a program that the conformance tests talk to: a JSON object a line in, one a line out (README.md).

#include "tests/interop/peer_json.h"
#include "tests/interop/peer_worker.h"

#include "service/queue/job_records.h"
#include "service/queue/queue_control.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QJsonDocument>

#include <csignal>
#include <functional>
#include <iostream>
#include <string>

using namespace oo;
using namespace oo::interop;

namespace {

class Peer
{
public:
    explicit Peer(const RedisSettings &settings) : m_settings(settings), m_redis(settings), m_worker(settings) {}

    QJsonObject answer(const QJsonObject &question)
    {
        const auto handlers = table();
        const auto name = question[QLatin1StringView("do")].toString();
        const auto found = handlers.constFind(name);
        if (found == handlers.cend())
            return {{QStringLiteral("error"), QStringLiteral("no such command: ") + name}};
        m_queue = question[QLatin1StringView("queue")].toString().toUtf8();
        return (*found)(question);
    }

private:
    using Handler = std::function<QJsonObject(const QJsonObject &)>;

    JobQueue queue() { return JobQueue(m_redis, m_queue, {}); }
    QueueControl control() { return QueueControl(m_redis, m_queue); }
    JobRecords records() { return JobRecords(m_redis, m_queue); }

    QHash<QString, Handler> table()
    {
        using J = QJsonObject;
        const auto id = [](const J &q) { return q[QLatin1StringView("job")].toString().toUtf8(); };
        const auto ids = [](const J &q) { return bytesList(q[QLatin1StringView("ids")]); };
        const auto number = [](const J &q, const char *name) { return static_cast<qint64>(q[QLatin1StringView(name)].toDouble()); };
        const auto state = [](const J &q) {
            return fromText<JobState>(q[QLatin1StringView("state")].toString().toUtf8()).value_or(JobState::Waiting);
        };
        return {
            {QStringLiteral("add"), [this](const J &q) { return result(queue().add(newJobs(q), q[QLatin1StringView("quiet")].toBool())); }},
            {QStringLiteral("take"), [this](const J &q) { return take(q); }},
            {QStringLiteral("finish"), [this](const J &q) {
                 return result(queue().finish(q[QLatin1StringView("token")].toString().toUtf8(), jobEnds(q, m_taken), finishOptions(q)));
             }},
            {QStringLiteral("extend"), [this](const J &q) {
                 return result(queue().extendLocks({{q[QLatin1StringView("job")].toString().toUtf8(), q[QLatin1StringView("token")].toString().toUtf8()}}));
             }},
            {QStringLiteral("checkStalled"), [this, number](const J &q) {
                 return result(queue().checkStalled(number(q, "interval"), static_cast<int>(number(q, "max"))));
             }},
            {QStringLiteral("pause"), [this](const J &) { return result(control().pause()); }},
            {QStringLiteral("resume"), [this](const J &) { return result(control().resume()); }},
            {QStringLiteral("isPaused"), [this](const J &) { return result(control().isPaused()); }},
            {QStringLiteral("setConcurrency"), [this, number](const J &q) { return result(control().setGlobalConcurrency(static_cast<int>(number(q, "jobs")))); }},
            {QStringLiteral("setRateLimit"), [this, number](const J &q) {
                 return result(control().setGlobalRateLimit(RateLimit{static_cast<int>(number(q, "max")), number(q, "duration")}));
             }},
            {QStringLiteral("limitFor"), [this, number](const J &q) { return result(control().limitFor(number(q, "ms"))); }},
            {QStringLiteral("limitedFor"), [this](const J &) { return result(control().limitedForMs()); }},
            {QStringLiteral("counts"), [this](const J &) { return result(control().counts()); }},
            {QStringLiteral("drain"), [this](const J &q) { return result(control().drain(q[QLatin1StringView("delayed")].toBool())); }},
            {QStringLiteral("clean"), [this, state, number](const J &q) {
                 return result(control().clean(state(q), number(q, "grace"), static_cast<int>(number(q, "limit"))));
             }},
            {QStringLiteral("retryAll"), [this, state](const J &q) { return result(control().retryAll(state(q))); }},
            {QStringLiteral("promoteAll"), [this](const J &) { return result(control().promoteAll()); }},
            {QStringLiteral("metrics"), [this, state](const J &q) { return result(control().metrics(state(q))); }},
            {QStringLiteral("workers"), [this](const J &) { return result(control().workerNames()); }},
            {QStringLiteral("get"), [this, id](const J &q) { return result(records().get(id(q))); }},
            {QStringLiteral("state"), [this, id](const J &q) { return result(records().stateOf(id(q))); }},
            {QStringLiteral("list"), [this, state, number](const J &q) {
                 return result(records().list(state(q), number(q, "from"), number(q, "count"), q[QLatin1StringView("ascending")].toBool()));
             }},
            {QStringLiteral("logs"), [this, id](const J &q) { return result(records().logs(id(q), 0, -1)); }},
            {QStringLiteral("remove"), [this, ids](const J &q) { return result(records().remove(ids(q))); }},
            {QStringLiteral("retry"), [this, ids, state](const J &q) {
                 return result(records().retry(state(q), ids(q), q[QLatin1StringView("resetMade")].toBool(), q[QLatin1StringView("resetStarted")].toBool()));
             }},
            {QStringLiteral("promote"), [this, ids](const J &q) { return result(records().promote(ids(q))); }},
            {QStringLiteral("changeDelay"), [this, id, number](const J &q) { return result(records().changeDelay(id(q), number(q, "delay"))); }},
            {QStringLiteral("changePriority"), [this, id, number](const J &q) {
                 return result(records().changePriority(id(q), static_cast<int>(number(q, "priority"))));
             }},
            {QStringLiteral("progress"), [this, id](const J &q) { return result(records().setProgress(id(q), q[QLatin1StringView("json")].toString().toUtf8())); }},
            {QStringLiteral("data"), [this, id](const J &q) { return result(records().setData(id(q), q[QLatin1StringView("json")].toString().toUtf8())); }},
            {QStringLiteral("log"), [this, id, number](const J &q) {
                 return result(records().log(id(q), q[QLatin1StringView("row")].toString().toUtf8(), static_cast<int>(number(q, "keep"))));
             }},
            {QStringLiteral("work"), [this](const J &q) { return m_worker.start(m_queue, q); }},
            {QStringLiteral("stop"), [this](const J &) { return m_worker.stop(); }},
        };
    }

    QJsonObject take(const QJsonObject &q)
    {
        const auto taken = queue().take(q[QLatin1StringView("max")].toInt(), q[QLatin1StringView("token")].toString().toUtf8(),
                                        q[QLatin1StringView("worker")].toString().toUtf8(), rateLimit(q));
        for (const auto &job : taken ? taken->jobs : std::vector<TakenJob>())
            m_taken.insert(job.id, job);
        return result(taken);
    }

    RedisSettings m_settings;
    RedisConnection m_redis;
    PeerWorker m_worker;
    QByteArray m_queue;
    QHash<QByteArray, TakenJob> m_taken;
};

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN); // as the program does
    QCoreApplication application(argc, argv);
    Peer peer(RedisSettings{QString::fromLocal8Bit(argc > 1 ? argv[1] : "127.0.0.1"), 6379});
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto question = QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
        auto answer = peer.answer(question);
        answer.insert(QStringLiteral("seq"), question[QLatin1StringView("seq")]);
        sendLine(answer);
    }
    return 0;
}
