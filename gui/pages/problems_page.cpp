#include "gui/pages/problems_page.h"

#include "gui/client/utf8.h"
#include "gui/pages/changes.h"
#include "gui/pages/empty_text.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "shared/api/replay_messages.h"
#include "shared/model/event_types.h"
#include "shared/model/statuses.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kRefreshMs = 3000;
constexpr qint64 kMostAtOnce = 1000; // more are released by a replay
constexpr int kMostRefusals = 500;   // in one answer

// Open, and one that the courier can be asked about.
bool isAskable(const CallSummary &call)
{
    return call.type != bytesOf(EventType::ShopNotification) && (call.state == bytesOf(CallState::Unknown) || call.state == bytesOf(CallState::Intent));
}

} // namespace

ProblemsPage::ProblemsPage(Session &session, QWidget *parent)
    : Page(session, tr("Problems"), parent), m_groups(session.client, parkGroupColumns(), &keyOf, [this] { tell(); }),
      m_parked(session.client, parkColumns(), &keyOf, [this] { tell(); }), m_calls(session.client, callColumns(), &keyOf, [this] { tell(); }),
      m_unmatched(session.client, eventColumns(), &keyOf, [this] { tell(); }), m_refusals(session.client, refusalColumns(), &keyOf, [this] { tell(); }),
      m_audit(session.client, auditColumns(), &keyOf, [this] { tell(); }), m_notice(new NoticeBar(this)), m_changes(new Changes(session, m_notice, this)),
      m_tabs(new QTabWidget(this)), m_state(new QComboBox(this)), m_downstream(new QComboBox(this)), m_actor(new QLineEdit(this)), m_action(new QLineEdit(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Kinds of problems"));
    m_tabs->addTab(makeParked(), tr("Parked events"));
    m_tabs->addTab(makeCalls(), tr("Calls"));
    m_tabs->addTab(makeUnmatched(), tr("Unmatched courier events"));
    m_tabs->addTab(makeRefusals(), tr("Refused webhooks"));
    m_tabs->addTab(makeAudit(), tr("Audit"));
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_notice);
    column->addWidget(m_tabs, 1);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        m_notice->clear();
        readOrRefresh();
    });
    connect(&m_refresh, &QTimer::timeout, this, &ProblemsPage::refresh);
    tell();
}

TableView *ProblemsPage::table(const QString &name, const QString &title, RowTableBase &rows)
{
    auto *view = new TableView(name, title, m_session.layout, this);
    rows.setTime(m_session.time);
    view->setRows(&rows);
    return view;
}

QPushButton *ProblemsPage::button(const QString &name, const QString &text, const std::function<void()> &act)
{
    auto *made = new QPushButton(text, this);
    made->setObjectName(name);
    connect(made, &QPushButton::clicked, this, act);
    return made;
}

QWidget *ProblemsPage::makeParked()
{
    m_groupTable = table(QStringLiteral("problems/groups"), tr("Reasons"), m_groups.rows());
    m_groupTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_parkedTable = table(QStringLiteral("problems/parked"), tr("Parked events"), m_parked.rows());
    m_releaseGroup = button(QStringLiteral("releaseGroup"), {}, [this] { releaseGroup(); });
    m_releaseSelected = button(QStringLiteral("releaseSelected"), {}, [this] { releaseSelected(); });
    m_refusedHint = new QLabel(tr("Refused for good: run again they would change nothing. Open the order (Enter), mend it, and book it again there."), this);
    m_refusedHint->setObjectName(QStringLiteral("refusedHint"));
    m_refusedHint->setMargin(6);
    m_refusedHint->setWordWrap(true);
    auto *side = new QWidget(this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_releaseSelected);
    buttons->addWidget(m_releaseGroup);
    buttons->addWidget(m_refusedHint, 9);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(buttons);
    column->addWidget(m_parkedTable, 1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_groupTable);
    splitter->addWidget(side);
    splitter->setSizes({420, 820});
    keepSplitter(splitter, QStringLiteral("problems"), m_session.layout);
    connect(m_groupTable, &TableView::currentKeyChanged, this, [this](const QByteArray &reason) {
        if (reason.isEmpty() || reason == m_reason)
            return;
        m_reason = reason;
        m_parked.read({Endpoint::ParkedEvents, {{"reason", m_reason}}});
    });
    connect(m_parkedTable, &TableView::nearEnd, this, [this] { m_parked.readMore(); });
    connect(m_parkedTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ProblemsPage::tell);
    connect(m_parkedTable, &TableView::keyActivated, this, [this](const QByteArray &event) {
        const int row = m_parked.rows().rowOfKey(event);
        if (row >= 0 && m_parked.rows().row(row).orderId)
            return Q_EMIT orderWanted(*m_parked.rows().row(row).orderId);
        Q_EMIT eventsWanted(QStringLiteral("id:") + utf8(event));
    });
    return splitter;
}

