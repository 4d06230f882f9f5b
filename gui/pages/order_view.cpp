#include "gui/pages/order_view.h"

#include "gui/client/utf8.h"
#include "gui/models/revealed.h"
#include "gui/pages/changes.h"
#include "gui/widgets/chip.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "shared/api/change_messages.h"
#include "shared/api/replay_messages.h"
#include "shared/model/statuses.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kLookAgainMs = 300;
constexpr int kWatchMs = 2000;

} // namespace

OrderView::OrderView(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_timeline(timelineColumns(), &keyOf), m_states(stateColumns(), &keyOf), m_calls(callColumns(), &keyOf),
      m_events(eventColumns(), &keyOf), m_notice(new NoticeBar(this)), m_changes(new Changes(session, m_notice, this)), m_title(new QLabel(this)),
      m_sentence(new NoticeBar(this, NoticeBar::Stays::Always)), m_payment(new Chip(this)), m_shipping(new Chip(this)), m_placeholder(new Chip(this)),
      m_reveal(new QPushButton(tr("Revea&l personal data…"), this)), m_tabs(new QTabWidget(this)), m_fields(new JsonView(tr("Fields of the order"), this))
{
    auto font = m_title->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.2);
    m_title->setFont(font);
    m_sentence->setObjectName(QStringLiteral("why"));
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *chips = new QHBoxLayout;
    for (auto *chip : {m_payment, m_shipping, m_placeholder})
        chips->addWidget(chip);
    chips->addStretch(1);
    auto *actions = new QHBoxLayout;
    makeActions(actions);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 0, 0);
    column->addWidget(m_title);
    column->addLayout(chips);
    column->addWidget(m_sentence);
    column->addLayout(actions);
    column->addWidget(m_notice);
    makeTabs();
    column->addWidget(m_tabs, 1);
    column->addStretch(0); // while there are no tabs

    m_later.setSingleShot(true);
    m_later.setInterval(kLookAgainMs);
    connect(&m_later, &QTimer::timeout, this, &OrderView::lookAgain);
    connect(&m_watch, &QTimer::timeout, this, [this] {
        if (isVisible() && m_session.client.state() == LinkState::Live && !m_question && m_page && mayMoveUnseen(*m_page, m_why))
            ask();
    });
    m_watch.start(kWatchMs);
    connect(&session.client, &AdminClient::newsArrived, this, [this](const TailNews &news) {
        const bool isAbout = std::any_of(news.orders.cbegin(), news.orders.cend(), [&](const auto &order) { return order.id == m_id; })
                             || std::any_of(news.events.cbegin(), news.events.cend(), [&](const auto &event) { return event.orderId == m_id; });
        if (!m_id.isEmpty() && isAbout && !isVisible())
            m_isOld = true;
        else if (!m_id.isEmpty() && isAbout && !m_later.isActive())
            m_later.start();
    });
    connect(m_reveal, &QPushButton::clicked, this, &OrderView::askReveal);
    clear();
}

void OrderView::makeActions(QHBoxLayout *row)
{
    const auto add = [&](OrderAction action, const QString &name) {
        auto *button = new QPushButton(this);
        button->setObjectName(name);
        m_actions[static_cast<size_t>(action)] = button;
        connect(button, &QPushButton::clicked, this, [this, action] { act(action); });
        row->addWidget(button);
    };
    add(OrderAction::ReRun, QStringLiteral("reRun"));
    add(OrderAction::AskCourier, QStringLiteral("askCourier"));
    add(OrderAction::BookAgain, QStringLiteral("bookAgain"));
    add(OrderAction::ReSend, QStringLiteral("reSend"));
    row->addWidget(m_reveal);
    row->addStretch(1);
}

