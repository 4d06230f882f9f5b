#pragma once
// A JSON text as a tree and as lines.

#include <QTabWidget>

class QPlainTextEdit;
class QTreeView;

namespace oo::gui {

class JsonTreeModel;

class JsonView : public QTabWidget
{
    Q_OBJECT

public:
    explicit JsonView(const QString &title, QWidget *parent = nullptr); // for screen readers
    void setJson(const QByteArray &json);
    const QByteArray &json() const { return m_json; }

Q_SIGNALS:
    void memberChosen(const QString &path, const QString &value); // "filter by this"

private:
    QByteArray m_json;
    JsonTreeModel *m_model;
    QTreeView *m_tree;
    QPlainTextEdit *m_text;
};

// A read-only text in the fixed font, with a name for screen readers.
QPlainTextEdit *fixedText(const QString &title, QWidget *parent);

} // namespace oo::gui
