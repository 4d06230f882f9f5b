#include "gui/widgets/reason_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kLongestReason = 500;

}

ReasonDialog::ReasonDialog(const ReasonQuestion &question, QWidget *parent) : QDialog(parent), m_reason(new QLineEdit(this)), m_other(new QLineEdit(this)), m_go(nullptr)
{
    setWindowTitle(question.effect);
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(480);
    auto *explanation = new QLabel(question.explanation, this);
    explanation->setWordWrap(true);
    explanation->setTextFormat(Qt::PlainText);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setMaxLength(kLongestReason);
    m_reason->setPlaceholderText(tr("For the audit: who asked, what was found, what was mended"));
    auto *label = new QLabel(tr("&Reason"), this);
    label->setBuddy(m_reason);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_go = buttons->addButton(QString(question.effect).replace(QLatin1Char('&'), QLatin1StringView("&&")), QDialogButtonBox::AcceptRole); // it may hold a name
    m_go->setObjectName(QStringLiteral("go"));
    m_go->setEnabled(false);
    m_go->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(explanation);
    auto *otherLabel = new QLabel(question.alsoAsk, this);
    otherLabel->setBuddy(m_other);
    m_other->setObjectName(QStringLiteral("other"));
    for (QWidget *widget : {static_cast<QWidget *>(otherLabel), static_cast<QWidget *>(m_other)}) {
        column->addWidget(widget);
        widget->setVisible(!question.alsoAsk.isEmpty());
    }
    column->addWidget(label);
    column->addWidget(m_reason);
    column->addWidget(buttons);
    const auto check = [this, asksMore = !question.alsoAsk.isEmpty()] { m_go->setEnabled(!m_reason->text().trimmed().isEmpty() && !(asksMore && m_other->text().trimmed().isEmpty())); };
    connect(m_reason, &QLineEdit::textChanged, this, check);
    connect(m_other, &QLineEdit::textChanged, this, check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    (question.alsoAsk.isEmpty() ? m_reason : m_other)->setFocus();
}

void ReasonDialog::ask(const ReasonQuestion &question, QWidget *parent, const std::function<void(const QString &, const QString &)> &then)
{
    auto *dialog = new ReasonDialog(question, parent);
    connect(dialog, &QDialog::accepted, parent, [dialog, then] { then(dialog->m_reason->text().trimmed(), dialog->m_other->text().trimmed()); });
    dialog->open();
}

} // namespace oo::gui
