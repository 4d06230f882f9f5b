#pragma once
// A line above a page that says what came of something; it goes when it is put away, or when the next one comes.

#include "gui/models/roles.h"

#include <QFrame>

class QLabel;

namespace oo::gui {

class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget *parent = nullptr);
    void tell(Tone tone, const QString &text); // plain text
    void clear();
    QString text() const;

private:
    void paintEvent(QPaintEvent *event) override;

    Tone m_tone = Tone::Plain;
    QLabel *m_label;
};

} // namespace oo::gui
