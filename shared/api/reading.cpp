#include "shared/api/reading.h"

#include <deque>

namespace oo::api {

JsonReader &readerAt(int depth)
{
    thread_local std::deque<JsonReader> readers; // references stay valid
    while (readers.size() <= static_cast<size_t>(depth))
        readers.emplace_back();
    return readers[static_cast<size_t>(depth)];
}

} // namespace oo::api
