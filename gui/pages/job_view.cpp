#include "gui/pages/job_view.h"

#include "gui/client/utf8.h"
#include "gui/widgets/facts_label.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/reason_dialog.h"
#include "shared/model/job_states.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

QString linesOf(const RawJson &list)
{
    QStringList lines;
    for (const auto &line : QJsonDocument::fromJson(list.text).array())
        lines << line.toString();
    return lines.join(QStringLiteral("\n\n"));
}

std::optional<qint64> eventOf(const JobSummary &job)
{
    const auto id = QJsonDocument::fromJson(job.data.text).object().value(QLatin1StringView("eventStoreId"));
    return id.isDouble() ? std::optional(id.toInteger()) : std::nullopt;
}

} // namespace

JobView::JobView(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_notice(new NoticeBar(this)), m_title(new FactsLabel(this)), m_event(new QPushButton(tr("Show its &event"), this)),
      m_reveal(new QPushButton(tr("Revea&l texts of others…"), this)), m_tabs(new QTabWidget(this)), m_errors(fixedText(tr("Errors"), this)),
      m_logs(fixedText(tr("Logs"), this)), m_data(new JsonView(tr("Data and options"), this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Parts of the job"));
    m_tabs->addTab(m_errors, tr("Attempts and errors"));
    m_tabs->addTab(m_data, tr("Data"));
    m_tabs->addTab(m_logs, tr("Logs"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_event);
    buttons->addWidget(m_reveal);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 0, 0);
    column->addWidget(m_title);
    column->addLayout(buttons);
    column->addWidget(m_notice);
    column->addWidget(m_tabs, 1);
    column->addStretch(0); // while there are no tabs
    connect(m_event, &QPushButton::clicked, this, [this] {
        if (const auto event = m_shown ? eventOf(*m_shown) : std::nullopt)
            Q_EMIT eventsWanted(QStringLiteral("id:%1").arg(*event));
    });
    connect(m_reveal, &QPushButton::clicked, this, [this] {
        ReasonDialog::ask({tr("Reveal texts of others"), tr("What courier, shop and other programs wrote is shown; it may name people. The audit keeps who looked, and why.")}, this,
                          [this, queue = m_queue, job = m_job](const QString &reason, const QString &) {
                              if (m_queue == queue && m_job == job) // a link may have brought another one
                                  ask(reason);
                          });
    });
    clear();
}

void JobView::clear()
{
    m_question.reset();
    m_job.clear();
    m_shown.reset();
    m_isRevealed = m_isGone = false;
    m_title->setFacts(tr("Select a job to see its attempts, errors and data."));
    m_title->setToolTip({});
    m_notice->clear();
    m_tabs->hide();
    m_event->hide();
    m_reveal->hide();
}

void JobView::show(const QByteArray &queue, const QByteArray &job)
{
    if (m_queue == queue && m_job == job)
        return;
    clear();
    m_queue = queue;
    m_job = job;
    ask();
}

void JobView::reload()
{
    if (!m_job.isEmpty() && !m_question) // it may be one with its reason in the audit
        ask();
}

void JobView::follow()
{
    const auto state = m_shown ? fromText<JobState>(QByteArrayView(m_shown->state)) : std::nullopt;
    if (state && !m_isGone && *state != JobState::Completed && *state != JobState::Failed)
        reload();
}

void JobView::ask(const QString &revealReason)
{
    ApiRequest request{Endpoint::Job, {{"queue", m_queue}, {"job", m_job}}};
    if (!revealReason.isEmpty())
        request.query = {{QStringLiteral("reveal"), QStringLiteral("1")}, {QStringLiteral("reason"), revealReason}};
    m_question = std::make_unique<QObject>();
    m_session.client.ask<JobSummary>(request, m_question.get(), [this, isRevealed = !revealReason.isEmpty()](const auto &answer) {
        m_question.release()->deleteLater(); // it is the context of this very call
        if (answer)
            return fill(isRevealed ? *answer : withRevealed(*answer), isRevealed);
        if (answer.error().status != 404)
            return m_notice->followProblem(answer.error().message);
        m_isGone = true;
        m_notice->tell(Tone::Muted, tr("The job is done, or was removed."));
    });
}

// What was revealed belongs to its attempts.
JobSummary JobView::withRevealed(JobSummary job) const
{
    if (!m_isRevealed || !m_shown || m_shown->attemptsMade != job.attemptsMade || m_shown->id != job.id)
        return job;
    job.data = m_shown->data;
    job.options = m_shown->options;
    job.failedReason = m_shown->failedReason;
    job.stackTrace = m_shown->stackTrace;
    job.returnValue = m_shown->returnValue;
    job.logs = m_shown->logs;
    return job;
}

void JobView::fill(const JobSummary &job, bool isRevealed)
{
    m_isRevealed = isRevealed || (m_isRevealed && m_shown && m_shown->attemptsMade == job.attemptsMade);
    m_isGone ? m_notice->clear() : m_notice->followProblem({});
    m_isGone = false;
    if (m_shown && toJson(job) == toJson(*m_shown))
        return; // places and selections stay
    m_shown = job;
    const auto &time = m_session.time;
    QStringList facts{tr("%1 · %2 · %3").arg(utf8(job.id), utf8(job.name), utf8(job.state)), tr("added %1").arg(time.full(job.createdAt))};
    if (job.processedAt)
        facts.last() += tr(" · started %1").arg(time.full(*job.processedAt)) + (job.worker.isEmpty() ? QString() : tr(" by %1").arg(utf8(job.worker)));
    if (job.finishedAt)
        facts.last() += tr(" · ended %1").arg(time.full(*job.finishedAt));
    facts << tr("%1 attempts made, %2 started, %3 stalls").arg(job.attemptsMade).arg(job.attemptsStarted).arg(job.stalls);
    QStringList times;
    QList<std::pair<QString, QString>> copied;
    for (const auto &[at, text] : {std::pair{std::optional(job.createdAt), tr("added %1 (UTC)")}, std::pair{job.processedAt, tr("started %1 (UTC)")}, std::pair{job.finishedAt, tr("ended %1 (UTC)")}}) {
        if (!at)
            continue;
        times << text.arg(QString::fromLatin1(toText(*at)));
        copied.append({time.full(*at), QString::fromLatin1(toText(*at))});
    }
    m_title->setFacts(facts.join(QLatin1Char('\n')), copied);
    m_title->setToolTip(times.join(QLatin1Char('\n')));
    const auto errors = linesOf(job.stackTrace);
    m_errors->setPlainText(job.failedReason.isEmpty() && errors.isEmpty() ? tr("No attempt has failed.") : utf8(job.failedReason) + QStringLiteral("\n\n") + errors);
    m_logs->setPlainText(linesOf(job.logs));
    QByteArray shown;
    JsonObjectWriter json(shown);
    json.raw("data", job.data.text);
    json.raw("options", job.options.text);
    json.raw("returnValue", job.returnValue.text);
    json.close();
    m_data->setJson(shown);
    m_event->setVisible(eventOf(job).has_value());
    m_reveal->setVisible(m_session.client.isOperator());
    m_tabs->show();
}

} // namespace oo::gui
