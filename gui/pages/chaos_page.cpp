#include "gui/pages/chaos_page.h"

#include "gui/client/utf8.h"
#include "gui/models/event_filter.h"
#include "gui/pages/changes.h"
#include "gui/pages/chaos_words.h"
#include "gui/pages/empty_text.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "gui/widgets/theme.h"
#include "shared/api/chaos_options.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProgressBar>
#include <QPushButton>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kRefreshMs = 1000;
constexpr qsizetype kMostPoints = 300;
constexpr double kLeastSeconds = 0.2; // between two points: a rate over less says nothing
constexpr quint32 kMostSeed = 1000000;

QJsonObject objectOf(const RawJson &json)
{
    return QJsonDocument::fromJson(json.text).object();
}

QString numberText(const QJsonValue &value)
{
    return value.isDouble() ? numberTextOf(value.toDouble()) : value.isBool() ? (value.toBool() ? ChaosPage::tr("yes") : ChaosPage::tr("no")) : value.toString();
}

// In the order of kChaosOptions and kChaosFaults; figures between.
QStringList figuresOf(const QJsonObject &verdict)
{
    QStringList names;
    for (auto it = verdict.begin(); it != verdict.end(); ++it) {
        if (!it->isArray())
            names << it.key();
    }
    return names;
}

} // namespace

ChaosPage::ChaosPage(Session &session, QWidget *parent)
    : Page(session, tr("Chaos"), parent), m_runs(session.client, chaosRunColumns(), &keyOf, [this] { tell(); }), m_notice(new NoticeBar(this)),
      m_changes(new Changes(session, m_notice, this)), m_presets(new QComboBox(this)), m_start(new QPushButton(tr("&Begin the run…"), this)),
      m_reuse(new QPushButton(tr("&Use the selected run's options"), this)),
      m_cancel(new QPushButton(tr("Cance&l the run…"), this)), m_save(new QPushButton(tr("&Save the report…"), this)), m_progress(new QProgressBar(this)),
      m_chart(new SeriesChart(tr("Progress of the run"), tr("answered a second"), tr("sent again"), this)),
      m_table(new TableView(QStringLiteral("chaos"), tr("Chaos runs"), session.layout, this)), m_tabs(new QTabWidget(this)), m_verdict(new QTreeWidget(this)),
      m_compared(new QTreeWidget(this))
{
    m_runs.rows().setTime(session.time);
    m_table->setRows(&m_runs.rows());
    auto *top = new QSplitter(Qt::Horizontal, this);
    top->addWidget(makeForm());
    top->addWidget(m_table);
    top->setSizes({380, 860});
    auto *both = new QSplitter(Qt::Vertical, this);
    both->addWidget(top);
    both->addWidget(makeRun());
    both->setSizes({430, 410});
    keepSplitter(top, QStringLiteral("chaos/form"), session.layout);
    keepSplitter(both, QStringLiteral("chaos"), session.layout);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_notice);
    column->addWidget(both, 1);
    connect(m_table, &TableView::currentKeyChanged, this, &ChaosPage::tell);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ChaosPage::compareSelected);
    connect(m_table, &TableView::nearEnd, this, [this] { m_runs.readMore(); });
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return m_refresh.stop();
        m_runs.keepFresh();
    });
    applyPreset(0);
    tell();
}

