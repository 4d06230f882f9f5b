#include "gui/pages/replay_page.h"

#include "gui/client/utf8.h"
#include "gui/client/word_parts.h"
#include "gui/pages/changes.h"
#include "gui/pages/empty_text.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "shared/model/event_types.h"
#include "shared/model/statuses.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kRefreshMs = 1000;
constexpr int kMostIdText = 10000000;
constexpr int kDefaultRate = 50, kMostRate = 1000; // events a second

template <class E>
QComboBox *boxOf(const QString &any, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->addItem(any, QString());
    for (const auto &row : EnumTable<E>::rows)
        box->addItem(utf8(bytesOf(row.value)), utf8(bytesOf(row.value)));
    return box;
}

ReplayPreview sumOf(ReplayPreview all, const ReplayPreview &part)
{
    all.reRun += part.reRun;
    all.reCheck += part.reCheck;
    all.reSend += part.reSend;
    all.willChangeNothing += part.willChangeNothing;
    all.cut = all.cut || part.cut;
    all.items.insert(all.items.end(), part.items.begin(), part.items.end());
    return all;
}

} // namespace

ReplayPage::ReplayPage(Session &session, QWidget *parent)
    : Page(session, tr("Replay"), parent), m_runs(session.client, replayRunColumns(), &keyOf, [this] { tell(); }),
      m_results(session.client, replayedColumns(), &keyOf, [this] { tell(); }), m_previewed(replayedColumns(), &keyOf), m_notice(new NoticeBar(this)),
      m_changes(new Changes(session, m_notice, this)), m_ids(new QLineEdit(this)), m_order(new QLineEdit(this)), m_since(new QLineEdit(this)), m_until(new QLineEdit(this)),
      m_type(boxOf<EventType>(tr("any type"), this)), m_parked(boxOf<ParkReason>(tr("parked or not"), this)), m_reSendBox(new QCheckBox(tr("Re-&send finished calls under their same key"), this)),
      m_rate(new QSpinBox(this)), m_summary(new QLabel(this)), m_preview(new QPushButton(tr("&Preview"), this)), m_run(new QPushButton(this)),
      m_cancel(new QPushButton(tr("Cance&l the run…"), this)), m_progress(new QProgressBar(this)),
      m_previewTable(new TableView(QStringLiteral("replay/preview"), tr("What would change"), session.layout, this)),
      m_runTable(new TableView(QStringLiteral("replay/runs"), tr("Replay runs"), session.layout, this)),
      m_resultTable(new TableView(QStringLiteral("replay/results"), tr("Results of the run"), session.layout, this))
{
    m_summary->setObjectName(QStringLiteral("summary"));
    auto *top = new QSplitter(Qt::Horizontal, this);
    top->addWidget(makeForm());
    top->addWidget(makePreview());
    top->setSizes({460, 780});
    auto *both = new QSplitter(Qt::Vertical, this);
    both->addWidget(top);
    both->addWidget(makeRuns());
    both->setSizes({420, 420});
    keepSplitter(top, QStringLiteral("replay/form"), session.layout);
    keepSplitter(both, QStringLiteral("replay"), session.layout);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_notice);
    column->addWidget(both, 1);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return m_refresh.stop();
        m_runs.keepFresh();
        if (std::exchange(m_wasRunning, isRunning()) || isRunning()) // one that has ended changes no more
            m_results.keepFresh();
    });
    tell();
}

