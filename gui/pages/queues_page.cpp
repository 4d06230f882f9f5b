#include "gui/pages/queues_page.h"

#include "gui/pages/changes.h"
#include "gui/pages/empty_text.h"
#include "gui/pages/job_view.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/series_chart.h"
#include "gui/widgets/table_view.h"
#include "shared/model/job_states.h"

#include <QComboBox>
#include <QHeaderView>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTabBar>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kRefreshMs = 2000;
constexpr qint64 kUsPerMinute = 60000000;

struct Range
{
    const char *title;
    qint64 minutes;
};
constexpr Range kRanges[] = {{QT_TRANSLATE_NOOP("QueuesPage", "5 minutes"), 5}, {QT_TRANSLATE_NOOP("QueuesPage", "1 hour"), 60},
                             {QT_TRANSLATE_NOOP("QueuesPage", "1 day"), 1440}, {QT_TRANSLATE_NOOP("QueuesPage", "1 week"), 10080}};

// In the order of what is looked for most.
struct StateTab
{
    JobState state;
    const char *title;
};
constexpr StateTab kStates[] = {{JobState::Failed, QT_TRANSLATE_NOOP("QueuesPage", "failed")}, {JobState::Active, QT_TRANSLATE_NOOP("QueuesPage", "active")},
                                {JobState::Waiting, QT_TRANSLATE_NOOP("QueuesPage", "waiting")}, {JobState::Delayed, QT_TRANSLATE_NOOP("QueuesPage", "delayed")},
                                {JobState::Prioritized, QT_TRANSLATE_NOOP("QueuesPage", "prioritized")}, {JobState::Paused, QT_TRANSLATE_NOOP("QueuesPage", "paused")},
                                {JobState::Completed, QT_TRANSLATE_NOOP("QueuesPage", "completed")}};

} // namespace

QueuesPage::QueuesPage(Session &session, QWidget *parent)
    : Page(session, tr("Queues"), parent), m_queues(queueColumns(), &keyOf), m_jobs(session.client, jobColumns(), &keyOf, [this] { tell(); }),
      m_notice(new NoticeBar(this)), m_changes(new Changes(session, m_notice, this)), m_queueTable(new TableView(QStringLiteral("queues"), tr("Queues"), session.layout, this)),
      m_jobTable(new TableView(QStringLiteral("jobs"), tr("Jobs"), session.layout, this)), m_pause(new QPushButton(tr("&Pause the queue…"), this)),
      m_retry(new QPushButton(tr("Re&try selected…"), this)), m_promote(new QPushButton(tr("Run selected no&w…"), this)), m_remove(new QPushButton(tr("Re&move selected…"), this)),
      m_retryAll(new QPushButton(tr("Retry &all that match…"), this)), m_removeAll(new QPushButton(tr("Remove all that match…"), this)), m_range(new QComboBox(this)),
      m_chart(new SeriesChart(tr("Depth and rate over time"), tr("waiting and delayed"), tr("ended a minute"), this)), m_states(new QTabBar(this)),
      m_match(new QLineEdit(this)), m_found(new QLabel(this)), m_job(new JobView(session, this))
{
    m_queues.setTime(session.time);
    m_jobs.rows().setTime(session.time);
    m_queueTable->setRows(&m_queues);
    m_queueTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_queueTable->setEmptyText(tr("Reading…"));
    m_queueTable->setMaximumHeight(m_queueTable->verticalHeader()->defaultSectionSize() * 6);
    m_jobTable->setRows(&m_jobs.rows());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(makeJobs());
    splitter->addWidget(m_job);
    splitter->setSizes({760, 480});
    keepSplitter(splitter, QStringLiteral("queues"), session.layout);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_notice);
    column->addWidget(makeBar());
    column->addWidget(m_queueTable);
    column->addWidget(makeChart());
    column->addWidget(splitter, 1);
    connect(&session.client, &AdminClient::queuesArrived, this, &QueuesPage::takeQueues);
    connect(m_queueTable, &TableView::currentKeyChanged, this, &QueuesPage::chooseQueue);
    connect(m_jobTable, &TableView::currentKeyChanged, this, [this](const QByteArray &key) {
        if (!key.isEmpty())
            m_job->show(m_queue, key);
    });
    connect(m_jobTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuesPage::tell);
    connect(m_jobTable, &TableView::nearEnd, this, [this] { m_jobs.readMore(); });
    connect(m_job, &JobView::eventsWanted, this, &Page::eventsWanted);
    connect(&m_refresh, &QTimer::timeout, this, &QueuesPage::refresh);
    tell();
}

