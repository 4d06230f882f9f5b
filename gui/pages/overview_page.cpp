#include "gui/pages/overview_page.h"

#include "gui/widgets/notice_bar.h"
#include "gui/widgets/sparkline.h"
#include "gui/widgets/table_view.h"
#include "gui/widgets/theme.h"

#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kBalanceEveryMs = 60000;
constexpr int kSnoozeMinutes = 60;
constexpr qint64 kStoppedShownUs = 3600000000; // processes that stopped within the hour

struct Figure
{
    const char *key; // a counter, or duration:NAME
    const char *title;
};
constexpr Figure kFigures[] = {
    {"webhooks_accepted", QT_TRANSLATE_NOOP("OverviewPage", "webhooks a second")},
    {"webhooks_repeated", QT_TRANSLATE_NOOP("OverviewPage", "repeats a second")},
    {"refused", QT_TRANSLATE_NOOP("OverviewPage", "refused a second")},
    {"calls_accepted", QT_TRANSLATE_NOOP("OverviewPage", "calls accepted a second")},
    {"duration:webhook", QT_TRANSLATE_NOOP("OverviewPage", "webhook answered: half · 99 %")},
    {"duration:courier_call", QT_TRANSLATE_NOOP("OverviewPage", "courier's answer: half · 99 %")},
    {"duration:shop_call", QT_TRANSLATE_NOOP("OverviewPage", "shop's answer: half · 99 %")},
};

QFrame *card(QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setAutoFillBackground(true);
    frame->setBackgroundRole(QPalette::Base);
    return frame;
}

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    auto font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

} // namespace

OverviewPage::OverviewPage(Session &session, HealthPicture &picture, QWidget *parent)
    : Page(session, tr("Overview"), parent), m_picture(picture), m_instances(instanceColumns(), &keyOf), m_downstreams(downstreamColumns(), &keyOf),
      m_well(new NoticeBar(this, NoticeBar::Stays::Always)), m_balance(new NoticeBar(this, NoticeBar::Stays::Always)), m_classes(new QLabel(this)),
      m_wrong(new QPushButton(tr("Show these &events"), this))
{
    auto *inside = new QWidget(this);
    auto *column = new QVBoxLayout(inside);
    column->setSpacing(12);
    column->addWidget(m_well);
    column->addWidget(makeWarnings());
    column->addWidget(makeFigures());
    column->addWidget(makeQueues());
    column->addWidget(makeBalance());
    column->addWidget(makeTables(), 1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Overview"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inside);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
    connect(&picture, &HealthPicture::changed, this, &OverviewPage::tell);
    connect(&m_balanceTimer, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_picture.askBalance();
    });
    m_balanceTimer.start(kBalanceEveryMs);
    tell();
}

QWidget *OverviewPage::makeWarnings()
{
    m_warningBox = card(this);
    m_warningBox->setAccessibleName(tr("Warnings"));
    m_acknowledge = new QPushButton(tr("&Acknowledge"), m_warningBox);
    m_snooze = new QPushButton(tr("&Snooze for an hour"), m_warningBox);
    auto *bar = new QHBoxLayout;
    bar->addWidget(heading(tr("What is wrong"), m_warningBox), 1);
    bar->addWidget(m_acknowledge);
    bar->addWidget(m_snooze);
    m_warningRows = new QVBoxLayout(m_warningBox);
    m_warningRows->addLayout(bar);
    connect(m_acknowledge, &QPushButton::clicked, &m_picture, &HealthPicture::acknowledge);
    connect(m_snooze, &QPushButton::clicked, this, [this] { m_picture.snooze(kSnoozeMinutes); });
    return m_warningBox;
}

QWidget *OverviewPage::makeFigures()
{
    auto *frame = card(this);
    auto *row = new QHBoxLayout(frame);
    row->setSpacing(24);
    for (const auto &figure : kFigures) {
        auto *value = new QLabel(QStringLiteral("–"), frame);
        auto font = value->font();
        font.setPointSizeF(font.pointSizeF() * 1.5);
        value->setFont(font);
        auto *title = new QLabel(tr(figure.title), frame);
        title->setForegroundRole(QPalette::PlaceholderText);
        auto *column = new QVBoxLayout;
        column->setSpacing(0);
        column->addWidget(value);
        column->addWidget(title);
        row->addLayout(column);
        m_figures.insert(figure.key, value);
    }
    row->addStretch(1);
    return frame;
}

QWidget *OverviewPage::makeQueues()
{
    auto *side = new QWidget(this);
    m_queueGrid = new QGridLayout(side);
    m_queueGrid->setContentsMargins(0, 0, 0, 0);
    return side;
}

