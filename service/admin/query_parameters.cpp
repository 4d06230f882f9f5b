#include "service/admin/query_parameters.h"

#include <QRegularExpression>

namespace oo {

QueryParameters::QueryParameters(const QByteArray &query)
{
    const auto decoded = [](QByteArray text) { return QByteArray::fromPercentEncoding(text.replace('+', ' ')); };
    for (const auto &part : query.split('&')) {
        if (part.isEmpty())
            continue;
        const auto equals = part.indexOf('=');
        const auto name = decoded(equals < 0 ? part : part.left(equals));
        const auto value = equals < 0 ? QByteArray() : decoded(part.mid(equals + 1));
        if (!name.isValidUtf8() || name.contains('\0'))
            wrong("a parameter's name", "is not UTF-8 text");
        else if (m_values.contains(name))
            wrong(name.constData(), "is given twice");
        else if (!value.isValidUtf8() || value.contains('\0'))
            wrong(name.constData(), "is not UTF-8 text");
        m_values.insert(name, value);
    }
}

void QueryParameters::wrong(const char *name, const char *why)
{
    if (!m_problem)
        m_problem = badRequest(QByteArray(name) + ' ' + why).value();
}

std::optional<ApiFailure> QueryParameters::problem() const
{
    if (m_problem)
        return m_problem;
    for (auto it = m_values.cbegin(); it != m_values.cend(); ++it) {
        if (!m_read.contains(it.key()))
            return badRequest(it.key() + " is not a parameter of this path").value();
    }
    return std::nullopt;
}

std::optional<QByteArray> QueryParameters::text(const char *name)
{
    m_read.insert(name);
    const auto it = m_values.constFind(name);
    if (it == m_values.cend())
        return std::nullopt;
    if (it->isEmpty())
        wrong(name, "is empty");
    return *it;
}

std::optional<qint64> QueryParameters::integer(const char *name, qint64 low, qint64 high)
{
    const auto given = text(name);
    if (!given)
        return std::nullopt;
    bool ok = false;
    const auto value = given->toLongLong(&ok);
    if (!ok || value < low || value > high) {
        wrong(name);
        return std::nullopt;
    }
    return value;
}

std::optional<Instant> QueryParameters::instant(const char *name)
{
    const auto given = text(name);
    const auto value = given ? parseInstant(*given) : std::nullopt;
    if (given && !value)
        wrong(name, "is not a time such as 2026-04-06T10:15:43Z");
    return value;
}

bool QueryParameters::flag(const char *name)
{
    const auto given = text(name);
    if (given && *given != "0" && *given != "1")
        wrong(name);
    return given == QByteArray("1");
}

QList<QByteArray> QueryParameters::words(const char *name)
{
    QList<QByteArray> words;
    static const QRegularExpression separators(QStringLiteral("[\\s,;]+"));
    for (const auto &word : QString::fromUtf8(text(name).value_or(QByteArray())).split(separators, Qt::SkipEmptyParts))
        words.append(word.toUtf8());
    return words;
}

std::optional<QByteArray> QueryParameters::position(const char *name)
{
    const auto given = text(name);
    auto value = given ? positionOf(*given) : std::nullopt;
    if (given && !value)
        wrong(name, "is not a position that a list gave");
    return value;
}

std::optional<qint64> QueryParameters::numberPosition(const char *name)
{
    const auto given = position(name);
    if (!given)
        return std::nullopt;
    bool ok = false;
    const auto value = given->toLongLong(&ok);
    if (!ok || value < 0)
        wrong(name, "is not a position that a list gave");
    return value;
}

} // namespace oo