QWidget *ProblemsPage::makeCalls()
{
    m_callTable = table(QStringLiteral("problems/calls"), tr("Calls"), m_calls.rows());
    m_callTable->setSelectionMode(QAbstractItemView::SingleSelection);
    for (const auto state : {CallState::Unknown, CallState::Intent, CallState::Refused, CallState::Accepted})
        m_state->addItem(utf8(bytesOf(state)), utf8(bytesOf(state)));
    m_state->addItem(tr("any state"), QString());
    m_state->setAccessibleName(tr("State of the calls"));
    m_downstream->addItem(tr("courier and shop"), QString());
    m_downstream->addItem(tr("courier"), QStringLiteral("courier"));
    m_downstream->addItem(tr("shop"), QStringLiteral("shop"));
    m_downstream->setAccessibleName(tr("Who was called"));
    m_ask = button(QStringLiteral("ask"), {}, [this] { askCourier(); });
    auto *side = new QWidget(this);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_state);
    bar->addWidget(m_downstream);
    bar->addWidget(m_ask);
    bar->addStretch(1);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_callTable, 1);
    for (auto *box : {m_state, m_downstream})
        connect(box, &QComboBox::activated, this, &ProblemsPage::read);
    connect(m_callTable, &TableView::currentKeyChanged, this, &ProblemsPage::tell);
    connect(m_callTable, &TableView::nearEnd, this, [this] { m_calls.readMore(); });
    connect(m_callTable, &TableView::keyActivated, this, [this](const QByteArray &event) {
        if (const int row = m_calls.rows().rowOfKey(event); row >= 0)
            Q_EMIT orderWanted(m_calls.rows().row(row).orderId);
    });
    return side;
}

QWidget *ProblemsPage::makeUnmatched()
{
    m_unmatchedTable = table(QStringLiteral("problems/unmatched"), tr("Unmatched courier events"), m_unmatched.rows());
    m_unmatchedTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_link = button(QStringLiteral("link"), {}, [this] { linkCourierEvent(); });
    auto *side = new QWidget(this);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_link);
    bar->addStretch(1);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_unmatchedTable, 1);
    connect(m_unmatchedTable, &TableView::currentKeyChanged, this, &ProblemsPage::tell);
    connect(m_unmatchedTable, &TableView::nearEnd, this, [this] { m_unmatched.readMore(); });
    connect(m_unmatchedTable, &TableView::keyActivated, this, [this](const QByteArray &event) { Q_EMIT eventsWanted(QStringLiteral("id:") + utf8(event)); });
    return side;
}

QWidget *ProblemsPage::makeRefusals()
{
    m_refusalTable = table(QStringLiteral("problems/refusals"), tr("Refused webhooks"), m_refusals.rows());
    return m_refusalTable;
}

QWidget *ProblemsPage::makeAudit()
{
    m_auditTable = table(QStringLiteral("problems/audit"), tr("Audit"), m_audit.rows());
    m_actor->setPlaceholderText(tr("Who"));
    m_action->setPlaceholderText(tr("Did what (as it is listed)"));
    m_actor->setAccessibleName(tr("Who did it"));
    m_action->setAccessibleName(tr("What was done"));
    auto *side = new QWidget(this);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_actor);
    bar->addWidget(m_action, 1);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_auditTable, 1);
    for (auto *line : {m_actor, m_action}) {
        line->setClearButtonEnabled(true);
        connect(line, &QLineEdit::returnPressed, this, &ProblemsPage::read);
    }
    connect(m_auditTable, &TableView::nearEnd, this, [this] { m_audit.readMore(); });
    return side;
}

QList<KeyHelp> ProblemsPage::keys() const
{
    return {{QKeySequence(Qt::Key_Return), tr("To the order or the event of the row")}, {QKeySequence(Qt::CTRL | Qt::Key_Tab), tr("To the next list")}};
}

void ProblemsPage::focusFilter()
{
    QWidget *const firsts[] = {m_groupTable, m_state, m_unmatchedTable, m_tabs->currentWidget(), m_actor};
    firsts[m_tabs->currentIndex()]->setFocus(Qt::ShortcutFocusReason);
}