QWidget *OverviewPage::makeBalance()
{
    auto *frame = card(this);
    auto *row = new QGridLayout(frame);
    m_classes->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(m_balance, 0, 0);
    row->addWidget(m_wrong, 0, 1);
    row->addWidget(m_classes, 1, 0, 1, 2);
    row->setColumnStretch(0, 1);
    m_wrong->hide();
    connect(m_wrong, &QPushButton::clicked, this, [this] {
        QByteArrayList ids;
        for (const auto &id : m_picture.facts().balance->wrongIds)
            ids.append(id);
        Q_EMIT eventsWanted(QStringLiteral("id:") + QString::fromLatin1(ids.join(',')));
    });
    return frame;
}

QWidget *OverviewPage::makeTables()
{
    m_instanceTable = new TableView(QStringLiteral("overview/processes"), tr("Processes"), m_session.layout, this);
    m_downstreamTable = new TableView(QStringLiteral("overview/downstreams"), tr("Courier and shop"), m_session.layout, this);
    m_instances.setTime(m_session.time);
    m_downstreams.setTime(m_session.time);
    m_instanceTable->setRows(&m_instances);
    m_instanceTable->setEmptyText(tr("Reading…"));
    m_downstreamTable->setRows(&m_downstreams);
    m_downstreamTable->setEmptyText(tr("Reading…"));
    auto *side = new QWidget(this);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(heading(tr("Processes"), side));
    column->addWidget(m_instanceTable, 1);
    column->addWidget(heading(tr("Courier and shop"), side));
    column->addWidget(m_downstreamTable);
    m_instanceTable->setMinimumHeight(120);
    m_downstreamTable->setFixedHeight(m_downstreamTable->verticalHeader()->defaultSectionSize() * 4);
    return side;
}

void OverviewPage::focusFilter()
{
    m_instanceTable->setFocus(Qt::ShortcutFocusReason);
}

void OverviewPage::entered()
{
    m_picture.askBalance();
    tell();
}

QString OverviewPage::balanceText() const
{
    return m_balance->text();
}

QStringList OverviewPage::warningTexts() const
{
    QStringList texts;
    for (const auto *label : m_warningLabels)
        texts << label->text();
    return texts;
}

void OverviewPage::tell()
{
    if (!isVisible())
        return; // entered() tells
    tellWarnings();
    tellFigures();
    tellQueues();
    tellBalance();
    std::vector<InstanceSummary> shown;
    const auto now = m_session.client.serviceNow();
    for (const auto &instance : m_picture.facts().instances) {
        if (!instance.stoppedAt || instance.stoppedAt->us > now.us - kStoppedShownUs)
            shown.push_back(instance);
    }
    m_instances.assign(std::move(shown));
    m_downstreams.assign(m_picture.facts().downstreams);
}

void OverviewPage::tellWarnings()
{
    const auto warnings = m_picture.warnings();
    const auto open = m_picture.unacknowledged();
    m_well->setVisible(warnings.isEmpty());
    m_warningBox->setVisible(!warnings.isEmpty());
    m_acknowledge->setEnabled(!open.isEmpty());
    m_snooze->setEnabled(!m_picture.isSnoozed());
    m_snooze->setText(m_picture.isSnoozed() ? tr("Snoozed") : tr("&Snooze for an hour"));
    if (warnings.isEmpty() && !m_picture.isWhole())
        m_well->tell(Tone::Busy, tr("Reading…"));
    else if (warnings.isEmpty())
        m_well->tell(Tone::Good, tr("All is well: every process is alive, nothing is parked, failed or unknown."));
    QList<QByteArray> keys;
    for (const auto &warning : warnings)
        keys.append(warning.key);
    if (keys != m_warningKeys) { // texts change each second, rows do not
        m_warningKeys = keys;
        m_warningLabels.clear();
        while (m_warningRows->count() > 1) {
            auto *item = m_warningRows->takeAt(1);
            item->widget()->deleteLater();
            delete item;
        }
        for (const auto &warning : warnings) {
            auto *row = new QWidget(m_warningBox);
            auto *label = new QLabel(row);
            label->setTextFormat(Qt::PlainText);
            label->setWordWrap(true);
            auto *go = new QPushButton(tr("Show"), row);
            go->setVisible(warning.place != Warning::Place::Overview);
            go->setAccessibleName(tr("Show what is behind it"));
            connect(go, &QPushButton::clicked, this, [this, place = warning.place] { Q_EMIT placeWanted(place); });
            auto *line = new QHBoxLayout(row);
            line->setContentsMargins(0, 0, 0, 0);
            line->addWidget(label, 1);
            line->addWidget(go);
            m_warningRows->addWidget(row);
            m_warningLabels.append(label);
        }
    }
    for (qsizetype i = 0; i < warnings.size(); ++i) {
        const bool isOpen = std::any_of(open.cbegin(), open.cend(), [&](const Warning &other) { return other.key == warnings[i].key; });
        auto colours = palette();
        for (const auto role : {QPalette::WindowText, QPalette::Text}) // on a card it is the latter
            colours.setColor(role, toneColour(isOpen ? warnings[i].tone : Tone::Muted, colours));
        m_warningLabels[i]->setPalette(colours);
        m_warningLabels[i]->setText(warnings[i].text);
    }
}

