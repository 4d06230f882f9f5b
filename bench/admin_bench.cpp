// How long the admin API takes over a large store: 1,000,000 events, 200,000 orders, 5,000 failed jobs, 50 parked events (README.md).
// Options: --orders N (200000).

#include "bench/filled_store.h"
#include "service/admin/admin_desk.h"
#include "service/app/settings_reader.h"
#include "service/backends/embedded_backends.h"
#include "service/queue/job_queue.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

using namespace oo;

namespace {

constexpr int kTries = 5;
constexpr int kFailedJobs = 5000;

bool say(const Error &error)
{
    std::fprintf(stderr, "admin_bench: %s\n", qPrintable(error.message));
    return false;
}

bool fill(const ServiceSettings &settings, int orders)
{
    if (const auto filled = fillStore(settings.postgres, orders); !filled)
        return say(filled.error());
    RedisConnection redis(settings.redis);
    JobQueue queue(redis, bytesOf(QueueName::BookingEvents), {});
    QList<NewJob> jobs;
    std::vector<JobEnd> ends;
    for (int i = 0; i < kFailedJobs; ++i) {
        jobs.append(eventJob(EventId(i + 1), "n"));
        ends.push_back({jobs.last().id, JobEnd::Action::Fail, "bench", 0});
    }
    if (const auto added = queue.add(jobs); !added)
        return say(added.error());
    for (size_t from = 0; from < ends.size(); from += 200) {
        (void)queue.take(200, "t", "bench");
        if (const auto done = queue.finish("t", {ends.begin() + static_cast<qsizetype>(from), ends.begin() + static_cast<qsizetype>(from) + 200}); !done)
            return say(done.error());
    }
    return true;
}

void measure(AdminDesk &desk, const QByteArray &token, const QByteArray &target)
{
    const auto question = target.indexOf('?');
    auto call = findEndpoint("GET", question < 0 ? target : target.left(question));
    if (!call)
        return;
    call->query = question < 0 ? QByteArray() : target.mid(question + 1);
    call->token = token;
    std::vector<double> times;
    HttpResponse response;
    for (int i = 0; i < kTries; ++i) {
        QElapsedTimer clock;
        clock.start();
        response = desk.answer(*call);
        times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    std::printf("%8.1f ms  %8.1f ms  %3d %7lld bytes  %s\n", times[kTries / 2], times.back(), response.status, static_cast<long long>(response.body.size()), target.constData());
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({QStringLiteral("orders"), QStringLiteral("Orders; five events each."), QStringLiteral("N"), QStringLiteral("200000")});
    parser.process(application);
    QTemporaryDir folder(QStringLiteral("/tmp/oob-XXXXXX"));
    QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ReadOther | QFile::ExeOther);
    EmbeddedBackends backends(folder.path());
    if (const auto started = backends.start(); !started)
        return say(started.error()), 1;
    auto settings = readSettings({}, {}, true).settings;
    useBackends(backends, settings);
    QElapsedTimer clock;
    clock.start();
    if (!fill(settings, parser.value(QStringLiteral("orders")).toInt()))
        return backends.stop(), 1;
    std::printf("filled in %.0f s\n  median       slowest    answer\n", static_cast<double>(clock.elapsed()) / 1000);
    {
        PgConnection postgres(settings.postgres);
        const auto token = AdminTokens(postgres).create({"bench", ApiRole::Operator}).value_or(QByteArray());
        const auto order = postgres.query("SELECT id::text, ref_id FROM orders ORDER BY created_at LIMIT 1 OFFSET 7000");
        Counters counters;
        const RefusalRing refusals;
        const AdminContext context{settings.postgres, settings.redis, settings.retries, {}, {}, settings.effects, {}, {}, counters, refusals};
        AdminDesk desk(context);
        const auto id = order->text(0, 0), ref = order->text(0, 1);
        for (const auto &target :
             {QByteArray("/admin/v1/events"), QByteArray("/admin/v1/events?type=BOOKING_CREATE_REQUEST"), QByteArray("/admin/v1/events?type=BOOKING_REFUSED"), "/admin/v1/events?ref=" + ref,
              "/admin/v1/events?order=" + id, QByteArray("/admin/v1/events?outcome=parked"), QByteArray("/admin/v1/events?outcome=open"), QByteArray("/admin/v1/events?outcome=superseded"),
              QByteArray("/admin/v1/events?source=courier"), "/admin/v1/events?deliveryId=shop.myshopify.com:" + ref + "-1",
              "/admin/v1/events?until=" + toText(Instant{Instant::now().us - 10ll * 86400 * 1000000}), "/admin/v1/events?since=" + toText(Instant{Instant::now().us - 3600ll * 1000000}),
              "/admin/v1/events?payload=name=%23777&since=" + toText(Instant{Instant::now().us - 86400ll * 1000000}), QByteArray("/admin/v1/events/700000"), QByteArray("/admin/v1/orders"),
              "/admin/v1/orders?q=" + ref, QByteArray("/admin/v1/orders?q=%23777"), QByteArray("/admin/v1/orders?q=TRACK-777"), QByteArray("/admin/v1/orders?email=person777@example.com"),
              QByteArray("/admin/v1/orders?shippingStatus=delivered"), QByteArray("/admin/v1/orders?paymentStatus=cancelled"), QByteArray("/admin/v1/orders?stuck=parked"),
              QByteArray("/admin/v1/stuck"), "/admin/v1/orders/" + id, QByteArray("/admin/v1/queues"), QByteArray("/admin/v1/queues/internal-booking-events/jobs?state=failed"),
              QByteArray("/admin/v1/parked"), QByteArray("/admin/v1/parked/unmatched"), QByteArray("/admin/v1/calls"), QByteArray("/admin/v1/calls?state=unknown"),
              QByteArray("/admin/v1/calls?state=refused"), QByteArray("/admin/v1/courier-events/unmatched"), QByteArray("/admin/v1/audit"), QByteArray("/admin/v1/downstreams"), QByteArray("/admin/v1/tail"), QByteArray("/admin/v1/tail?after=MC4w&limit=500"), QByteArray("/metrics"), QByteArray("/admin/v1/balance")})
            measure(desk, token, target);
    }
    backends.stop();
    return 0;
}
