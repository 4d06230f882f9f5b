#pragma once
// Everything about one event: payload, headers, raw bytes, deliveries, parks, call and job.

#include "gui/pages/page.h"
#include "shared/api/event_messages.h"

#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QToolButton;
class QTreeWidget;

namespace oo::gui {

class FactsLabel;
class JsonView;
class NoticeBar;

class EventView : public QWidget
{
    Q_OBJECT

public:
    explicit EventView(Session &session, QWidget *parent = nullptr);

    void show(qint64 event); // keeps what it shows until the answer is there, and follows the event until it ends
    void clear();
    std::optional<qint64> shown() const { return m_id; }

    void copyAsJson() const;
    void copyAsCurl() const;

Q_SIGNALS:
    void orderWanted(const QByteArray &orderId);
    void eventsWanted(const QString &filter);

private:
    void ask(const QString &revealReason = {});
    void empty(); // of all that is shown
    void fill(const EventPage &page);
    void fillHeaders(const EventPage &page);
    void fillHistory(const EventPage &page);
    QString rawText(const EventPage &page) const;
    void askReveal();

    Session &m_session;
    std::optional<qint64> m_id;
    EventPage m_page;
    QTimer m_watch;
    std::unique_ptr<QObject> m_question;
    NoticeBar *m_notice;
    QLabel *m_title;
    FactsLabel *m_facts;
    QToolButton *m_copy;
    QPushButton *m_order, *m_reveal;
    QTabWidget *m_tabs;
    JsonView *m_payload;
    QTreeWidget *m_headers, *m_history;
    QPlainTextEdit *m_raw;
};

} // namespace oo::gui