QWidget *ReplayPage::makeForm()
{
    m_ids->setPlaceholderText(tr("12, 13, 14"));
    m_ids->setObjectName(QStringLiteral("ids"));
    m_ids->setMaxLength(kMostIdText); // else the last id of many would be cut, and be another one
    m_order->setPlaceholderText(tr("Its number at Shopify"));
    m_order->setObjectName(QStringLiteral("order"));
    m_since->setPlaceholderText(tr("1h, 10:15, 2026-04-06T10:15"));
    m_until->setPlaceholderText(tr("the same; empty: until now"));
    m_type->setEditable(true);
    m_type->setInsertPolicy(QComboBox::NoInsert);
    m_rate->setRange(1, kMostRate);
    m_rate->setValue(kDefaultRate);
    m_rate->setSuffix(tr(" events a second"));
    auto *side = new QWidget(this);
    auto *form = new QFormLayout(side);
    form->setContentsMargins(0, 0, 8, 0);
    form->addRow(tr("&Events"), m_ids);
    form->addRow(tr("&Order"), m_order);
    form->addRow(tr("&Type"), m_type);
    form->addRow(tr("S&ince"), m_since);
    form->addRow(tr("&Until"), m_until);
    form->addRow(tr("Par&ked"), m_parked);
    form->addRow(QString(), m_reSendBox);
    form->addRow(tr("R&ate"), m_rate);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_preview);
    buttons->addWidget(m_run);
    buttons->addStretch(1);
    form->addRow(QString(), buttons);
    m_run->setObjectName(QStringLiteral("run"));
    m_preview->setObjectName(QStringLiteral("preview"));
    connect(m_preview, &QPushButton::clicked, this, &ReplayPage::preview);
    connect(m_run, &QPushButton::clicked, this, &ReplayPage::run);
    for (auto *line : {m_ids, m_order, m_since, m_until})
        connect(line, &QLineEdit::returnPressed, this, &ReplayPage::preview);
    const auto changed = [this] { // what is run is what was previewed, and what is shown is of what stands in the form
        if (std::exchange(m_question, nullptr))
            m_notice->clear();
        m_isPreviewed = false;
        m_previewed.clear();
        m_summary->clear();
        tell();
    };
    for (auto *line : {m_ids, m_order, m_since, m_until})
        connect(line, &QLineEdit::textChanged, this, changed);
    for (auto *box : {m_type, m_parked})
        connect(box, &QComboBox::currentTextChanged, this, changed);
    connect(m_reSendBox, &QCheckBox::toggled, this, changed);
    return side;
}

QWidget *ReplayPage::makePreview()
{
    m_previewed.setTime(m_session.time);
    m_previewTable->setRows(&m_previewed);
    m_previewTable->setEmptyText(tr("Preview tells what would change from what to what, which calls would be made, and how many events will change nothing."));
    m_summary->setWordWrap(true);
    auto *side = new QWidget(this);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(8, 0, 0, 0);
    column->addWidget(m_summary);
    column->addWidget(m_previewTable, 1);
    connect(m_previewTable, &TableView::keyActivated, this, [this](const QByteArray &event) { Q_EMIT eventsWanted(QStringLiteral("id:") + utf8(event)); });
    return side;
}

QWidget *ReplayPage::makeRuns()
{
    m_runs.rows().setTime(m_session.time);
    m_results.rows().setTime(m_session.time);
    m_runTable->setRows(&m_runs.rows());
    m_runTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_resultTable->setRows(&m_results.rows());
    m_progress->setAccessibleName(tr("How far the run is"));
    auto *left = new QWidget(this);
    auto *bar = new QHBoxLayout;
    auto policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // else the buttons grow over the row
    m_progress->setSizePolicy(policy);
    bar->addWidget(m_progress, 1);
    bar->addWidget(m_cancel);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 8, 0);
    column->addLayout(bar);
    column->addWidget(m_runTable, 1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(left);
    splitter->addWidget(m_resultTable);
    splitter->setSizes({680, 560});
    keepSplitter(splitter, QStringLiteral("replay/results"), m_session.layout);
    connect(m_runTable, &TableView::currentKeyChanged, this, [this](const QByteArray &run) {
        if (!run.isEmpty())
            m_results.read({Endpoint::ReplayResults, {{"id", run}}});
        tell();
    });
    connect(m_runTable, &TableView::nearEnd, this, [this] { m_runs.readMore(); });
    connect(m_resultTable, &TableView::nearEnd, this, [this] { m_results.readMore(); });
    connect(m_resultTable, &TableView::keyActivated, this, [this](const QByteArray &event) { Q_EMIT eventsWanted(QStringLiteral("id:") + utf8(event)); });
    connect(m_cancel, &QPushButton::clicked, this, &ReplayPage::cancelRun);
    return splitter;
}

