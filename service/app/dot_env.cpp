#include "service/app/dot_env.h"

namespace oo {

QHash<QString, QString> parseDotEnv(const QByteArray &text, QStringList &problems)
{
    QHash<QString, QString> values;
    int number = 0;
    for (auto line : QString::fromUtf8(text).split(QLatin1Char('\n'))) {
        ++number;
        line = line.trimmed();
        if (line.isEmpty() || line.startsWith(QLatin1Char('#')))
            continue;
        if (line.startsWith(QLatin1StringView("export ")))
            line = line.mid(7).trimmed();
        const auto equals = line.indexOf(QLatin1Char('='));
        if (equals <= 0) {
            problems << QStringLiteral(".env line %1 is not KEY=value").arg(number);
            continue;
        }
        auto value = line.mid(equals + 1).trimmed();
        const auto quote = value.isEmpty() ? QChar() : value.front();
        const auto closing = quote == QLatin1Char('"') || quote == QLatin1Char('\'') ? value.indexOf(quote, 1) : -1;
        if (closing > 0)
            value = value.mid(1, closing - 1);
        else if (const auto comment = value.indexOf(QLatin1StringView(" #")); comment >= 0)
            value = value.left(comment).trimmed();
        values.insert(line.left(equals).trimmed(), value);
    }
    return values;
}

} // namespace oo
