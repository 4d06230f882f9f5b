#pragma once
// Log lines for operators: one line a message whatever is in it, to standard error.

namespace oo {

void installLogLines();

} // namespace oo