void OrderView::makeTabs()
{
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Parts of the order"));
    setFocusProxy(m_tabs);
    const auto add = [&](const QString &name, const QString &title, RowTableBase &model, const QString &empty) {
        auto *table = new TableView(name, title, m_session.layout, this);
        model.setTime(m_session.time);
        table->setRows(&model);
        table->setEmptyText(empty);
        m_tabs->addTab(table, title);
        connect(table, &TableView::keyActivated, this, [this, table, &model] {
            for (int column = 0; column < model.columnCount(); ++column) {
                const auto key = model.columnKey(column);
                if (key == "eventId" || key == "id")
                    return Q_EMIT eventsWanted(QStringLiteral("id:") + model.cell(table->currentIndex().row(), column).text);
            }
        });
    };
    add(QStringLiteral("order/timeline"), tr("Timeline"), m_timeline, tr("Nothing has happened yet."));
    add(QStringLiteral("order/states"), tr("States"), m_states, tr("No event of it was folded yet, or there are too many to tell the state after each."));
    add(QStringLiteral("order/calls"), tr("Calls"), m_calls, tr("Neither courier nor shop was called for this order."));
    add(QStringLiteral("order/events"), tr("Events"), m_events, tr("No event."));
    m_tabs->addTab(m_fields, tr("Fields"));
}

void OrderView::clear()
{
    m_question.reset();
    m_later.stop();
    m_isOld = false;
    m_id.clear();
    m_page.reset();
    m_why = {};
    m_title->setText(tr("No order is selected"));
    m_sentence->tell(Tone::Plain, tr("Search for one, or select one in the list: its timeline, and the reason why it is where it is, are shown here."));
    for (auto *chip : {m_payment, m_shipping, m_placeholder})
        chip->tell(Tone::Plain, {});
    m_timeline.clear();
    m_states.clear();
    m_calls.clear();
    m_events.clear();
    m_fields->setJson({});
    m_notice->clear();
    m_tabs->hide();
    offerActions();
}

void OrderView::show(const QByteArray &orderId)
{
    if (orderId == m_id)
        return;
    clear();
    m_id = orderId;
    ask();
}

void OrderView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (std::exchange(m_isOld, false))
        m_later.start();
}

QString OrderView::sentence() const
{
    return m_sentence->text();
}

void OrderView::ask(const QString &revealReason)
{
    ApiRequest request{Endpoint::Order, {{"id", m_id}}};
    if (!revealReason.isEmpty())
        request.query = {{QStringLiteral("reveal"), QStringLiteral("1")}, {QStringLiteral("reason"), revealReason}};
    m_question = std::make_unique<QObject>();
    m_session.client.ask<OrderPage>(request, m_question.get(), [this](const auto &answer) {
        m_question.release()->deleteLater(); // it is the context of this very call
        if (!answer)
            return m_notice->followProblem(answer.error().message);
        fill(*answer);
    });
}

// What is under way may be a question with its reason in the audit: it is waited for.
void OrderView::lookAgain()
{
    if (m_question)
        m_later.start();
    else if (!m_id.isEmpty())
        ask();
}

void OrderView::fill(const OrderPage &answered)
{
    const auto page = m_page ? withRevealed(answered, *m_page) : answered;
    if (answered.revealed)
        m_revealedVersion = answered.order.version;
    const bool isOlder = page.revealed && m_revealedVersion != answered.order.version;
    m_notice->followProblem(isOlder ? tr("The order has changed since its personal data was revealed: reveal it again for the present one.") : QString());
    if (m_page && toJson(page) == toJson(*m_page))
        return; // places and selections stay
    m_page = page;
    m_why = whyOf(page.why);
    const auto &order = page.order;
    m_title->setText(tr("Order %1 · %2 · %3").arg(utf8(order.name.value_or("–")), utf8(order.refId), utf8(order.shopDomain.value_or(order.source))));
    m_payment->tell(Tone::Plain, tr("payment: %1").arg(utf8(order.paymentStatus)));
    m_shipping->tell(Tone::Plain, tr("shipping: %1").arg(utf8(order.shippingStatus)) + (order.trackingNumber ? QStringLiteral(" · ") + utf8(*order.trackingNumber) : QString()));
    m_placeholder->tell(Tone::Warning, order.placeholder ? tr("placeholder") : QString());
    m_sentence->tell(m_why.tone, m_why.sentence + (page.cut ? QLatin1Char(' ') + tr("(It has more events than are shown.)") : QString()));
    m_timeline.assign(page.timeline);
    m_states.assign(page.states);
    m_calls.assign(page.calls);
    m_events.assign(page.events);
    m_fields->setJson(toJson(order));
    m_tabs->show();
    offerActions();
}

