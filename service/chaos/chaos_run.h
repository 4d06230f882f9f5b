#pragma once
// A chaos run: send conflicting traffic, keep one's own history of it, wait until the service is quiet, judge.

#include "service/chaos/oracle.h"
#include "service/chaos/traffic.h"
#include "service/store/pg_connection.h"
#include "shared/core/instant.h"

#include <QJsonObject>
#include <QUrl>

#include <functional>
#include <optional>

namespace oo::chaos {

// One try to deliver a webhook, as its sender saw it.
struct Attempt
{
    QByteArray deliveryId;
    int status = 0; // 0: no answer
    Instant at;     // of the answer
};

// What earlier runs on the same store sent, as it is stored: in step, delivery ids and what they are about (an id at Shopify, or a
// tracking number).
struct SentBefore
{
    QList<QByteArray> deliveryIds, refs;
    void add(const Traffic &traffic);
};

struct RunOptions
{
    TrafficOptions traffic;
    QUrl url;            // of the Shopify webhook endpoint
    QUrl standins = {};  // where /mocks is; empty: at `url`
    QByteArray secret, courierSecret; // empty: unsigned
    int concurrency = 16;
    double rate = 0;     // webhooks a second; 0: as fast as answers come
    PgSettings postgres; // where to look
    double notificationsPerSecond = 2;
    int patienceSeconds = 180; // for the next acknowledgement, and for quiet at the end
    // Set: store and stand-ins are this run's and these earlier ones' alone. Whatever else they hold is unexpected, whatever it is about.
    std::optional<SentBefore> alone = {};
    // In the thread of run(): each try that came to an end, and that all are sent.
    std::function<void(const Attempt &)> attempted = {};
    std::function<void()> sent = {};

    const QUrl &standinsUrl() const { return standins.isEmpty() ? url : standins; }
};

struct Verdict
{
    int sent = 0;          // requests, repeats and further tries among them
    int acknowledged = 0;  // webhooks with a 2xx
    int repeated = 0;      // answers 200
    int retried = 0;       // tries after no answer or a 5xx
    int unacknowledged = 0; // given up
    QStringList lost;       // acknowledged, not in the event store
    QStringList unexpected; // in the event store, never sent
    QStringList duplicated; // stored more than once
    QStringList diverged;   // "<ref>: column is …, should be …"
    QStringList bookedTwice;
    QStringList missingBookings;
    QStringList wrongBookings;       // booked though never paid or never created
    QStringList wrongCancellations;  // a cancelled order's booking left standing, or the other way round
    QStringList wrongNotifications;
    QStringList parked;
    QStringList unsettled; // still open when patience ended
    int notificationsWaiting = 0;    // rate-limited; not a fault
    int waitingWithoutBooking = 0;   // courier events of orders that were never booked; not a fault
    int bookings = 0, cancellations = 0;
    double sendSeconds = 0, quietSeconds = 0;
    qint64 p50Us = 0, p99Us = 0;

    bool isClean() const;
    QString text(const RunOptions &options) const;
    QJsonObject json(const RunOptions &options) const;
};

// How far a run is: a line for people, and the same for programs.
using Report = std::function<void(const QString &text, const QJsonObject &facts)>;

// Unavailable: the service, its stand-ins or PostgreSQL are not there.
Result<Verdict> run(const RunOptions &options, const Report &report);

} // namespace oo::chaos
