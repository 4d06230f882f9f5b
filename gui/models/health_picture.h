#pragma once
// How the whole deployment is: what the stream tells and what is asked for now and then, and what of it a person must know.

#include "gui/client/admin_client.h"
#include "gui/models/counter_rates.h"
#include "gui/models/roles.h"
#include "shared/api/balance_messages.h"
#include "shared/api/event_messages.h"

#include <QSet>

namespace oo::gui {

struct Warning
{
    enum class Place { Overview, Queues, Parked, Calls };
    QByteArray key; // the same trouble, the same key
    Tone tone = Tone::Warning; // Bad: a rule is broken
    QString text;
    Place place = Place::Overview;
};

struct HealthFacts
{
    LinkState link = LinkState::Idle;
    std::optional<StreamHealth> health;
    std::vector<InstanceSummary> instances;
    std::vector<QueueSummary> queues;
    std::vector<DownstreamSummary> downstreams;
    std::vector<ParkGroup> parked;
    std::optional<EventBalance> balance; // as it was at balanceAt
    Instant balanceAt = {};
    QString balanceProblem = {}; // why it could not be asked since
};
// Only what is wrong; the gravest first.
QList<Warning> warningsOf(const HealthFacts &facts);

class HealthPicture : public QObject
{
    Q_OBJECT

public:
    explicit HealthPicture(AdminClient &client, QObject *parent = nullptr);

    const HealthFacts &facts() const { return m_facts; }
    bool isWhole() const { return m_facts.health && m_hasParked && m_hasDownstreams; } // all was told at least once
    const CounterRates &rates() const { return m_rates; }
    const QList<double> &depths(const QByteArray &queue) const { return m_depths[queue]; } // the last five minutes, a second each
    void askBalance(); // it reads every event: to be asked rarely

    QList<Warning> warnings() const { return m_warnings; }
    QList<Warning> unacknowledged() const; // not those that were acknowledged and have not gone since; none while it is snoozed
    void acknowledge();                    // all that are there
    void snooze(int minutes);
    bool isSnoozed() const { return !m_snoozedUntil.hasExpired(); }

    static constexpr int depthsKept = 300;

Q_SIGNALS:
    void changed();
    void ruleBroken(const oo::gui::Warning &warning); // a Bad one, once while it stays; what comes while it is snoozed, and lasts, afterwards

private:
    void takeHealth(const StreamHealth &health);
    void takeQueues(const ListOf<QueueSummary> &queues);
    void askRest();
    void judge();

    AdminClient &m_client;
    HealthFacts m_facts;
    CounterRates m_rates;
    mutable QHash<QByteArray, QList<double>> m_depths;
    QList<Warning> m_warnings;
    QSet<QByteArray> m_acknowledged;
    QSet<QByteArray> m_told; // of those that broke a rule
    QDeadlineTimer m_snoozedUntil{0};
    QTimer m_asking;
    bool m_hasParked = false, m_hasDownstreams = false;
};

} // namespace oo::gui
