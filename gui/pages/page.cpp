#include "gui/pages/page.h"

#include <QClipboard>
#include <QGuiApplication>

namespace oo::gui {

void Page::copyLink(ConsoleLink::Kind kind, const QByteArray &value) const
{
    QGuiApplication::clipboard()->setText(writeLink({m_session.client.profile().name, kind, QString::fromUtf8(value)}));
}

} // namespace oo::gui