QWidget *QueuesPage::makeBar()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_pause);
    row->addStretch(1);
    for (const auto &range : kRanges)
        m_range->addItem(tr(range.title), range.minutes);
    m_range->setAccessibleName(tr("Time that the chart shows"));
    row->addWidget(m_range);
    connect(m_pause, &QPushButton::clicked, this, &QueuesPage::pauseOrResume);
    connect(m_range, &QComboBox::currentIndexChanged, this, &QueuesPage::readSeries);
    return bar;
}

QWidget *QueuesPage::makeChart()
{
    m_chart->setTime(m_session.time);
    m_chart->setMaximumHeight(210);
    return m_chart;
}

QWidget *QueuesPage::makeJobs()
{
    auto *side = new QWidget(this);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    m_states->setAccessibleName(tr("State of the jobs"));
    m_states->setExpanding(false);
    m_states->setDrawBase(false);
    for (const auto &state : kStates)
        m_states->addTab(tr(state.title));
    m_state = bytesOf(kStates[0].state);
    m_match->setPlaceholderText(tr("Failure holds…"));
    m_match->setAccessibleName(tr("What the reason of the failure holds, for all that match"));
    m_match->setClearButtonEnabled(true);
    auto *selected = new QHBoxLayout;
    for (auto *button : {m_retry, m_promote, m_remove})
        selected->addWidget(button);
    selected->addWidget(m_found, 1);
    auto *matching = new QHBoxLayout;
    matching->addWidget(m_match, 1);
    matching->addWidget(m_retryAll);
    matching->addWidget(m_removeAll);
    column->addWidget(m_states);
    column->addLayout(matching);
    column->addLayout(selected);
    column->addWidget(m_jobTable, 1);
    connect(m_states, &QTabBar::currentChanged, this, [this](int tab) {
        m_state = bytesOf(kStates[tab].state);
        m_job->clear();
        readJobs();
    });
    connect(m_retry, &QPushButton::clicked, this, [this] { changeSelected(Endpoint::JobsRetry); });
    connect(m_promote, &QPushButton::clicked, this, [this] { changeSelected(Endpoint::JobsPromote); });
    connect(m_remove, &QPushButton::clicked, this, [this] { changeSelected(Endpoint::JobsRemove); });
    connect(m_retryAll, &QPushButton::clicked, this, [this] { changeMatching(Endpoint::JobsRetry); });
    connect(m_removeAll, &QPushButton::clicked, this, [this] { changeMatching(Endpoint::JobsRemove); });
    return side;
}

QList<KeyHelp> QueuesPage::keys() const
{
    return {{QKeySequence(Qt::Key_Slash), tr("To what the failures to be retried hold")}};
}

void QueuesPage::focusFilter()
{
    m_match->setFocus(Qt::ShortcutFocusReason);
    m_match->selectAll();
}

void QueuesPage::entered()
{
    m_refresh.start(kRefreshMs);
    if (m_queues.rowCount() == 0)
        m_session.client.ask<ListOf<QueueSummary>>({Endpoint::Queues}, this, [this](const auto &answer) {
            if (answer)
                return takeQueues(*answer);
            m_notice->tell(Tone::Bad, answer.error().message);
        });
    m_queueTable->setFocus();
}

void QueuesPage::showQueue(const QByteArray &queue, const QByteArray &jobState)
{
    for (size_t i = 0; i < std::size(kStates); ++i) {
        if (bytesOf(kStates[i].state) == jobState)
            m_states->setCurrentIndex(static_cast<int>(i));
    }
    m_queueTable->selectKey(queue);
}

