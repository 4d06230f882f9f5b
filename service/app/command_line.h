#pragma once
// `orchestratord COMMAND [options]`: one table of commands, one of exit codes.

#include <QStringList>

namespace oo {

enum ExitCode : int {
    kExitOk = 0,
    kExitDifferent = 1,   // it ran, and its verdict is not clean: differences, a failed chaos run
    kExitUsage = 2,       // wrong options or settings
    kExitUnavailable = 3, // PostgreSQL, Redis, a port or another service is not there
    kExitSchema = 4,      // the database needs `migrate`, or belongs to a newer version
};

int runCommandLine(const QStringList &arguments);

} // namespace oo
