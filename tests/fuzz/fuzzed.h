#pragma once
// What the fuzz targets share: input cut into pieces, and properties that end the run with their text when they do not hold.

#include <QByteArray>

#include <cstdio>
#include <cstdlib>

namespace oo::fuzz {

inline void must(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "property broken: %s\n", property);
    std::abort();
}

// The front of the input up to the first NUL; the rest stays in `input`.
inline QByteArray takeField(QByteArray &input)
{
    const auto end = input.indexOf('\0');
    const auto field = end < 0 ? input : input.first(end);
    input.remove(0, end < 0 ? input.size() : end + 1);
    return field;
}

void check(const QByteArray &input); // one in each target

} // namespace oo::fuzz