void QueuesPage::takeQueues(const ListOf<QueueSummary> &queues)
{
    m_queues.assign(queues.items);
    if (!m_queueTable->currentIndex().isValid() && m_queues.rowCount() > 0)
        m_queueTable->selectKey(m_queues.rowKey(0));
    tell();
}

void QueuesPage::chooseQueue(const QByteArray &queue)
{
    if (queue.isEmpty() || queue == m_queue)
        return;
    m_queue = queue;
    m_job->clear();
    readJobs();
    readSeries();
    tell();
}

void QueuesPage::readJobs()
{
    if (m_queue.isEmpty())
        return;
    ApiRequest request{Endpoint::Jobs, {{"queue", m_queue}}};
    request.query = {{QStringLiteral("state"), QString::fromUtf8(m_state)}};
    m_jobs.read(request);
}

void QueuesPage::readSeries()
{
    if (m_queue.isEmpty())
        return;
    ApiRequest request{Endpoint::QueueSeries, {{"queue", m_queue}}};
    const Instant since{m_session.client.serviceNow().us - m_range->currentData().toLongLong() * kUsPerMinute};
    request.query = {{QStringLiteral("since"), QString::fromLatin1(toText(since))}};
    m_series = std::make_unique<QObject>();
    m_session.client.ask<QueueSeries>(request, m_series.get(), [this](const auto &answer) {
        m_series.release()->deleteLater(); // it is the context of this very call
        if (!answer)
            return;
        QList<SeriesPoint> points;
        const double perMinute = 60.0 / static_cast<double>(std::max<qint64>(answer->secondsPerPoint, 1));
        for (const auto &sample : answer->items)
            points.append({sample.at, static_cast<double>(sample.waiting + sample.delayed), static_cast<double>(sample.finished) * perMinute});
        m_chart->setPoints(points);
    });
}

void QueuesPage::refresh()
{
    if (!isVisible())
        return m_refresh.stop();
    m_jobs.keepFresh();
    m_job->follow();
    if (!m_series) // a slow answer is waited for
        readSeries();
}

void QueuesPage::tell()
{
    const QLocale locale;
    const int row = m_queues.rowOfKey(m_queue);
    const bool isPaused = row >= 0 && m_queues.row(row).isPaused;
    const auto selected = m_jobTable->selectedKeys().size();
    const bool mayChange = m_session.client.mayChange();
    m_pause->setText(isPaused ? tr("&Resume %1…").arg(QString::fromUtf8(m_queue)) : tr("&Pause %1…").arg(QString::fromUtf8(m_queue)));
    m_pause->setEnabled(mayChange && row >= 0);
    const bool failed = m_state == bytesOf(JobState::Failed), delayed = m_state == bytesOf(JobState::Delayed), active = m_state == bytesOf(JobState::Active);
    m_retry->setVisible(failed);
    m_retryAll->setVisible(failed);
    m_removeAll->setVisible(failed);
    m_match->setVisible(failed);
    m_promote->setVisible(delayed);
    m_remove->setVisible(!active);
    m_retry->setText(tr("Re&try %1 selected…").arg(selected));
    m_promote->setText(tr("Run %1 selected no&w…").arg(selected));
    m_remove->setText(tr("Re&move %1 selected…").arg(selected));
    for (auto *button : {m_retry, m_promote, m_remove})
        button->setEnabled(mayChange && selected > 0);
    for (auto *button : {m_retryAll, m_removeAll})
        button->setEnabled(mayChange && m_jobs.rows().rowCount() > 0);
    m_found->setText(tr("%1 shown").arg(locale.toString(m_jobs.rows().rowCount())) + (m_jobs.hasMore() ? tr(" · more below") : QString()));
    m_jobTable->setEmptyText(emptyText(m_jobs, tr("No job is in this state.")));
    m_notice->followProblem(m_jobs.problem());
}

