#pragma once
// Everything about one order: why it is where it is, how it came there, and what may be done about it.

#include "gui/models/event_columns.h"
#include "gui/models/order_columns.h"
#include "gui/models/order_sentences.h"
#include "gui/pages/page.h"

#include <QTimer>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QTabWidget;

namespace oo::gui {

class Changes;
class Chip;
class JsonView;
class NoticeBar;
class TableView;

class OrderView : public QWidget
{
    Q_OBJECT

public:
    explicit OrderView(Session &session, QWidget *parent = nullptr);

    void show(const QByteArray &orderId);
    void clear();
    const QByteArray &shown() const { return m_id; }
    const std::optional<OrderPage> &page() const { return m_page; }
    QString sentence() const;
    QPushButton *button(OrderAction action) const { return m_actions[static_cast<size_t>(action)]; }

Q_SIGNALS:
    void eventsWanted(const QString &filter);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void makeActions(QHBoxLayout *row);
    void makeTabs();
    void ask(const QString &revealReason = {});
    void lookAgain();
    void fill(const OrderPage &answered);
    void offerActions();
    void act(OrderAction action);
    void reSend();
    void askReveal();

    Session &m_session;
    QByteArray m_id;
    std::optional<OrderPage> m_page;
    OrderWhy m_why;
    std::unique_ptr<QObject> m_question;
    QTimer m_later; // several changes at once are one new look
    QTimer m_watch; // what makes no news
    qint64 m_revealedVersion = 0; // of the order, whose personal data is shown
    bool m_isOld = false; // it changed while it was hidden

    TimelineModel m_timeline;
    StateModel m_states;
    CallTableModel m_calls;
    EventTableModel m_events;

    NoticeBar *m_notice;
    Changes *m_changes;
    QLabel *m_title;
    NoticeBar *m_sentence;
    Chip *m_payment, *m_shipping, *m_placeholder;
    std::array<QPushButton *, 4> m_actions{};
    QPushButton *m_reveal;
    QTabWidget *m_tabs;
    JsonView *m_fields;
};

} // namespace oo::gui