void ReplayPage::focusFilter()
{
    m_ids->setFocus(Qt::ShortcutFocusReason);
}

void ReplayPage::entered()
{
    m_runs.wasRead() ? m_runs.refresh() : m_runs.read({Endpoint::Replays}); // somebody who comes back finds what was selected
    m_refresh.start(kRefreshMs);
    m_ids->setFocus();
}

void ReplayPage::select(const QList<QByteArray> &eventIds)
{
    for (auto *line : {m_order, m_since, m_until})
        line->clear();
    for (auto *box : {m_type, m_parked})
        box->setCurrentIndex(0);
    m_reSendBox->setChecked(false); // calls are made again only where somebody says so this time
    m_ids->setText(utf8(eventIds.join(", ")));
    preview();
}

QString ReplayPage::summary() const
{
    return m_summary->text();
}

std::optional<QJsonObject> ReplayPage::selection()
{
    QJsonObject selection;
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    QJsonArray ids;
    for (const auto &id : m_ids->text().split(between, Qt::SkipEmptyParts))
        ids.append(id);
    if (!ids.isEmpty())
        selection.insert(QStringLiteral("eventIds"), ids);
    const auto add = [&](const char *name, const QString &text) {
        if (!text.trimmed().isEmpty())
            selection.insert(QLatin1StringView(name), text.trimmed());
    };
    add("order", m_order->text());
    add("type", m_type->currentIndex() == 0 && m_type->currentText() == m_type->itemText(0) ? QString() : m_type->currentText());
    add("parked", m_parked->currentData().toString());
    for (const auto &[name, line] : {std::pair{"since", m_since}, std::pair{"until", m_until}}) {
        const auto text = line->text().trimmed();
        if (text.isEmpty())
            continue;
        const auto time = readTime(text, m_session.time.zone(), m_session.client.serviceNow());
        if (!time) {
            m_notice->tell(Tone::Bad, tr("\"%1\" is no time: write 15m, 2h, 3d, 10:15 or 2026-04-06T10:15.").arg(text));
            return std::nullopt;
        }
        add(name, QString::fromLatin1(toText(*time)));
    }
    if (selection.isEmpty()) {
        m_notice->tell(Tone::Bad, tr("Say which events: by ids, order, type, time, or why they are parked."));
        return std::nullopt;
    }
    return selection;
}

// Many ids do not fit into one question: they are asked about part by part, and counted together.
void ReplayPage::preview()
{
    const auto chosen = selection();
    if (!chosen)
        return;
    QStringList ids;
    for (const auto &id : chosen->value(QLatin1StringView("eventIds")).toArray())
        ids << id.toString();
    ids.removeDuplicates(); // else two parts would count it twice
    m_notice->tell(Tone::Busy, tr("Looking at what would happen…"));
    m_question = std::make_unique<QObject>();
    previewPart({*chosen, partsOf(ids), m_reSendBox->isChecked()}, {});
}

void ReplayPage::previewPart(const Previewing &asked, const ReplayPreview &sofar)
{
    ApiRequest request{Endpoint::ReplayPreview};
    for (auto it = asked.selection.begin(); it != asked.selection.end(); ++it) {
        if (!it->isArray())
            request.query.append({it.key(), it->toString()});
    }
    if (!asked.parts.first().isEmpty())
        request.query.append({QStringLiteral("eventIds"), asked.parts.first().join(QLatin1Char(','))});
    if (asked.reSend)
        request.query.append({QStringLiteral("reSend"), QStringLiteral("1")});
    m_session.client.ask<ReplayPreview>(request, m_question.get(), [this, asked, sofar](const auto &answer) {
        if (!answer) {
            m_question.release()->deleteLater(); // it is the context of this very call
            return m_notice->tell(Tone::Bad, answer.error().message);
        }
        const auto all = sumOf(sofar, *answer);
        if (asked.parts.size() > 1)
            return previewPart({asked.selection, asked.parts.mid(1), asked.reSend}, all);
        m_question.release()->deleteLater();
        m_notice->clear();
        m_selection = asked.selection;
        m_reSend = asked.reSend;
        m_isPreviewed = true;
        takePreview(all);
    });
}

