// The text of a .env file: each value that is read can be written so that it is read again, and no line goes without a value or a problem.

#include "service/app/dot_env.h"
#include "tests/fuzz/fuzzed.h"

using namespace oo;

namespace {

bool canBeWritten(const QString &key, const QString &value)
{
    for (const char *quote : {"", "\"", "'"}) {
        const auto q = QString::fromLatin1(quote);
        QStringList problems;
        const auto values = parseDotEnv((QStringLiteral("export ") + key + QLatin1Char('=') + q + value + q).toUtf8(), problems);
        if (problems.isEmpty() && values == QHash<QString, QString>{{key, value}})
            return true;
    }
    return false;
}

} // namespace

void oo::fuzz::check(const QByteArray &input)
{
    QStringList problems;
    const auto values = parseDotEnv(input, problems);
    const auto lines = input.count('\n') + 1;
    must(values.size() + problems.size() <= lines, "a line is one value or one problem at most");
    for (auto it = values.cbegin(); it != values.cend(); ++it) {
        must(!it.key().isEmpty() && !it.key().contains(QLatin1Char('=')) && it.key() == it.key().trimmed(), "a key is a name");
        must(canBeWritten(it.key(), it.value()), "a value can be written so that it is read again");
    }
    QStringList again;
    must(parseDotEnv(input + '\n', again) == values && again == problems, "a line end more changes nothing");
}
