#pragma once
// Facts with times as the profile's zone has them; what is copied out of it has them in UTC.

#include <QLabel>

namespace oo::gui {

class FactsLabel : public QLabel
{
    Q_OBJECT

public:
    explicit FactsLabel(QWidget *parent = nullptr);
    // `times`: as they stand in `text`, and as they are copied.
    void setFacts(const QString &text, const QList<std::pair<QString, QString>> &times = {});
    QString copyText() const; // of what is selected; of all if nothing is

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    QList<std::pair<QString, QString>> m_times;
};

} // namespace oo::gui
