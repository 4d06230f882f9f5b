#include "gui/client/word_parts.h"

#include <QUrl>

namespace oo::gui {

namespace {

constexpr qsizetype kMostWords = 200;
constexpr qsizetype kMostBytes = 6000;   // the rest is for the path and what else is asked
constexpr qsizetype kBetweenWords = 3;   // encoded

} // namespace

QList<QStringList> partsOf(const QStringList &words)
{
    QList<QStringList> parts{{}};
    qsizetype bytes = 0;
    for (const auto &word : words) {
        const auto more = QUrl::toPercentEncoding(word).size() + kBetweenWords;
        if (!parts.last().isEmpty() && (parts.last().size() == kMostWords || bytes + more > kMostBytes)) {
            parts.append(QStringList());
            bytes = 0;
        }
        parts.last().append(word);
        bytes += more;
    }
    return parts;
}

} // namespace oo::gui
