#pragma once
// A word on a coloured ground: a status.

#include "gui/models/roles.h"

#include <QLabel>

namespace oo::gui {

class Chip : public QLabel
{
    Q_OBJECT

public:
    explicit Chip(QWidget *parent = nullptr);
    void tell(Tone tone, const QString &text); // empty: hidden

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Plain;
};

} // namespace oo::gui
