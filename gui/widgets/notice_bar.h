#pragma once
// A line above a page that says what came of something; it goes when it is put away, or when the next one comes.

#include "gui/models/roles.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace oo::gui {

class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    enum class Stays { UntilDismissed, Always };
    explicit NoticeBar(QWidget *parent = nullptr, Stays stays = Stays::UntilDismissed);
    // Plain text; with a button for what may be done about it.
    void tell(Tone tone, const QString &text, const QString &action = {}, const std::function<void()> &act = {});
    // A trouble that lasts: told once when it comes, put away when it goes; neither touches what else is told. Empty: there is none.
    void followProblem(const QString &problem);
    void clear(); // and what is followed is told again if it lasts
    QString text() const;

private:
    void dismiss();
    void paintEvent(QPaintEvent *event) override;

    Tone m_tone = Tone::Plain;
    QString m_problem; // the last that was followed
    QLabel *m_label;
    QPushButton *m_action;
    std::function<void()> m_act;
};

} // namespace oo::gui
