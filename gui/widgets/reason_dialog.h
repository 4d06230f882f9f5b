#pragma once
// Asks why something is to be changed. It gives back the reason and does nothing itself.

#include <QDialog>

#include <functional>

class QLineEdit;
class QPushButton;

namespace oo::gui {

struct ReasonQuestion
{
    QString effect;  // on the button, as an order: "Retry 12 parked events"
    QString explanation; // what will happen, in a sentence or two
    QString alsoAsk = {}; // what else is to be given; empty: nothing
};

class ReasonDialog : public QDialog
{
    Q_OBJECT

public:
    // Shows itself and returns at once; `then` is called unless it is cancelled, with what else was asked for. Destroys itself.
    static void ask(const ReasonQuestion &question, QWidget *parent, const std::function<void(const QString &reason, const QString &other)> &then);

private:
    ReasonDialog(const ReasonQuestion &question, QWidget *parent);
    QLineEdit *m_reason, *m_other;
    QPushButton *m_go;
};

} // namespace oo::gui
