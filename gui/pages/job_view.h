#pragma once
// One job: its attempts, errors, times, data and logs.

#include "gui/pages/page.h"
#include "shared/api/queue_messages.h"

class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace oo::gui {

class FactsLabel;
class JsonView;
class NoticeBar;

class JobView : public QWidget
{
    Q_OBJECT

public:
    explicit JobView(Session &session, QWidget *parent = nullptr);
    void show(const QByteArray &queue, const QByteArray &job);
    void clear();
    void reload(); // after something was done to it
    void follow(); // the same while it is on its way; for a timer
    const std::optional<JobSummary> &shown() const { return m_shown; }

Q_SIGNALS:
    void eventsWanted(const QString &filter);

private:
    void ask(const QString &revealReason = {});
    JobSummary withRevealed(JobSummary job) const;
    void fill(const JobSummary &job, bool isRevealed);

    Session &m_session;
    QByteArray m_queue, m_job;
    std::optional<JobSummary> m_shown;
    bool m_isRevealed = false, m_isGone = false;
    std::unique_ptr<QObject> m_question;
    NoticeBar *m_notice;
    FactsLabel *m_title;
    QPushButton *m_event, *m_reveal;
    QTabWidget *m_tabs;
    QPlainTextEdit *m_errors, *m_logs;
    JsonView *m_data;
};

} // namespace oo::gui
