#include "gui/client/link.h"

#include <QStringList>
#include <QUrl>

namespace oo::gui {

namespace {

constexpr QLatin1StringView kScheme("oo://");

QString nameOf(ConsoleLink::Kind kind)
{
    return kind == ConsoleLink::Kind::Order ? QStringLiteral("order") : QStringLiteral("event");
}

} // namespace

// Not by QUrl: it takes the profile for a host name, and changes its letters.
std::optional<ConsoleLink> readLink(const QString &text)
{
    if (!text.startsWith(kScheme))
        return std::nullopt;
    auto parts = text.mid(kScheme.size()).split(QLatin1Char('/'));
    for (auto &part : parts)
        part = QUrl::fromPercentEncoding(part.toUtf8());
    if (parts.size() != 3 || parts[0].isEmpty() || parts[2].isEmpty())
        return std::nullopt;
    for (const auto kind : {ConsoleLink::Kind::Order, ConsoleLink::Kind::Event}) {
        if (parts[1] == nameOf(kind))
            return ConsoleLink{parts[0], kind, parts[2]};
    }
    return std::nullopt;
}

QString writeLink(const ConsoleLink &link)
{
    const auto encoded = [](const QString &part) { return QString::fromLatin1(QUrl::toPercentEncoding(part)); };
    return kScheme + encoded(link.profile) + QLatin1Char('/') + nameOf(link.kind) + QLatin1Char('/') + encoded(link.value);
}

} // namespace oo::gui