void ProblemsPage::entered()
{
    readOrRefresh();
    m_refresh.start(kRefreshMs);
}

void ProblemsPage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
}

// Somebody who comes back finds what was selected.
void ProblemsPage::readOrRefresh()
{
    const bool wasRead[] = {m_groups.wasRead(), m_calls.wasRead(), m_unmatched.wasRead(), m_refusals.wasRead(), m_audit.wasRead()};
    wasRead[m_tabs->currentIndex()] ? refreshNow() : read();
}

void ProblemsPage::read()
{
    switch (static_cast<Tab>(m_tabs->currentIndex())) {
    case Tab::Parked: return m_groups.read({Endpoint::ParkedGroups}, ListKind::Whole);
    case Tab::Unmatched: return m_unmatched.read({Endpoint::UnmatchedCourierEvents});
    case Tab::Refusals: return m_refusals.read({Endpoint::Refusals, {}, {{QStringLiteral("limit"), QString::number(kMostRefusals)}}}, ListKind::Whole); // it has no pages
    case Tab::Calls: {
        ApiRequest request{Endpoint::Calls};
        for (const auto &[name, box] : {std::pair{QStringLiteral("state"), m_state}, std::pair{QStringLiteral("downstream"), m_downstream}}) {
            if (!box->currentData().toString().isEmpty())
                request.query.append({name, box->currentData().toString()});
        }
        return m_calls.read(request);
    }
    case Tab::Audit: {
        ApiRequest request{Endpoint::Audit};
        for (const auto &[name, line] : {std::pair{QStringLiteral("actor"), m_actor}, std::pair{QStringLiteral("action"), m_action}}) {
            if (!line->text().trimmed().isEmpty())
                request.query.append({name, line->text().trimmed()});
        }
        return m_session.client.isOperator() ? m_audit.read(request) : void();
    }
    }
}

void ProblemsPage::refresh()
{
    if (!isVisible())
        return m_refresh.stop();
    refreshTab([](auto &list) { list.keepFresh(); });
}

void ProblemsPage::refreshNow()
{
    refreshTab([](auto &list) { list.refresh(); });
}

void ProblemsPage::refreshTab(const auto &refreshed)
{
    switch (static_cast<Tab>(m_tabs->currentIndex())) {
    case Tab::Parked:
        refreshed(m_groups);
        return refreshed(m_parked);
    case Tab::Calls: return refreshed(m_calls);
    case Tab::Unmatched: return refreshed(m_unmatched);
    case Tab::Refusals: return refreshed(m_refusals);
    case Tab::Audit: return refreshed(m_audit);
    }
}

void ProblemsPage::tell()
{
    const bool mayChange = m_session.client.mayChange();
    const int group = m_groups.rows().rowOfKey(m_reason);
    const auto selected = m_parkedTable->selectedKeys().size();
    const bool isRefused = m_reason == bytesOf(ParkReason::Refused);
    m_refusedHint->setVisible(isRefused);
    m_releaseSelected->setVisible(!isRefused);
    m_releaseGroup->setVisible(!isRefused);
    m_releaseSelected->setText(tr("Re-run %1 &selected…").arg(selected));
    m_releaseSelected->setEnabled(mayChange && selected > 0);
    m_releaseGroup->setText(group < 0 ? tr("Re-run &all of a reason…") : tr("Re-run &all %1 parked as %2…").arg(m_groups.rows().row(group).count).arg(utf8(m_reason)));
    m_releaseGroup->setEnabled(mayChange && group >= 0);
    tellEmpty();
    const int call = m_calls.rows().rowOfKey(m_callTable->currentKey());
    const bool isOpen = call >= 0 && isAskable(m_calls.rows().row(call));
    m_ask->setText(isOpen ? tr("&Ask about call %1 now…").arg(m_calls.rows().row(call).eventId.value) : tr("&Ask about an open call now…"));
    m_ask->setEnabled(mayChange && isOpen);
    m_link->setText(m_unmatchedTable->currentKey().isEmpty() ? tr("&Link to an order…") : tr("&Link event %1 to an order…").arg(utf8(m_unmatchedTable->currentKey())));
    m_link->setEnabled(mayChange && !m_unmatchedTable->currentKey().isEmpty());
    const QString problems[] = {m_groups.problem().isEmpty() ? m_parked.problem() : m_groups.problem(), m_calls.problem(), m_unmatched.problem(), m_refusals.problem(), m_audit.problem()};
    m_notice->followProblem(problems[m_tabs->currentIndex()]);
}

