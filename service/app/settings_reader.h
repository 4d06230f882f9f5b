#pragma once
// Reads the settings: the environment first, `.env` second, then the defaults; all problems at once.

#include "service/app/dot_env.h"
#include "service/app/settings.h"

#include <QHash>
#include <QProcessEnvironment>
#include <QStringList>

namespace oo {

enum class SettingOrigin { Default, Embedded, DotEnv, Environment };

struct SettingValue
{
    QString text;
    SettingOrigin origin = SettingOrigin::Default;
};

struct SettingsResult
{
    ServiceSettings settings;
    QHash<QString, SettingValue> values; // by key
    QStringList problems;                // empty: usable
    QStringList warnings;
};

// `embedded` changes some defaults (see the table).
SettingsResult readSettings(const QProcessEnvironment &environment, const QString &dotEnvFile, bool embedded);

QString describeSettings(const SettingsResult &result); // for check-config: values and origins, secrets masked
QString settingsAsMarkdown();                           // the README's table
QString settingsAsDotEnv();                             // .env.example
QString settingsAsPackageFile();                        // the package's /etc/orders-orchestrator/env: the same, all commented out
QString settingsAsManual();                             // the manual page's list

} // namespace oo
