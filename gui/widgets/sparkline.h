#pragma once
// A curve as small as a word: its last value is what stands beside it.

#include <QWidget>

namespace oo::gui {

class Sparkline : public QWidget
{
    Q_OBJECT

public:
    explicit Sparkline(QWidget *parent = nullptr);
    void setValues(const QList<double> &values, int room); // `room`: how many fit, so that a young curve does not stretch

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<double> m_values;
    int m_room = 1;
};

} // namespace oo::gui