void ProblemsPage::tellEmpty()
{
    m_groupTable->setEmptyText(emptyText(m_groups, tr("Nothing is parked: no event waits for a person.")));
    m_parkedTable->setEmptyText(m_reason.isEmpty() ? tr("Select a reason.") : emptyText(m_parked, tr("None is parked for this reason any more.")));
    m_callTable->setEmptyText(emptyText(m_calls, tr("No such call.")));
    m_unmatchedTable->setEmptyText(emptyText(m_unmatched, tr("Every courier event has found its order.")));
    m_refusalTable->setEmptyText(emptyText(m_refusals, tr("No webhook was refused since the processes started.")));
    m_auditTable->setEmptyText(m_session.client.isOperator() ? emptyText(m_audit, tr("Nothing of that kind was done yet.")) : tr("This token may not see it: the audit is for operators."));
}

void ProblemsPage::releaseSelected()
{
    QJsonArray ids;
    for (const auto &key : m_parkedTable->selectedKeys())
        ids.append(utf8(key));
    ApiRequest request{Endpoint::ParkedRelease};
    request.body = {{QStringLiteral("eventIds"), ids}};
    m_changes->offer({tr("Re-run %n parked event(s)", nullptr, static_cast<int>(ids.size())), tr("They are released and run again. A call that was accepted once is not made again.")}, request,
                     &resultsText, [this](const QByteArray &) { refreshNow(); });
}

// Exactly those that were counted; more than the service takes at once go as a replay run.
void ProblemsPage::releaseGroup()
{
    const int row = m_groups.rows().rowOfKey(m_reason);
    if (row < 0)
        return;
    const auto &group = m_groups.rows().row(row);
    const ReasonQuestion question{tr("Re-run all %n event(s) parked as %1", nullptr, static_cast<int>(group.count)).arg(utf8(group.reason)),
                                  tr("They are released and run again. If others are parked or released meanwhile, nothing is done.")};
    ApiRequest request{Endpoint::ParkedRelease};
    request.body = {{QStringLiteral("parked"), utf8(group.reason)}, {QStringLiteral("until"), QString::fromLatin1(toText(group.last))}, {QStringLiteral("count"), group.count}};
    if (group.count <= kMostAtOnce)
        return m_changes->offer(question, request, &resultsText, [this](const QByteArray &) { refreshNow(); });
    ApiRequest replay{Endpoint::ReplayStart};
    replay.body = {{QStringLiteral("selection"), QJsonObject{{QStringLiteral("parked"), utf8(group.reason)}}}};
    m_changes->offer({question.effect, tr("They are more than a thousand: a replay run releases them one by one. See the page Replay.")}, replay,
                     [](const QByteArray &answer) {
                         const auto run = readMessage<ReplayRunSummary>(answer);
                         return run ? tr("Replay run %1 has begun.").arg(run->id.value) : run.error().message;
                     },
                     [this](const QByteArray &) { refreshNow(); });
}

void ProblemsPage::askCourier()
{
    const auto event = m_callTable->currentKey();
    m_changes->offer(askQuestion(event), {Endpoint::CallAsk, {{"id", event}}}, &askedText, [this](const QByteArray &) { refreshNow(); });
}

void ProblemsPage::linkCourierEvent()
{
    const auto event = m_unmatchedTable->currentKey();
    const ReasonQuestion question{tr("Link event %1 to an order").arg(utf8(event)), tr("Its tracking number will belong to that order, with all stored courier events of the number."), tr("&Order: number, name or id")};
    ReasonDialog::ask(question, this, [this, event](const QString &reason, const QString &order) { link(event, order, reason); });
}

void ProblemsPage::link(const QByteArray &event, const QString &order, const QString &reason)
{
    ApiRequest search{Endpoint::Orders};
    search.query = {{QStringLiteral("q"), order}};
    m_search = std::make_unique<QObject>();
    m_session.client.ask<ListOf<OrderSummary>>(search, m_search.get(), [this, event, order, reason](const auto &found) {
        if (!found)
            return m_notice->tell(Tone::Bad, found.error().message);
        if (found->items.size() != 1)
            return m_notice->tell(Tone::Warning, tr("%n orders are found for \"%1\": say which.", nullptr, static_cast<int>(found->items.size())).arg(order));
        ApiRequest request{Endpoint::CourierEventLink, {{"id", event}}};
        request.body = {{QStringLiteral("orderId"), utf8(found->items.front().id)}};
        m_changes->send(request, ChangeReason::of(reason), &resultsText, [this](const QByteArray &) { refreshNow(); });
    });
}

} // namespace oo::gui
