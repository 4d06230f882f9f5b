#pragma once
// A JSON text as a tree and as lines, its numbers and the order of its members as they were sent.

#include <QAbstractItemModel>
#include <QByteArray>

#include <memory>

namespace oo::gui {

// Indented by two spaces; what is no JSON comes back as it is. Nothing inside a value changes.
QByteArray indented(const QByteArray &json);

class JsonTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    explicit JsonTreeModel(QObject *parent = nullptr);
    ~JsonTreeModel() override;

    void setJson(const QByteArray &json); // what is no JSON shows nothing

    QModelIndex index(int row, int column, const QModelIndex &parent) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent) const override;
    int columnCount(const QModelIndex &) const override { return 2; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    QString pathOf(const QModelIndex &index) const; // customer.address.city, as filters take it

private:
    struct Node;
    const Node *nodeOf(const QModelIndex &index) const;
    std::unique_ptr<Node> m_root;
};

} // namespace oo::gui
