#include "gui/models/json_tree_model.h"

#include "gui/models/roles.h"
#include "shared/api/reading.h"

#include <vector>

namespace oo::gui {

namespace {

constexpr int kDeepest = 64;

} // namespace

struct JsonTreeModel::Node
{
    QString name;
    QString value; // of a leaf, as text; of a list or object: how many it holds
    bool isContainer = false, isNull = false;
    Node *parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;

    void take(const JsonMember &member, int depth)
    {
        using Kind = JsonMember::Kind;
        isContainer = (member.kind == Kind::Object || member.kind == Kind::Array) && depth < kDeepest;
        isNull = member.kind == Kind::Null;
        if (!isContainer) {
            value = QString::fromUtf8(member.raw.data(), static_cast<qsizetype>(member.raw.size()));
            return;
        }
        const QByteArrayView text(member.raw.data(), static_cast<qsizetype>(member.raw.size()));
        const auto add = [&](const JsonMember &child) {
            auto node = std::make_unique<Node>();
            node->parent = this;
            node->row = static_cast<int>(children.size());
            node->name = member.kind == Kind::Array ? QString::number(node->row) : QString::fromUtf8(child.key.data(), static_cast<qsizetype>(child.key.size()));
            node->take(child, depth + 1);
            children.push_back(std::move(node));
        };
        auto &reader = api::readerAt(depth);
        if (member.kind == Kind::Object)
            reader.forEachMember(text, add);
        else
            reader.forEachElement(text, add);
        const auto size = static_cast<qsizetype>(children.size());
        value = member.kind == Kind::Object ? QStringLiteral("{ %1 }").arg(size) : QStringLiteral("[ %1 ]").arg(size);
    }
};

QByteArray indented(const QByteArray &json)
{
    JsonReader reader;
    if (!reader.isValue(json))
        return json;
    QByteArray out;
    int depth = 0;
    bool inText = false;
    const auto newLine = [&] { out += '\n' + QByteArray(depth * 2, ' '); };
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inText) {
            out += c;
            if (c == '\\')
                out += json[++i];
            inText = c != '"';
            continue;
        }
        switch (c) {
        case ' ': case '\n': case '\r': case '\t':
            break;
        case '{': case '[': {
            out += c;
            ++depth;
            qsizetype next = i + 1;
            while (QByteArrayView(" \n\r\t").contains(json[next]))
                ++next;
            if (json[next] != '}' && json[next] != ']')
                newLine();
            break;
        }
        case '}': case ']':
            --depth;
            if (!out.endsWith('{') && !out.endsWith('['))
                newLine();
            out += c;
            break;
        case ',':
            out += c;
            newLine();
            break;
        case ':':
            out += ": ";
            break;
        default:
            inText = c == '"';
            out += c;
        }
    }
    return out;
}

JsonTreeModel::JsonTreeModel(QObject *parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>()) {}
JsonTreeModel::~JsonTreeModel() = default;

void JsonTreeModel::setJson(const QByteArray &json)
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    JsonReader reader;
    const auto text = json.trimmed();
    if (!text.isEmpty() && reader.isValue(text)) {
        JsonMember whole;
        whole.kind = text.startsWith('{') ? JsonMember::Kind::Object : text.startsWith('[') ? JsonMember::Kind::Array : JsonMember::Kind::Number;
        whole.raw = std::string_view(text.constData(), static_cast<size_t>(text.size()));
        m_root->take(whole, 0);
    }
    endResetModel();
}

const JsonTreeModel::Node *JsonTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<const Node *>(index.constInternalPointer()) : m_root.get();
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column > 1)
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<size_t>(row)].get());
}

QModelIndex JsonTreeModel::parent(const QModelIndex &index) const
{
    const auto *parent = index.isValid() ? nodeOf(index)->parent : nullptr;
    return !parent || parent == m_root.get() ? QModelIndex() : createIndex(parent->row, 0, parent);
}

int JsonTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

QVariant JsonTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto *node = nodeOf(index);
    if (role == ToneRole && index.column() == 1)
        return static_cast<int>(node->isContainer || node->isNull ? Tone::Muted : Tone::Plain);
    if (role == Qt::DisplayRole || role == CopyRole || role == Qt::ToolTipRole)
        return index.column() == 0 ? node->name : node->value;
    return {};
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Member") : tr("Value");
}

QString JsonTreeModel::pathOf(const QModelIndex &index) const
{
    QStringList parts;
    for (const auto *node = nodeOf(index); node != m_root.get(); node = node->parent)
        parts.prepend(node->name);
    return parts.join(QLatin1Char('.'));
}

} // namespace oo::gui