void QueuesPage::pauseOrResume()
{
    const int row = m_queues.rowOfKey(m_queue);
    const bool pause = row >= 0 && !m_queues.row(row).isPaused;
    const auto name = QString::fromUtf8(m_queue);
    m_changes->offer({pause ? tr("Pause %1").arg(name) : tr("Resume %1").arg(name),
                      pause ? tr("No job of the queue is started any more, by any program. Jobs that run go on; new ones wait.") : tr("Jobs of the queue are started again.")},
                     {pause ? Endpoint::QueuePause : Endpoint::QueueResume, {{"queue", m_queue}}},
                     [name, pause](const QByteArray &) { return pause ? tr("%1 is paused.").arg(name) : tr("%1 runs again.").arg(name); }, [](const QByteArray &) {});
}

void QueuesPage::changeSelected(Endpoint endpoint)
{
    QJsonArray ids;
    for (const auto &key : m_jobTable->selectedKeys())
        ids.append(QString::fromUtf8(key));
    ApiRequest request{endpoint, {{"queue", m_queue}}};
    request.body = {{QStringLiteral("ids"), ids}};
    const auto count = static_cast<int>(ids.size());
    const auto question = endpoint == Endpoint::JobsRetry     ? ReasonQuestion{tr("Retry %n job(s)", nullptr, count), tr("They run again from the beginning. A call that was accepted once is not made again.")}
                          : endpoint == Endpoint::JobsPromote ? ReasonQuestion{tr("Run %n job(s) now", nullptr, count), tr("They do not wait for their time any longer.")}
                                                              : ReasonQuestion{tr("Remove %n job(s)", nullptr, count), tr("Events that are still open get new jobs from the sweep: nothing is lost.")};
    m_changes->offer(question, request, &resultsText, [this](const QByteArray &) { jobsChanged(); });
}

// First how many there are, then exactly those: of the queue and by the text of now, whatever is chosen meanwhile.
void QueuesPage::changeMatching(Endpoint endpoint)
{
    ApiRequest preview{Endpoint::JobsPreview, {{"queue", m_queue}}};
    ApiRequest change{endpoint, {{"queue", m_queue}}};
    QJsonObject match;
    if (const auto text = m_match->text(); !text.isEmpty()) {
        preview.query = {{QStringLiteral("failedReason"), text}};
        match.insert(QStringLiteral("failedReason"), text);
    }
    change.body = {{QStringLiteral("match"), match}};
    m_preview = std::make_unique<QObject>();
    m_session.client.ask<JobsMatched>(preview, m_preview.get(), [this, change](const auto &answer) {
        if (answer)
            return offerMatching(change, *answer);
        m_notice->tell(Tone::Bad, answer.error().message);
    });
}

void QueuesPage::offerMatching(ApiRequest change, const JobsMatched &matched)
{
    if (matched.count == 0)
        return m_notice->tell(Tone::Plain, tr("No failed job matches."));
    change.body.insert(QStringLiteral("until"), QString::fromLatin1(toText(matched.until)));
    change.body.insert(QStringLiteral("count"), matched.count);
    const auto queue = QString::fromUtf8(change.path.value("queue"));
    const auto text = change.body.value(QLatin1StringView("match")).toObject().value(QLatin1StringView("failedReason")).toString();
    const auto which = text.isEmpty() ? tr("All failed jobs of %1.").arg(queue) : tr("The failed jobs of %1 whose failure holds \"%2\".").arg(queue, text);
    const auto effect = (change.endpoint == Endpoint::JobsRetry ? tr("Retry all %n failed job(s) that match", nullptr, static_cast<int>(matched.count))
                                                                : tr("Remove all %n failed job(s) that match", nullptr, static_cast<int>(matched.count)));
    const auto cut = matched.cut ? QLatin1Char(' ') + tr("These are among the 10,000 oldest; there are more.") : QString();
    m_changes->offer({effect, which + QLatin1Char(' ') + tr("Exactly these are changed; if others match by then, nothing is done.") + cut}, change, &resultsText,
                     [this](const QByteArray &) { jobsChanged(); });
}

void QueuesPage::jobsChanged()
{
    m_jobs.refresh();
    m_job->reload();
}

} // namespace oo::gui
