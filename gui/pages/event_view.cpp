#include "gui/pages/event_view.h"

#include "gui/client/utf8.h"
#include "gui/models/event_columns.h"
#include "gui/models/event_filter.h"
#include "gui/models/revealed.h"
#include "gui/widgets/facts_label.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/reason_dialog.h"
#include "gui/widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kWatchMs = 2000;
constexpr qsizetype kBytesALine = 16;
constexpr qsizetype kMostBytesShown = 64 * 1024;

QString utcTip(Instant at)
{
    return QString::fromLatin1(toText(at)) + QStringLiteral(" (UTC)");
}

// Copies a row with its times in UTC, which its tooltips have.
class FactsTree : public QTreeWidget
{
public:
    using QTreeWidget::QTreeWidget;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        if (!event->matches(QKeySequence::Copy) || !currentItem())
            return QTreeWidget::keyPressEvent(event);
        QStringList cells;
        for (int column = 0; column < columnCount(); ++column)
            cells << (currentItem()->toolTip(column).isEmpty() ? currentItem()->text(column) : currentItem()->toolTip(column));
        QGuiApplication::clipboard()->setText(cells.join(QLatin1Char('\t')));
    }
};

QTreeWidget *twoColumns(const QString &title, const QStringList &headers, QWidget *parent)
{
    auto *tree = new FactsTree(parent);
    tree->setHeaderLabels(headers);
    tree->setRootIsDecorated(false);
    tree->setAlternatingRowColors(true);
    tree->setUniformRowHeights(true);
    tree->setAccessibleName(title);
    tree->header()->resizeSection(0, 200);
    return tree;
}

QString hexDump(const QByteArray &bytes)
{
    QString text;
    for (qsizetype at = 0; at < std::min(bytes.size(), kMostBytesShown); at += kBytesALine) {
        const auto line = bytes.mid(at, kBytesALine);
        QString plain;
        for (const char c : line)
            plain += c >= 0x20 && c < 0x7f ? QLatin1Char(c) : QLatin1Char('.');
        text += QString::asprintf("%08llx  ", static_cast<unsigned long long>(at)) + QString::fromLatin1(line.toHex(' ')).leftJustified(kBytesALine * 3 + 1) + plain + QLatin1Char('\n');
    }
    return text;
}

} // namespace

