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

ReasonDialog::ReasonDialog(const ReasonQuestion &question, QWidget *parent) : QDialog(parent), m_reason(new QLineEdit(this)), m_go(nullptr)
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
    m_go = buttons->addButton(question.effect, QDialogButtonBox::AcceptRole);
    m_go->setObjectName(QStringLiteral("go"));
    m_go->setEnabled(false);
    m_go->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->addWidget(explanation);
    column->addWidget(label);
    column->addWidget(m_reason);
    column->addWidget(buttons);
    connect(m_reason, &QLineEdit::textChanged, this, [this](const QString &text) { m_go->setEnabled(!text.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_reason->setFocus();
}

ReasonDialog *ReasonDialog::ask(const ReasonQuestion &question, QWidget *parent, const std::function<void(const QString &)> &then)
{
    auto *dialog = new ReasonDialog(question, parent);
    connect(dialog, &QDialog::accepted, parent, [dialog, then] { then(dialog->m_reason->text().trimmed()); });
    dialog->open();
    return dialog;
}

} // namespace oo::gui
