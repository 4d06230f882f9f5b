#include "gui/widgets/json_view.h"

#include "gui/models/json_tree_model.h"

#include <QAction>
#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QTreeView>

namespace oo::gui {

QPlainTextEdit *fixedText(const QString &title, QWidget *parent)
{
    auto *text = new QPlainTextEdit(parent);
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(title);
    return text;
}

JsonView::JsonView(const QString &title, QWidget *parent) : QTabWidget(parent), m_model(new JsonTreeModel(this)), m_tree(new QTreeView(this)), m_text(fixedText(title, this))
{
    setDocumentMode(true);
    setAccessibleName(title);
    setTabPosition(South); // it mostly stands in a page of other tabs
    m_tree->setModel(m_model);
    m_tree->setAccessibleName(title);
    m_tree->setAlternatingRowColors(true);
    m_tree->setUniformRowHeights(true);
    m_tree->header()->resizeSection(0, 180);
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy value"), m_tree);
    auto *filter = new QAction(tr("Filter events by this value"), m_tree);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_tree->addActions({copy, filter});
    const auto value = [this] { return m_tree->currentIndex().siblingAtColumn(1).data().toString(); };
    connect(copy, &QAction::triggered, this, [value] { QGuiApplication::clipboard()->setText(value()); });
    connect(filter, &QAction::triggered, this, [this, value] {
        if (m_tree->currentIndex().isValid())
            Q_EMIT memberChosen(m_model->pathOf(m_tree->currentIndex()), value());
    });
    addTab(m_tree, tr("Tree"));
    addTab(m_text, tr("Text"));
}

void JsonView::setJson(const QByteArray &json)
{
    if (json == m_json)
        return;
    m_json = json;
    m_model->setJson(json);
    m_tree->expandToDepth(1);
    m_text->setPlainText(QString::fromUtf8(indented(json)));
}

} // namespace oo::gui
