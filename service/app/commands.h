#pragma once
// The commands of orchestratord, each in a file of its own. Each prints its own errors and returns an ExitCode.

#include "service/app/command_line.h"
#include "service/app/settings_reader.h"
#include "shared/core/result.h"

#include <QCommandLineParser>

#include <optional>

namespace oo {

int serveCommand(const QStringList &arguments);
int migrateCommand(const QStringList &arguments);
int checkConfigCommand(const QStringList &arguments);
int replayCommand(const QStringList &arguments);
int rebuildCommand(const QStringList &arguments);
int chaosCommand(const QStringList &arguments);
int tokenCommand(const QStringList &arguments);
int standinCommand(const QStringList &arguments);
int proveCommand(const QStringList &arguments);

// --- what they share ---------------------------------------------------------------------------------------------

// Parses; on --help prints it. A code means that the command ends here.
std::optional<int> parseOptions(QCommandLineParser &parser, const QStringList &arguments);

// --env-file, --embedded, --data-dir: where settings come from.
void addSettingsOptions(QCommandLineParser &parser);
QString dataFolder(const QCommandLineParser &parser);
// Settings for a command that works on a database: those of the environment, or of the running embedded backends under
// --data-dir. Prints what is wrong.
std::optional<ServiceSettings> settingsFor(const QCommandLineParser &parser);

void printLine(const QString &text);
void printError(const QString &text);
int exitCodeOf(const Error &error);

} // namespace oo