void OverviewPage::tellFigures()
{
    const auto &rates = m_picture.rates();
    const auto perSecond = [&](const char *name) { return rates.perSecond(name).value_or(0); };
    for (const auto &figure : kFigures) {
        const QByteArray key(figure.key);
        QString text = QStringLiteral("–");
        if (key.startsWith("duration:")) {
            if (const auto duration = rates.duration(key.mid(9)))
                text = tr("≤ %1 · %2 ms").arg(duration->p50Ms).arg(duration->p99Ms);
        } else if (rates.perSecond(key == "refused" ? QByteArray("refused_signature") : key)) {
            const double rate = key == "refused" ? perSecond("refused_at_gate") + perSecond("refused_signature") + perSecond("refused_content") + perSecond("refused_unavailable")
                                                 : perSecond(figure.key);
            text = QLocale().toString(rate, 'f', rate < 10 ? 1 : 0);
        }
        m_figures.value(key)->setText(text);
        m_figures.value(key)->setAccessibleName(tr("%1: %2").arg(tr(figure.title), text)); // a name alone would hide the number from screen readers
    }
}

void OverviewPage::tellQueues()
{
    const QLocale locale;
    for (const auto &queue : m_picture.facts().queues) {
        if (!m_cards.contains(queue.queue)) {
            auto *frame = card(this);
            QueueCard made{new QPushButton(QString::fromUtf8(queue.queue), frame), new QLabel(frame), new Sparkline(frame)};
            made.name->setFlat(true);
            made.name->setToolTip(tr("To its jobs"));
            made.curve->setAccessibleName(tr("Depth of %1 in the last five minutes").arg(QString::fromUtf8(queue.queue)));
            connect(made.name, &QPushButton::clicked, this, [this, name = queue.queue] { Q_EMIT queueWanted(name); });
            auto *column = new QVBoxLayout(frame);
            column->addWidget(made.name, 0, Qt::AlignLeft);
            column->addWidget(made.facts);
            column->addWidget(made.curve);
            m_queueGrid->addWidget(frame, 0, static_cast<int>(m_cards.size()));
            m_cards.insert(queue.queue, made);
        }
        const auto &shown = m_cards[queue.queue];
        shown.facts->setText(tr("%1 waiting · %2 delayed · %3 failed\n%4 ended a minute%5")
                                 .arg(locale.toString(queue.waiting + queue.prioritized + queue.paused), locale.toString(queue.delayed), locale.toString(queue.failed),
                                      queue.finishedPerMinute ? locale.toString(*queue.finishedPerMinute) : QStringLiteral("–"),
                                      queue.isPaused ? tr(" · PAUSED") : queue.oldestMs ? tr(" · oldest %1").arg(TimeText::duration(*queue.oldestMs)) : QString()));
        shown.curve->setValues(m_picture.depths(queue.queue), HealthPicture::depthsKept);
    }
}

void OverviewPage::tellBalance()
{
    const auto &balance = m_picture.facts().balance;
    const auto &problem = m_picture.facts().balanceProblem;
    if (!balance)
        return problem.isEmpty() ? m_balance->tell(Tone::Busy, tr("Balance: being asked…")) : m_balance->tell(Tone::Warning, tr("Balance: not known. %1").arg(problem));
    const QLocale locale;
    const auto told = balance->balanced ? tr("Balanced: all %1 events are in exactly one place").arg(locale.toString(balance->stored))
                                        : tr("NOT balanced: %1 events are nowhere, or in two places").arg(locale.toString(balance->wrong));
    const auto asOf = tr("as of %1").arg(m_session.time.full(m_picture.facts().balanceAt).mid(11, 5));
    if (problem.isEmpty())
        m_balance->tell(balance->balanced ? Tone::Good : Tone::Bad, QStringLiteral("%1, %2.").arg(told, asOf));
    else
        m_balance->tell(balance->balanced ? Tone::Warning : Tone::Bad, tr("%1, %2. It could not be asked since: %3").arg(told, asOf, problem));
    QStringList classes;
    const std::pair<QString, qint64> counts[] = {{tr("applied"), balance->applied}, {tr("superseded"), balance->superseded}, {tr("recorded"), balance->recorded},
                                                 {tr("delivered"), balance->delivered}, {tr("by older workers"), balance->byOlderWorkers}, {tr("parked"), balance->parked},
                                                 {tr("in flight"), balance->inFlight}};
    for (const auto &[name, count] : counts)
        classes << QStringLiteral("%1 %2").arg(name, locale.toString(count));
    m_classes->setText(classes.join(QStringLiteral(" · ")));
    m_wrong->setVisible(!balance->wrongIds.empty());
}

} // namespace oo::gui
