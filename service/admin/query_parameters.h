#pragma once
// The parameters after a path's `?`, read by name and kind. What is wrong, or was never asked for, is told by problem().

#include "service/admin/api_call.h"
#include "shared/core/enum_table.h"

#include <QSet>

namespace oo {

class QueryParameters
{
public:
    explicit QueryParameters(const QByteArray &query);

    std::optional<QByteArray> text(const char *name);
    std::optional<qint64> integer(const char *name, qint64 low, qint64 high);
    std::optional<Instant> instant(const char *name); // ISO 8601
    bool flag(const char *name);                      // 1 or 0; absent: 0
    QList<QByteArray> words(const char *name);        // of one text, by commas or white space
    std::optional<QByteArray> position(const char *name);
    std::optional<qint64> numberPosition(const char *name); // a position that is a number
    template <class E>
    std::optional<E> oneOf(const char *name)
    {
        const auto given = text(name);
        const auto value = given ? fromText<E>(QByteArrayView(*given)) : std::nullopt;
        if (given && !value)
            wrong(name);
        return value;
    }
    int limit() { return static_cast<int>(integer("limit", 1, 500).value_or(50)); }

    // For whoever reads the text himself.
    void wrong(const char *name, const char *why = "is not a value that this parameter takes");
    // To be asked after all were read: names the first that is wrong, or that nobody read.
    std::optional<ApiFailure> problem() const;

private:
    QHash<QByteArray, QByteArray> m_values;
    QSet<QByteArray> m_read;
    std::optional<ApiFailure> m_problem;
};

} // namespace oo
