#pragma once
// One job: its attempts, errors, times, data and logs.

#include "gui/pages/page.h"
#include "shared/api/queue_messages.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace oo::gui {

class JsonView;
class NoticeBar;

class JobView : public QWidget
{
    Q_OBJECT

public:
    explicit JobView(Session &session, QWidget *parent = nullptr);
    void show(const QByteArray &queue, const QByteArray &job);
    void clear();
    void reload();
    const std::optional<JobSummary> &shown() const { return m_shown; }

Q_SIGNALS:
    void eventsWanted(const QString &filter);

private:
    void ask(const QString &revealReason = {});
    void fill(const JobSummary &job);

    Session &m_session;
    QByteArray m_queue, m_job;
    std::optional<JobSummary> m_shown;
    std::unique_ptr<QObject> m_question;
    NoticeBar *m_notice;
    QLabel *m_title;
    QPushButton *m_event, *m_reveal;
    QTabWidget *m_tabs;
    QPlainTextEdit *m_errors, *m_logs;
    JsonView *m_data;
};

} // namespace oo::gui