QWidget *ChaosPage::makeForm()
{
    auto *side = new QWidget(this);
    auto *form = new QFormLayout(side);
    form->setContentsMargins(0, 0, 8, 0);
    for (const auto &preset : chaosPresets())
        m_presets->addItem(told(preset.title));
    form->addRow(tr("&Preset"), m_presets);
    for (const auto &option : kChaosOptions) {
        auto *box = new QDoubleSpinBox(side);
        box->setDecimals(option.whole ? 0 : 2);
        box->setRange(option.low, option.high);
        box->setSingleStep(option.whole ? 1 : 0.05);
        box->setValue(option.defaultValue);
        box->setToolTip(told(option.meaning));
        box->setAccessibleName(told(option.meaning));
        m_options.insert(option.name, box);
        if (option.name != QLatin1StringView("seed")) {
            form->addRow(told(option.name), box);
            continue;
        }
        auto *another = new QPushButton(tr("Another"), side);
        another->setToolTip(tr("The same seed makes the same traffic: keep it to repeat a run."));
        auto *row = new QHBoxLayout;
        row->addWidget(box, 1);
        row->addWidget(another);
        form->addRow(told(option.name), row);
        connect(another, &QPushButton::clicked, box, [box] { box->setValue(QRandomGenerator::global()->bounded(kMostSeed)); });
    }
    m_start->setObjectName(QStringLiteral("start"));
    m_reuse->setObjectName(QStringLiteral("reuse"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_start);
    buttons->addWidget(m_reuse);
    buttons->addStretch(1);
    form->addRow(QString(), buttons);
    connect(m_reuse, &QPushButton::clicked, this, &ChaosPage::reuseOptions);
    connect(m_presets, &QComboBox::activated, this, &ChaosPage::applyPreset);
    connect(m_start, &QPushButton::clicked, this, &ChaosPage::start);
    return side;
}

QWidget *ChaosPage::makeRun()
{
    m_chart->setTime(m_session.time);
    m_verdict->setHeaderLabels({tr("Verdict"), tr("Value")});
    m_verdict->setAccessibleName(tr("Verdict"));
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->header()->resizeSection(0, 420);
    m_compared->setAccessibleName(tr("Runs side by side"));
    m_compared->setRootIsDecorated(false);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Parts of the run"));
    m_tabs->addTab(m_verdict, tr("Verdict"));
    m_tabs->addTab(m_chart, tr("Progress"));
    m_tabs->addTab(m_compared, tr("Side by side"));
    auto *side = new QWidget(this);
    auto *bar = new QHBoxLayout;
    auto policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // else the buttons grow over the row
    m_progress->setSizePolicy(policy);
    bar->addWidget(m_progress, 1);
    bar->addWidget(m_cancel);
    bar->addWidget(m_save);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_tabs, 1);
    connect(m_verdict, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem *item) {
        if (item->parent())
            openOffender(item->parent()->data(0, Qt::UserRole).toString(), item->text(0));
    });
    connect(m_cancel, &QPushButton::clicked, this, &ChaosPage::cancelRun);
    connect(m_save, &QPushButton::clicked, this, &ChaosPage::chooseFile);
    return side;
}

void ChaosPage::focusFilter()
{
    m_presets->setFocus(Qt::ShortcutFocusReason);
}

void ChaosPage::entered()
{
    m_runs.wasRead() ? m_runs.refresh() : m_runs.read({Endpoint::ChaosRuns}); // somebody who comes back finds what was selected
    m_refresh.start(kRefreshMs);
    m_table->setFocus();
}

void ChaosPage::applyPreset(int preset)
{
    for (const auto &option : kChaosOptions) {
        if (option.name != QLatin1StringView("seed")) // it stays, so that a run can be repeated
            m_options.value(option.name)->setValue(option.defaultValue);
    }
    for (const auto &[name, value] : chaosPresets()[preset].values)
        m_options.value(QLatin1StringView(name))->setValue(value);
}

// Its seed, too: the same options make the same traffic.
void ChaosPage::reuseOptions()
{
    const auto *run = current();
    if (!run)
        return;
    const auto options = objectOf(run->options);
    for (const auto &option : kChaosOptions)
        m_options.value(option.name)->setValue(options.value(option.name).toDouble(option.defaultValue));
    m_notice->tell(Tone::Plain, tr("The options of %1 are in the form, with its seed: begun again it sends the same.").arg(utf8(run->run)));
}

const ChaosRunSummary *ChaosPage::current() const
{
    const int row = m_runs.rows().rowOfKey(m_table->currentKey());
    return row < 0 ? nullptr : &m_runs.rows().row(row);
}

