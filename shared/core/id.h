#pragma once
// A value that cannot be mixed up with another of the same representation.

#include <QHashFunctions>

#include <compare>
#include <utility>

namespace oo {

template <class Tag, class Rep>
class Id
{
public:
    Id() = default;
    explicit Id(Rep value) : m_value(std::move(value)) {}
    const Rep &value() const { return m_value; }
    friend bool operator==(const Id &, const Id &) = default;
    friend bool operator<(const Id &a, const Id &b) { return a.m_value < b.m_value; }
    friend size_t qHash(const Id &id, size_t seed = 0)
    {
        using ::qHash;
        return qHash(id.m_value, seed);
    }

private:
    Rep m_value{};
};

} // namespace oo
