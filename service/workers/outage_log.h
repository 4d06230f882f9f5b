#pragma once
// One line when a server is lost and one when it is back, instead of a line for every try.

#include <QByteArray>
#include <QLoggingCategory>
#include <QString>

namespace oo {

class OutageLog
{
public:
    explicit OutageLog(const QByteArray &what) : m_what(what) {}

    void failed(const QLoggingCategory &category, const QString &why)
    {
        if (!m_down)
            qCWarning(category).noquote() << m_what << "is not usable:" << why;
        m_down = true;
    }
    void worked(const QLoggingCategory &category)
    {
        if (m_down)
            qCInfo(category).noquote() << m_what << "is back";
        m_down = false;
    }

private:
    QByteArray m_what;
    bool m_down = false;
};

} // namespace oo
