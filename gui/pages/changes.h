#pragma once
// The way of every change from a page: a question for the reason, the request, and what came of it, told in the page's notice.

#include "gui/pages/page.h"
#include "gui/widgets/reason_dialog.h"

namespace oo::gui {

class NoticeBar;

class Changes : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const QByteArray &answer)>;

    // All outlive it; `page` is what dialogs stand before.
    Changes(Session &session, NoticeBar *notice, QWidget *page);

    // `told` makes the sentence out of the answer.
    void offer(const ReasonQuestion &question, const ApiRequest &request, const std::function<QString(const QByteArray &)> &told, const Then &then);
    // The same without a question, where the page had its own.
    void send(const ApiRequest &request, const ChangeReason &why, const std::function<QString(const QByteArray &)> &told, const Then &then);

private:
    Session &m_session;
    NoticeBar *m_notice;
    QWidget *m_page;
};

// "12 done" or, where results differ, how many of each.
QString resultsText(const QByteArray &answer);

// Asking the courier about a call, and what it said.
ReasonQuestion askQuestion(const QByteArray &event);
QString askedText(const QByteArray &answer);

} // namespace oo::gui
