#include "gui/models/health_picture.h"

#include "gui/client/utf8.h"
#include "gui/models/time_text.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace oo::gui {

namespace {

constexpr int kAskEveryMs = 5000;
constexpr qint64 kOldJobMs = 60000;
constexpr qint64 kHeldBackMs = 5000;

QString tr(const char *text)
{
    return QCoreApplication::translate("Warning", text);
}

qint64 counterOf(const InstanceSummary &instance, const char *name)
{
    return QJsonDocument::fromJson(instance.counters.text).object().value(QLatin1StringView(name)).toInteger();
}

void warnOfServers(const HealthFacts &facts, QList<Warning> &found)
{
    if (facts.link != LinkState::Live && facts.link != LinkState::Idle)
        found.append({"link", Tone::Bad, tr("There is no connection to the service: this picture is old.")});
    if (facts.health && !facts.health->postgres)
        found.append({"postgres", Tone::Bad, tr("PostgreSQL does not answer: webhooks are refused with 503.")});
    if (facts.health && !facts.health->redis)
        found.append({"redis", Tone::Bad, tr("Redis does not answer: webhooks are stored, their work waits.")});
    if (facts.health && facts.health->heldBackBy && facts.health->heldBackBy->ageMs > kHeldBackMs)
        found.append({"held", Tone::Warning, tr("The tail is held back for %1 by an open transaction of %2 (pid %3).")
                                                 .arg(TimeText::duration(facts.health->heldBackBy->ageMs), utf8(facts.health->heldBackBy->application)).arg(facts.health->heldBackBy->pid)});
    bool isForeign = false;
    for (const auto &instance : facts.instances) {
        if (instance.silent && !instance.stoppedAt)
            found.append({"silent " + instance.instance, Tone::Bad, tr("Process %1 gives no sign of life since %2.").arg(utf8(instance.instance), TimeText::duration(instance.silentMs))});
        isForeign = isForeign || (!instance.silent && !instance.stoppedAt && counterOf(instance, "foreign_order_workers") > 0);
    }
    if (isForeign) // every process sees it; it is one trouble
        found.append({"foreign", Tone::Bad, tr("Another program works the order queues: it writes orders by other rules.")});
}

void warnOfWork(const HealthFacts &facts, QList<Warning> &found)
{
    for (const auto &queue : facts.queues) {
        if (queue.isPaused)
            found.append({"paused " + queue.queue, Tone::Warning, tr("%1 is paused.").arg(utf8(queue.queue)), Warning::Place::Queues});
        else if (queue.oldestMs.value_or(0) > kOldJobMs)
            found.append({"old " + queue.queue, Tone::Warning, tr("The oldest job of %1 waits for %2.").arg(utf8(queue.queue), TimeText::duration(*queue.oldestMs)), Warning::Place::Queues});
        if (queue.failed > 0)
            found.append({"failed " + queue.queue, Tone::Warning, tr("%1 failed jobs are in %2.").arg(queue.failed).arg(utf8(queue.queue)), Warning::Place::Queues});
    }
    for (const auto &group : facts.parked)
        found.append({"parked " + group.reason, Tone::Warning, tr("%1 events are parked (%2) and wait for a person.").arg(group.count).arg(utf8(group.reason)), Warning::Place::Parked});
    for (const auto &downstream : facts.downstreams) {
        if (downstream.circuitOpen)
            found.append({"circuit " + downstream.downstream, Tone::Bad, tr("The %1 does not answer: it is not called for a while.").arg(utf8(downstream.downstream)), Warning::Place::Calls});
        if (downstream.unknown > 0)
            found.append({"unknown " + downstream.downstream, Tone::Warning, tr("%1 calls to the %2 are without a certain answer.").arg(downstream.unknown).arg(utf8(downstream.downstream)), Warning::Place::Calls});
    }
}

} // namespace