void ChaosPage::start()
{
    QJsonObject options;
    for (auto it = m_options.cbegin(); it != m_options.cend(); ++it)
        options.insert(it.key(), it.value()->value());
    ApiRequest request{Endpoint::ChaosStart};
    request.body = {{QStringLiteral("options"), options}};
    const auto webhooks = m_options.value(QStringLiteral("orders"))->value() * m_options.value(QStringLiteral("events"))->value();
    m_changes->offer({tr("Begin a chaos run of %1 webhooks").arg(webhooks, 0, 'f', 0),
                      tr("Conflicting, shuffled and repeated webhooks are sent to this service, and judged. Its orders are kept apart from all others.")},
                     request,
                     [](const QByteArray &answer) {
                         const auto run = readMessage<ChaosRunSummary>(answer);
                         return run ? tr("%1 has begun.").arg(utf8(run->run)) : run.error().message;
                     },
                     [this](const QByteArray &answer) {
                         const auto run = readMessage<ChaosRunSummary>(answer);
                         if (!run)
                             return;
                         m_runs.rows().prepend({*run});
                         m_table->selectKey(keyOf(*run));
                     });
}

void ChaosPage::cancelRun()
{
    const auto *run = current();
    if (!run)
        return;
    m_changes->offer({tr("Cancel %1").arg(utf8(run->run)), tr("No more is sent. What was sent is worked on as any traffic.")}, {Endpoint::ChaosCancel, {{"id", keyOf(*run)}}},
                     [](const QByteArray &) { return tr("It is cancelled."); }, [this](const QByteArray &) { m_runs.refresh(); });
}

void ChaosPage::tell()
{
    const auto *run = current();
    const bool mayChange = m_session.client.mayChange();
    m_start->setEnabled(mayChange);
    m_reuse->setEnabled(run != nullptr);
    m_cancel->setEnabled(mayChange && run && isRunning(*run));
    m_save->setEnabled(run && !isRunning(*run));
    m_progress->setVisible(run != nullptr);
    if (run) {
        const auto progress = objectOf(run->progress);
        m_progress->setRange(0, std::max(1, progress.value(QLatin1StringView("total")).toInt(1)));
        m_progress->setValue(isRunning(*run) ? progress.value(QLatin1StringView("answered")).toInt() : m_progress->maximum());
        m_progress->setFormat(utf8(run->run) + QStringLiteral(": ") + verdictText(*run));
        followProgress(*run);
        showVerdict(*run);
    }
    m_notice->followProblem(m_runs.problem());
    m_table->setEmptyText(emptyText(m_runs, tr("No run yet. A run sends conflicting, shuffled, repeated webhooks to the service, and holds every order and booking against what they must be.")));
    compareSelected();
}

void ChaosPage::followProgress(const ChaosRunSummary &run)
{
    if (m_charted != run.run) {
        m_charted = run.run;
        m_answered = 0;
        m_points.clear();
    }
    const auto progress = objectOf(run.progress);
    if (m_runs.isReading() || !isRunning(run) || progress.value(QLatin1StringView("phase")).toString() != QLatin1StringView("sending"))
        return m_chart->setPoints(m_points);
    const auto now = m_session.client.serviceNow();
    const double answered = progress.value(QLatin1StringView("answered")).toDouble();
    const auto before = m_points.isEmpty() ? run.startedAt.value_or(now) : m_points.constLast().at;
    const double seconds = static_cast<double>(now.us - before.us) / 1e6;
    if (seconds < kLeastSeconds)
        return;
    m_points.append({now, std::max(0.0, answered - std::exchange(m_answered, answered)) / seconds, progress.value(QLatin1StringView("retried")).toDouble()});
    if (m_points.size() > kMostPoints)
        m_points.removeFirst();
    m_chart->setPoints(m_points);
}

void ChaosPage::showVerdict(const ChaosRunSummary &run)
{
    const auto shown = run.run + run.verdict.text + run.state;
    if (std::exchange(m_shown, shown) == shown)
        return m_verdict->topLevelItem(0)->setText(0, verdictText(run)); // how far it is
    m_verdict->clear();
    const auto verdict = objectOf(run.verdict);
    auto *top = new QTreeWidgetItem(m_verdict, {verdictText(run)});
    const bool isClean = verdict.value(QLatin1StringView("clean")).toBool();
    top->setForeground(0, toneColour(isClean ? Tone::Good : isRunning(run) ? Tone::Busy : Tone::Bad, palette()));
    for (const auto &fault : kChaosFaults) {
        const auto offenders = verdict.value(fault.key).toArray();
        if (verdict.isEmpty())
            continue;
        auto *item = new QTreeWidgetItem(m_verdict, {told(fault.title), QString::number(offenders.size())});
        item->setForeground(1, toneColour(offenders.isEmpty() ? Tone::Good : Tone::Bad, palette()));
        for (const auto &offender : offenders)
            new QTreeWidgetItem(item, {offender.toString()});
        item->setData(0, Qt::UserRole, QString(fault.key));
        item->setExpanded(!offenders.isEmpty());
    }
    for (const auto &name : figuresOf(verdict))
        new QTreeWidgetItem(m_verdict, {titleOfFigure(name), numberText(verdict.value(name))});
}