void ReplayPage::takePreview(const ReplayPreview &preview)
{
    m_previewed.assign(preview.items);
    const QLocale locale;
    const auto all = preview.reRun + preview.reCheck + preview.reSend;
    auto text = tr("%1 events: %2 would be re-run, %3 re-checked (these %4 will change nothing), %5 calls would be made again.")
                    .arg(locale.toString(all), locale.toString(preview.reRun), locale.toString(preview.reCheck), locale.toString(preview.willChangeNothing), locale.toString(preview.reSend));
    if (preview.cut)
        text += QLatin1Char(' ') + tr("There are more: only the first %1 were looked at.").arg(locale.toString(all));
    if (static_cast<qint64>(preview.items.size()) < all - preview.willChangeNothing)
        text += QLatin1Char(' ') + tr("The first %1 of them are listed.").arg(preview.items.size());
    m_summary->setText(text);
    tell();
}

void ReplayPage::run()
{
    ApiRequest request{Endpoint::ReplayStart};
    request.body = {{QStringLiteral("selection"), m_selection}, {QStringLiteral("rate"), m_rate->value()}, {QStringLiteral("reSend"), m_reSend}};
    m_changes->offer({tr("Replay what was previewed"), m_summary->text() + QLatin1Char(' ') + tr("At %1 events a second; it can be cancelled on the way.").arg(m_rate->value())}, request,
                     [](const QByteArray &answer) {
                         const auto run = readMessage<ReplayRunSummary>(answer);
                         return run ? tr("Replay run %1 has begun.").arg(run->id.value) : run.error().message;
                     },
                     [this](const QByteArray &answer) {
                         const auto run = readMessage<ReplayRunSummary>(answer);
                         if (!run)
                             return;
                         m_runs.rows().prepend({*run});
                         m_runTable->selectKey(keyOf(*run));
                     });
}

void ReplayPage::cancelRun()
{
    const auto run = m_runTable->currentKey();
    m_changes->offer({tr("Cancel replay run %1").arg(utf8(run)), tr("It ends where it is. What it did stays done.")}, {Endpoint::ReplayCancel, {{"id", run}}},
                     [](const QByteArray &) { return tr("It is cancelled."); }, [this](const QByteArray &) { m_runs.refresh(); });
}

void ReplayPage::tell()
{
    const bool mayChange = m_session.client.mayChange();
    m_preview->setEnabled(m_session.client.isOperator());
    m_preview->setToolTip(m_session.client.isOperator() ? QString() : tr("Previews are for operators."));
    m_run->setText(tr("&Replay what was previewed…"));
    m_run->setEnabled(mayChange && m_isPreviewed);
    const int row = m_runs.rows().rowOfKey(m_runTable->currentKey());
    m_cancel->setEnabled(mayChange && isRunning());
    m_progress->setVisible(row >= 0);
    if (row >= 0) {
        const auto &run = m_runs.rows().row(row);
        const auto all = std::max<qint64>(run.lastId.value, 1);
        m_progress->setRange(0, 1000); // ids have 64 bits, the bar has 31
        m_progress->setValue(run.state == "done" ? 1000 : static_cast<int>(static_cast<double>(run.cursorId.value) / static_cast<double>(all) * 1000));
        m_progress->setFormat(tr("run %1: %2 events done").arg(run.id.value).arg(run.done));
    }
    m_runTable->setEmptyText(emptyText(m_runs, tr("Nothing was replayed yet.")));
    m_resultTable->setEmptyText(m_results.wasRead() ? emptyText(m_results, tr("It has done nothing with an event yet.")) : tr("Select a run to see what it did with each event."));
    m_notice->followProblem(m_runs.problem().isEmpty() ? m_results.problem() : m_runs.problem());
}

bool ReplayPage::isRunning() const
{
    const int row = m_runs.rows().rowOfKey(m_runTable->currentKey());
    return row >= 0 && m_runs.rows().row(row).state == "running";
}

} // namespace oo::gui
