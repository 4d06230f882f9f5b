#pragma once
// How somebody has arranged the console, in a file: read at once, written a moment after the last change, so that dragging a column touches no disk.

#include <QHash>
#include <QSettings>
#include <QTimer>

namespace oo::gui {

class LayoutFile : public QObject
{
    Q_OBJECT

public:
    explicit LayoutFile(const QString &path, QObject *parent = nullptr);
    ~LayoutFile() override; // writes what is left

    QVariant value(const QString &key) const;
    void setValue(const QString &key, const QVariant &value);
    void remove(const QString &key);
    void write(); // now

private:
    QSettings m_file;
    QHash<QString, QVariant> m_unwritten; // an invalid value: to be removed
    QTimer m_writing;
};

} // namespace oo::gui