// What an offender's text names: a delivery, an event, else an order by its long number, else whatever the run holds.
void ChaosPage::openOffender(const QString &fault, const QString &text)
{
    static const QRegularExpression event(QStringLiteral("^event (\\d+)")), order(QStringLiteral("(\\d{10,})"));
    const auto *run = current();
    if (!run)
        return;
    if (fault == QLatin1StringView("lost") || fault == QLatin1StringView("duplicated")) // these are deliveries
        return Q_EMIT eventsWanted(termText(FilterKey::Delivery, text));
    if (const auto match = event.match(text); match.hasMatch())
        return Q_EMIT eventsWanted(QStringLiteral("id:") + match.captured(1));
    if (const auto match = order.match(text); match.hasMatch())
        return Q_EMIT ordersWanted(QStringLiteral("run:%1 %2").arg(utf8(run->run), match.captured(1)));
    Q_EMIT eventsWanted(QStringLiteral("run:") + utf8(run->run));
}

void ChaosPage::compareSelected()
{
    QList<const ChaosRunSummary *> runs;
    for (const auto &key : m_table->selectedKeys()) {
        if (const int row = m_runs.rows().rowOfKey(key); row >= 0)
            runs.append(&m_runs.rows().row(row));
    }
    QStringList headers{tr("Select several runs above")};
    for (const auto *run : std::as_const(runs))
        headers << utf8(run->run);
    QList<QStringList> lines{headers};
    const auto line = [&](const QString &name, const auto &value) {
        QStringList cells{name};
        for (const auto *run : std::as_const(runs))
            cells << value(*run);
        lines.append(cells);
    };
    line(tr("verdict"), [](const ChaosRunSummary &run) { return verdictText(run); });
    for (const auto &option : kChaosOptions)
        line(told(option.name), [&](const ChaosRunSummary &run) { return numberText(objectOf(run.options).value(option.name)); });
    for (const auto &fault : kChaosFaults)
        line(told(fault.title), [&](const ChaosRunSummary &run) { return QString::number(objectOf(run.verdict).value(fault.key).toArray().size()); });
    for (const auto &[name, title] : kChaosFigures)
        line(told(title), [&, key = QLatin1StringView(name)](const ChaosRunSummary &run) { return numberText(objectOf(run.verdict).value(key)); });
    if (std::exchange(m_linesCompared, lines) == lines)
        return; // place and selection stay
    m_compared->clear();
    m_compared->setColumnCount(static_cast<int>(headers.size()));
    m_compared->setHeaderLabels(headers);
    for (const auto &cells : lines.mid(1))
        new QTreeWidgetItem(m_compared, cells);
    for (int column = 0; column < m_compared->columnCount(); ++column)
        m_compared->resizeColumnToContents(column);
}

void ChaosPage::chooseFile()
{
    const auto *run = current();
    if (!run)
        return;
    auto *dialog = new QFileDialog(this, tr("Save the report"), utf8(run->run) + QStringLiteral(".json"), tr("JSON (*.json)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, chosen = *run](const QString &path) { saveReport(chosen, path); });
    dialog->open();
}

void ChaosPage::saveReport(const ChaosRunSummary &run, const QString &path)
{
    QSaveFile file(path);
    const auto report = QJsonDocument::fromJson(toJson(run)).toJson();
    if (file.open(QIODevice::WriteOnly) && file.write(report) == report.size() && file.commit())
        m_notice->tell(Tone::Good, tr("The report of %1 is in %2.").arg(utf8(run.run), path));
    else
        m_notice->tell(Tone::Bad, file.errorString());
}

} // namespace oo::gui
