#include "gui/pages/changes.h"

#include "gui/widgets/notice_bar.h"
#include "shared/api/change_messages.h"

#include <QMap>

namespace oo::gui {

Changes::Changes(Session &session, NoticeBar *notice, QWidget *page) : QObject(page), m_session(session), m_notice(notice), m_page(page) {}

void Changes::offer(const ReasonQuestion &question, const ApiRequest &request, const std::function<QString(const QByteArray &)> &told, const Then &then)
{
    ReasonDialog::ask(question, m_page, [=, this](const QString &reason, const QString &) { send(request, ChangeReason::of(reason), told, then); });
}

void Changes::send(const ApiRequest &request, const ChangeReason &why, const std::function<QString(const QByteArray &)> &told, const Then &then)
{
    m_notice->tell(Tone::Busy, tr("Sent; waiting for the answer…"));
    m_session.client.change(request, why, this, [=, this](const ApiAnswer<QByteArray> &answer) {
        if (answer) {
            m_notice->tell(Tone::Good, told(*answer));
            return then(*answer);
        }
        if (mayPass(answer.error())) // under its id: nothing is done twice
            return m_notice->tell(Tone::Warning, answer.error().message, tr("Send again"), [=, this] { send(request, why, told, then); });
        m_notice->tell(Tone::Bad, answer.error().message);
    });
}

QString resultsText(const QByteArray &answer)
{
    const auto results = readMessage<ChangeResults>(answer);
    if (!results)
        return results.error().message;
    QMap<QString, int> counts;
    for (const auto &result : results->results)
        ++counts[QString::fromUtf8(result.result)];
    QStringList parts;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        parts << (results->results.size() == 1 ? it.key() : QStringLiteral("%1: %2").arg(QString::number(it.value()), it.key()));
    return parts.isEmpty() ? Changes::tr("There was nothing to do.") : parts.join(QStringLiteral(" · "));
}

ReasonQuestion askQuestion(const QByteArray &event)
{
    return {Changes::tr("Ask the courier about call %1").arg(QString::fromUtf8(event)), Changes::tr("The courier is asked under the call's own key whether it booked. Nothing new is booked by asking.")};
}

QString askedText(const QByteArray &answer)
{
    const auto asked = readMessage<CallAsked>(answer);
    if (!asked)
        return asked.error().message;
    return (asked->known ? Changes::tr("The courier knows the booking; the call's job %1.") : Changes::tr("The courier does not know it; the call's job %1.")).arg(QString::fromUtf8(asked->job));
}

} // namespace oo::gui
