#include "gui/client/layout_file.h"

namespace oo::gui {

namespace {

constexpr int kWriteAfterMs = 500;

}

LayoutFile::LayoutFile(const QString &path, QObject *parent) : QObject(parent), m_file(path, QSettings::IniFormat)
{
    m_writing.setSingleShot(true);
    m_writing.setInterval(kWriteAfterMs);
    connect(&m_writing, &QTimer::timeout, this, &LayoutFile::write);
}

LayoutFile::~LayoutFile()
{
    write();
}

QVariant LayoutFile::value(const QString &key) const
{
    return m_unwritten.contains(key) ? m_unwritten.value(key) : m_file.value(key);
}

void LayoutFile::setValue(const QString &key, const QVariant &value)
{
    if (this->value(key) == value)
        return;
    m_unwritten.insert(key, value);
    m_writing.start();
}

void LayoutFile::remove(const QString &key)
{
    setValue(key, {});
}

void LayoutFile::write()
{
    m_writing.stop();
    for (auto it = m_unwritten.cbegin(); it != m_unwritten.cend(); ++it)
        it->isValid() ? m_file.setValue(it.key(), *it) : m_file.remove(it.key());
    m_unwritten.clear();
}

} // namespace oo::gui