EventView::EventView(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_notice(new NoticeBar(this)), m_title(new QLabel(this)), m_facts(new FactsLabel(this)),
      m_copy(new QToolButton(this)), m_order(new QPushButton(tr("Open &order"), this)), m_reveal(new QPushButton(tr("Revea&l personal data…"), this)), m_tabs(new QTabWidget(this)),
      m_payload(new JsonView(tr("Payload"), this)), m_headers(twoColumns(tr("Headers of the deliveries"), {tr("Header"), tr("Value")}, this)),
      m_history(twoColumns(tr("What happened to it"), {tr("When"), tr("What")}, this)), m_raw(fixedText(tr("Raw bytes"), this))
{
    auto font = m_title->font();
    font.setBold(true);
    m_title->setFont(font);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setText(tr("Cop&y"));
    m_copy->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(m_copy);
    connect(menu->addAction(tr("As &JSON")), &QAction::triggered, this, &EventView::copyAsJson);
    connect(menu->addAction(tr("As &curl command")), &QAction::triggered, this, &EventView::copyAsCurl);
    m_copy->setMenu(menu);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Parts of the event"));
    setFocusProxy(m_tabs);
    m_tabs->addTab(m_payload, tr("Payload"));
    m_tabs->addTab(m_history, tr("History"));
    m_tabs->addTab(m_headers, tr("Headers"));
    m_tabs->addTab(m_raw, tr("Raw bytes"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_order);
    buttons->addWidget(m_reveal);
    buttons->addWidget(m_copy);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 8, 8);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addLayout(buttons);
    column->addWidget(m_notice);
    column->addWidget(m_tabs, 1);
    column->addStretch(0); // while there are no tabs
    connect(m_order, &QPushButton::clicked, this, [this] { Q_EMIT orderWanted(m_page.event.orderId.value_or(QByteArray())); });
    connect(m_reveal, &QPushButton::clicked, this, &EventView::askReveal);
    connect(m_payload, &JsonView::memberChosen, this, [this](const QString &path, const QString &value) {
        Q_EMIT eventsWanted(QStringLiteral("since:1d ") + termText(FilterKey::Payload, value, path));
    });
    connect(&m_watch, &QTimer::timeout, this, [this] { // how an event ends makes no news
        const bool isOpen = m_id && m_page.event.id.value == *m_id && !m_page.event.processedAt;
        if (isOpen && isVisible() && !m_question && m_session.client.state() == LinkState::Live)
            ask();
    });
    m_watch.start(kWatchMs);
    clear();
}

void EventView::clear()
{
    m_question.reset();
    m_id.reset();
    empty();
    m_title->setText(tr("No event is selected"));
    m_facts->setFacts(tr("Select one in the list: its payload, headers, raw bytes and history are shown here."));
    m_notice->clear();
}

void EventView::empty()
{
    m_page = {};
    m_title->clear();
    m_facts->clear();
    m_facts->setToolTip({});
    m_payload->setJson({});
    m_headers->clear();
    m_history->clear();
    m_raw->clear();
    for (QWidget *button : {static_cast<QWidget *>(m_order), static_cast<QWidget *>(m_reveal), static_cast<QWidget *>(m_copy)})
        button->hide();
    m_tabs->hide();
}

void EventView::show(qint64 event)
{
    if (m_id == event)
        return;
    m_id = event;
    ask();
}

void EventView::ask(const QString &revealReason)
{
    ApiRequest request{Endpoint::Event, {{"id", QByteArray::number(*m_id)}}};
    if (!revealReason.isEmpty())
        request.query = {{QStringLiteral("reveal"), QStringLiteral("1")}, {QStringLiteral("reason"), revealReason}};
    m_question = std::make_unique<QObject>();
    m_session.client.ask<EventPage>(request, m_question.get(), [this](const auto &answer) {
        m_question.release()->deleteLater(); // it is the context of this very call
        if (!answer && m_page.event.id.value != *m_id)
            empty(); // what is still shown is of another event
        if (!answer)
            return m_notice->followProblem(answer.error().message);
        m_notice->followProblem({});
        fill(withRevealed(*answer, m_page));
    });
}

void EventView::askReveal()
{
    ReasonDialog::ask({tr("Reveal personal data"), tr("Names, addresses and raw bytes of this event are shown. The audit keeps who looked, and why.")}, this,
                      [this, event = m_page.event.id.value](const QString &reason, const QString &) {
                          if (m_id == event) // a link may have brought another one
                              ask(reason);
                      });
}

void EventView::fill(const EventPage &page)
{
    if (toJson(page) == toJson(m_page))
        return; // places and selections stay
    m_page = page;
    const auto &event = page.event;
    const auto &time = m_session.time;
    m_tabs->show();
    m_title->setText(QStringLiteral("%1   #%2").arg(QString::fromUtf8(event.type)).arg(event.id.value));
    QStringList facts{tr("%1 · ref %2 · received %3").arg(QString::fromUtf8(event.source), QString::fromUtf8(event.refId.value_or("–")), time.full(event.receivedAt))};
    if (event.businessAt)
        facts.first() += tr(" · happened %1").arg(time.full(*event.businessAt));
    facts << outcomeText(event) + (event.outcomeDetail ? QStringLiteral(" · ") + QString::fromUtf8(*event.outcomeDetail) : QString());
    QList<std::pair<QString, QString>> times{{time.full(event.receivedAt), QString::fromLatin1(toText(event.receivedAt))}};
    if (event.businessAt)
        times.append({time.full(*event.businessAt), QString::fromLatin1(toText(*event.businessAt))});
    m_facts->setFacts(facts.join(QLatin1Char('\n')), times);
    m_facts->setToolTip(tr("received %1 (UTC)").arg(QString::fromLatin1(toText(event.receivedAt)))
                        + (event.businessAt ? QLatin1Char('\n') + tr("happened %1 (UTC)").arg(QString::fromLatin1(toText(*event.businessAt))) : QString()));
    m_order->setVisible(event.orderId.has_value());
    m_copy->show();
    m_reveal->show();
    m_reveal->setEnabled(!page.revealed && m_session.client.isOperator());
    m_reveal->setToolTip(m_session.client.isOperator() ? QString() : tr("A viewer's token cannot reveal personal data."));
    m_payload->setJson(page.payload.text);
    fillHeaders(page);
    fillHistory(page);
    m_raw->setPlainText(rawText(page));
}

void EventView::fillHeaders(const EventPage &page)
{
    m_headers->clear();
    for (const auto &delivery : page.deliveries) {
        auto *top = new QTreeWidgetItem(m_headers, {delivery.repeated ? tr("Repeated delivery") : tr("Delivery"), m_session.time.full(delivery.receivedAt)});
        top->setToolTip(1, utcTip(delivery.receivedAt));
        const auto headers = QJsonDocument::fromJson(delivery.headers.text).array();
        for (const auto &pair : headers)
            new QTreeWidgetItem(top, {pair[0].toString(), pair[1].toString()});
        top->setExpanded(!delivery.repeated);
    }
}

void EventView::fillHistory(const EventPage &page)
{
    m_history->clear();
    const auto &time = m_session.time;
    std::vector<std::pair<Instant, QString>> steps;
    const auto add = [&](const std::optional<Instant> &at, const QString &text) { steps.emplace_back(at.value_or(Instant{}), text); };
    for (const auto &delivery : page.deliveries)
        add(delivery.receivedAt, delivery.repeated ? tr("delivered again; the first one counts") : tr("delivered"));
    for (const auto &park : page.parks) {
        add(park.since, tr("parked: %1. %2").arg(utf8(park.reason), utf8(park.detail)));
        if (park.releasedAt)
            add(park.releasedAt, tr("released by %1: %2").arg(utf8(park.releasedBy.value_or("")), utf8(park.releaseReason.value_or(""))));
    }
    if (page.call) {
        add(page.call->createdAt, tr("call for %1 under the key %2").arg(utf8(page.call->type), utf8(page.call->idempotencyKey)));
        add(page.call->updatedAt, tr("%1 at attempt %2 (HTTP %3): %4").arg(utf8(page.call->state)).arg(page.call->attempt).arg(page.call->httpStatus.value_or(0)).arg(utf8(page.call->answer.value_or(""))));
    }
    if (page.job)
        add(page.job->createdAt, tr("job %1 is %2, %3 attempts made. %4").arg(utf8(page.job->id), utf8(page.job->state)).arg(page.job->attemptsMade).arg(utf8(page.job->failedReason)));
    if (page.event.processedAt)
        add(page.event.processedAt, tr("%1. %2").arg(outcomeText(page.event), utf8(page.event.outcomeDetail.value_or(""))));
    // By the instants: what a clock of the zone shows runs back once a year.
    std::stable_sort(steps.begin(), steps.end(), [](const auto &one, const auto &other) { return one.first < other.first; });
    for (const auto &[at, text] : steps) {
        auto *item = new QTreeWidgetItem(m_history, {time.full(at), text});
        item->setToolTip(0, utcTip(at));
        item->setToolTip(1, text);
    }
}

QString EventView::rawText(const EventPage &page) const
{
    if (page.deliveries.empty())
        return tr("This event was made here; nobody delivered it.");
    if (!page.revealed)
        return tr("The raw bytes hold personal data: reveal them first.");
    QString text;
    for (const auto &delivery : page.deliveries) {
        if (!delivery.body)
            continue;
        const auto bytes = QByteArray::fromBase64(*delivery.body);
        text += tr("%1: %n bytes", nullptr, static_cast<int>(bytes.size())).arg(utcTip(delivery.receivedAt)) + QLatin1Char('\n') + hexDump(bytes) + QLatin1Char('\n');
    }
    return text;
}

void EventView::copyAsJson() const
{
    if (m_id && m_page.event.id.value == *m_id) // not the one before, while this one is read
        QGuiApplication::clipboard()->setText(QString::fromUtf8(toJson(m_page)));
}

// Without the token, which stays where it is.
void EventView::copyAsCurl() const
{
    if (!m_id)
        return;
    const auto url = urlOf(m_session.client.profile().url, {Endpoint::Event, {{"id", QByteArray::number(*m_id)}}});
    QGuiApplication::clipboard()->setText(QStringLiteral("curl -fsS -H \"Authorization: Bearer $TOKEN\" '%1'").arg(QString::fromLatin1(url.toEncoded())));
}

} // namespace oo::gui
