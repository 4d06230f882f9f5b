#pragma once
// The one way from the pages to a service: asks, changes, and a stream that comes back by itself.

#include "gui/client/admin_http.h"
#include "shared/api/queue_messages.h"
#include "shared/api/service_messages.h"
#include "shared/api/stream_messages.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTimer>
#include <QWebSocket>

namespace oo::gui {

enum class LinkState {
    Idle,       // nothing is tried
    Connecting,
    Live,       // frames come
    Waiting,    // lost; tried again by itself, later and later
    Refused,    // the service does not want this console: trying again does not help. Once it was live: only without its token
};

class AdminClient : public QObject
{
    Q_OBJECT

public:
    AdminClient(Profile profile, const QByteArray &token, QObject *parent = nullptr);
    ~AdminClient() override;

    const Profile &profile() const { return m_profile; }

    void start(); // and goes on until the object's end; again: tries at once
    LinkState state() const { return m_state; }
    const std::optional<ApiError> &error() const { return m_error; } // why it is not live
    std::optional<qint64> pictureAgeMs() const;                      // since the last frame; nothing before the first
    qint64 nextTryInMs() const { return m_state == LinkState::Waiting ? m_retry.remainingTime() : 0; }

    const std::optional<ServiceStatus> &service() const { return m_service; }
    bool isOperator() const;
    bool mayChange() const { return isOperator() && !m_profile.readOnly; }
    Instant serviceNow() const; // by the service's clock, as far as it is known

    // The answer is given once and later; never after `context` has gone.
    template <class M, class Then>
    void ask(const ApiRequest &request, QObject *context, Then then)
    {
        m_http.send(request, std::nullopt, context, [then = std::move(then)](const ApiAnswer<QByteArray> &answer) { then(messageOf<M>(answer)); });
    }
    // Forbidden at once under a read-only profile. The answer is the text of a JSON object.
    void change(const ApiRequest &request, const ChangeReason &why, QObject *context, const AdminHttp::Done &done);

    // Who answers there, without a stream: for a test of a connection.
    void probe(QObject *context, const std::function<void(ApiAnswer<ServiceStatus>)> &done);

Q_SIGNALS:
    void stateChanged();
    void newsArrived(const oo::TailNews &news);
    void gapOpened(); // news begin here, at first or after a restore of the database: what was read before is to be read again
    void queuesArrived(const oo::ListOf<oo::QueueSummary> &queues);
    void healthArrived(const oo::StreamHealth &health);

private:
    void connectNow();
    void openStream();
    void take(const QString &frame);
    void lost();
    void tryLater(const ApiError &why);
    void tryAfter(int delay, const ApiError &why);
    void setState(LinkState state, std::optional<ApiError> error = {});

    Profile m_profile;
    AdminHttp m_http;
    std::unique_ptr<QWebSocket> m_socket;
    LinkState m_state = LinkState::Idle;
    std::optional<ApiError> m_error;
    std::optional<ServiceStatus> m_service;
    QByteArray m_position; // of the last news; what follows it was not seen
    QElapsedTimer m_lastFrame;
    qint64 m_clockAheadUs = 0; // of the service's clock, before ours
    QTimer m_retry, m_silence;
    int m_failures = 0;
    bool m_wasLive = false;
};

} // namespace oo::gui