QList<Warning> warningsOf(const HealthFacts &facts)
{
    QList<Warning> found;
    qint64 unbalanced = facts.balance ? facts.balance->wrong : 0;
    for (const auto &instance : facts.instances)
        unbalanced = std::max(unbalanced, instance.stoppedAt ? 0 : counterOf(instance, "events_unbalanced"));
    if (unbalanced > 0)
        found.append({"balance", Tone::Bad, tr("Law 5 is broken: %1 events are nowhere, or in two places.").arg(unbalanced)});
    warnOfServers(facts, found);
    warnOfWork(facts, found);
    std::stable_sort(found.begin(), found.end(), [](const Warning &a, const Warning &b) { return a.tone == Tone::Bad && b.tone != Tone::Bad; });
    return found;
}

HealthPicture::HealthPicture(AdminClient &client, QObject *parent) : QObject(parent), m_client(client)
{
    connect(&client, &AdminClient::healthArrived, this, &HealthPicture::takeHealth);
    connect(&client, &AdminClient::queuesArrived, this, &HealthPicture::takeQueues);
    connect(&client, &AdminClient::stateChanged, this, &HealthPicture::judge);
    connect(&m_asking, &QTimer::timeout, this, &HealthPicture::askRest);
    m_asking.start(kAskEveryMs);
    askRest();
}

void HealthPicture::takeHealth(const StreamHealth &health)
{
    m_facts.health = health;
    if (const auto instances = readMessage<ListOf<InstanceSummary>>(health.instances.text)) {
        m_facts.instances = instances->items;
        m_rates.take(health.at, m_facts.instances);
    }
    judge();
}

void HealthPicture::takeQueues(const ListOf<QueueSummary> &queues)
{
    m_facts.queues = queues.items;
    for (const auto &queue : queues.items) {
        auto &depths = m_depths[queue.queue];
        depths.append(static_cast<double>(queue.waiting + queue.prioritized + queue.paused + queue.delayed));
        if (depths.size() > depthsKept)
            depths.removeFirst();
    }
    judge();
}

void HealthPicture::askRest()
{
    if (m_client.state() != LinkState::Live)
        return judge(); // a snooze may have ended
    m_client.ask<ListOf<ParkGroup>>({Endpoint::ParkedGroups}, this, [this](const auto &answer) {
        if (answer)
            m_facts.parked = answer->items;
        m_hasParked = m_hasParked || answer;
        judge();
    });
    m_client.ask<ListOf<DownstreamSummary>>({Endpoint::Downstreams}, this, [this](const auto &answer) {
        if (answer)
            m_facts.downstreams = answer->items;
        m_hasDownstreams = m_hasDownstreams || answer;
        judge();
    });
}

void HealthPicture::askBalance()
{
    m_client.ask<EventBalance>({Endpoint::Balance}, this, [this](const auto &answer) {
        if (answer) {
            m_facts.balance = *answer;
            m_facts.balanceAt = m_client.serviceNow();
        }
        m_facts.balanceProblem = answer ? QString() : answer.error().message;
        judge();
    });
}

void HealthPicture::judge()
{
    m_facts.link = m_client.state();
    m_warnings = warningsOf(m_facts);
    QSet<QByteArray> are;
    for (const auto &warning : std::as_const(m_warnings))
        are.insert(warning.key);
    m_acknowledged.intersect(are); // what has gone and comes again is news
    m_told.intersect(are);
    for (const auto &warning : unacknowledged()) {
        if (warning.tone != Tone::Bad || m_told.contains(warning.key))
            continue;
        m_told.insert(warning.key);
        Q_EMIT ruleBroken(warning);
    }
    Q_EMIT changed();
}

QList<Warning> HealthPicture::unacknowledged() const
{
    QList<Warning> open;
    for (const auto &warning : m_warnings) {
        if (!m_acknowledged.contains(warning.key) && !isSnoozed())
            open.append(warning);
    }
    return open;
}

void HealthPicture::acknowledge()
{
    for (const auto &warning : std::as_const(m_warnings))
        m_acknowledged.insert(warning.key);
    Q_EMIT changed();
}

void HealthPicture::snooze(int minutes)
{
    m_snoozedUntil.setRemainingTime(minutes * 60000ll, Qt::CoarseTimer);
    judge();
}

} // namespace oo::gui