void OrderView::offerActions()
{
    const auto offered = m_page ? actionsFor(*m_page, m_why) : QList<OrderAction>();
    const auto parked = m_page ? releasableEventsOf(*m_page).size() : 0;
    const auto event = m_page ? openCourierCallOf(*m_page, m_why).value_or(0) : 0;
    const QString texts[] = {tr("&Re-run %n parked event(s)…", nullptr, static_cast<int>(parked)), tr("&Ask the courier about call %1 now…").arg(event),
                             tr("&Book again with the present address…"), tr("Re-&send its last call under the same key…")};
    const bool mayChange = m_session.client.mayChange();
    for (size_t i = 0; i < m_actions.size(); ++i) {
        m_actions[i]->setText(texts[i]);
        m_actions[i]->setVisible(offered.contains(static_cast<OrderAction>(i)));
        m_actions[i]->setEnabled(mayChange);
        m_actions[i]->setToolTip(mayChange ? QString() : tr("This connection may look, not change."));
    }
    m_reveal->setVisible(m_page.has_value());
    m_reveal->setEnabled(m_page && (!m_page->revealed || m_page->order.version != m_revealedVersion) && m_session.client.isOperator());
}

void OrderView::act(OrderAction action)
{
    const auto lookAgain = [this](const QByteArray &) { m_later.start(); };
    switch (action) {
    case OrderAction::ReRun: {
        QJsonArray ids;
        for (const auto id : releasableEventsOf(*m_page))
            ids.append(QString::number(id));
        ApiRequest request{Endpoint::ParkedRelease};
        request.body = {{QStringLiteral("eventIds"), ids}};
        return m_changes->offer({tr("Re-run %n parked event(s)", nullptr, static_cast<int>(ids.size())),
                                 tr("They are released and run again. A call that was accepted once is not made again.")},
                                request, &resultsText, lookAgain);
    }
    case OrderAction::AskCourier: {
        const auto event = QByteArray::number(openCourierCallOf(*m_page, m_why).value_or(0));
        return m_changes->offer(askQuestion(event), {Endpoint::CallAsk, {{"id", event}}}, &askedText, lookAgain);
    }
    case OrderAction::BookAgain:
        return m_changes->offer({tr("Book order %1 again").arg(utf8(m_page->order.name.value_or(m_page->order.refId))),
                                 tr("The courier refused the last booking. A new one is sent under a new key, with the order's present address.")},
                                {Endpoint::BookAgain, {{"id", m_id}}},
                                [](const QByteArray &answer) {
                                    const auto opened = readMessage<BookingOpened>(answer);
                                    return opened ? tr("Booking %1 is on its way as event %2.").arg(opened->generation).arg(opened->eventId.value) : opened.error().message;
                                },
                                lookAgain);
    case OrderAction::ReSend: return reSend();
    }
}

// The last call that was accepted.
void OrderView::reSend()
{
    const auto &calls = m_page->calls;
    const auto found = std::find_if(calls.crbegin(), calls.crend(), [](const CallSummary &call) { return call.state == bytesOf(CallState::Accepted); });
    if (found == calls.crend())
        return m_notice->tell(Tone::Warning, tr("No call of this order was accepted; there is nothing to send again."));
    ApiRequest request{Endpoint::ReplayStart};
    request.body = {{QStringLiteral("selection"), QJsonObject{{QStringLiteral("eventIds"), QJsonArray{QString::number(found->eventId.value)}}}},
                    {QStringLiteral("reSend"), true}};
    m_changes->offer({tr("Re-send the call of event %1").arg(found->eventId.value),
                      tr("%1 gets it once more under its same key (%2), after being asked for it where that is possible. Who honours the key does not book twice.")
                          .arg(utf8(found->type), utf8(found->idempotencyKey))},
                     request,
                     [](const QByteArray &answer) {
                         const auto run = readMessage<ReplayRunSummary>(answer);
                         return run ? tr("Replay run %1 sends it.").arg(run->id.value) : run.error().message;
                     },
                     [this](const QByteArray &) { m_later.start(); });
}

void OrderView::askReveal()
{
    ReasonDialog::ask({tr("Reveal personal data"), tr("The customer, the address and what the courier answered are shown. The audit keeps who looked, and why.")}, this,
                      [this, order = m_id](const QString &reason, const QString &) {
                          if (m_id == order) // a link may have brought another one
                              ask(reason);
                      });
}

} // namespace oo::gui
