#include "gui/app/key_list.h"

#include "gui/app/main_window.h"

#include <QDialogButtonBox>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace oo::gui {

void showKeyList(const QList<KeyHelp> &keys, QWidget *parent)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(MainWindow::tr("Keys"));
    auto *list = new QTreeWidget(dialog);
    list->setAccessibleName(MainWindow::tr("Keys"));
    list->setHeaderLabels({MainWindow::tr("Key"), MainWindow::tr("What it does")});
    list->setRootIsDecorated(false);
    for (const auto &key : keys)
        new QTreeWidgetItem(list, {key.keys.toString(QKeySequence::NativeText), key.meaning});
    list->resizeColumnToContents(0);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(list);
    column->addWidget(buttons);
    dialog->resize(520, 460);
    dialog->open();
}

} // namespace oo::gui
