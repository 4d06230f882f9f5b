#include "service/app/settings_reader.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

namespace oo {

namespace {

struct EmbeddedDefault
{
    const char *key;
    const char *text;
};
// A private trial on this machine: nothing is exposed, the stand-ins are there.
constexpr EmbeddedDefault kEmbeddedDefaults[] = {{"APP_ENV", "local"}, {"APP_BIND", "127.0.0.1"}};

constexpr const char *kOrigins[] = {"default", "default with --embedded", ".env", "environment"};

QString keyOf(const SettingRow &row)
{
    return QString::fromLatin1(row.key);
}

SettingValue chooseValue(const SettingRow &row, const QProcessEnvironment &environment, const QHash<QString, QString> &dotEnv,
                         bool embedded)
{
    const auto key = keyOf(row);
    if (environment.contains(key))
        return {environment.value(key), SettingOrigin::Environment};
    if (const auto it = dotEnv.constFind(key); it != dotEnv.cend())
        return {*it, SettingOrigin::DotEnv};
    for (const auto &preset : kEmbeddedDefaults) {
        if (embedded && key == QLatin1StringView(preset.key))
            return {QString::fromLatin1(preset.text), SettingOrigin::Embedded};
    }
    return {QString::fromUtf8(row.defaultText), SettingOrigin::Default};
}

void checkTogether(SettingsResult &result)
{
    auto &s = result.settings;
    if (s.isProduction() && s.secrets.shopify.isEmpty())
        result.problems << QStringLiteral("SHOPIFY_WEBHOOK_SECRET is not set: in production nothing may come in unsigned. Set it, or set "
                                          "APP_ENV=local for a trial.");
    if (s.isProduction() && s.usesStandins())
        result.problems << QStringLiteral("COURIER_SERVICE_URL and SHOPIFY_ADMIN_SERVICE_URL must be set in production: the stand-ins are "
                                          "for local and test.");
    if (s.stopDrainMs >= s.stopDeadlineMs / 2)
        result.problems << QStringLiteral("STOP_DRAIN_MS must be less than half of STOP_DEADLINE_MS: what was taken has to be finished, too.");
    if (s.environment != AppEnvironment::Test && !s.faults.isEmpty())
        result.problems << QStringLiteral("FAULT_POINT and GUARDS_OFF break the service on purpose: they are taken with APP_ENV=test alone.");
    if (!s.postgres.caFile.isEmpty() && !QFileInfo::exists(s.postgres.caFile))
        result.problems << QStringLiteral("DB_SSL_CA: there is no file %1").arg(s.postgres.caFile);
    if (!s.isProduction() && s.secrets.shopify.isEmpty())
        result.warnings << QStringLiteral("SHOPIFY_WEBHOOK_SECRET is not set: UNSIGNED webhooks are accepted, from anybody. Never do this "
                                          "where others can reach the port.");
    s.secrets.allowUnsignedShopify = !s.isProduction();
    s.secrets.allowUnsignedCourier = !s.isProduction() || s.courierUnsignedAllowed;
    s.effects.bookOnce = std::find(s.faults.guardsOff.begin(), s.faults.guardsOff.end(), Guard::FoldCheck) == s.faults.guardsOff.end();
    s.effects.bookTestOrders = s.bookTestOrders.value_or(!s.isProduction());
}

// roff reads a dot or a quote at the start of a line as a request, and backslashes and hyphens in its own way (groff_man(7)).
QString roff(const char *text)
{
    return QString::fromUtf8(text).replace(QLatin1Char('\\'), QLatin1StringView("\\e")).replace(QLatin1Char('-'), QLatin1StringView("\\-"));
}

} // namespace

SettingsResult readSettings(const QProcessEnvironment &environment, const QString &dotEnvFile, bool embedded)
{
    SettingsResult result;
    QHash<QString, QString> dotEnv;
    QFile file(dotEnvFile);
    if (file.open(QIODevice::ReadOnly))
        dotEnv = parseDotEnv(file.readAll(), result.problems);
    QStringList known;
    for (const auto &row : settingRows()) {
        const auto value = chooseValue(row, environment, dotEnv, embedded);
        known << keyOf(row);
        if (!row.read(result.settings, value.text))
            result.problems << QStringLiteral("%1 (%2): \"%3\" is not one of: %4")
                                   .arg(keyOf(row), QLatin1StringView(kOrigins[static_cast<int>(value.origin)]),
                                        row.secret ? QStringLiteral("***") : value.text, QString::fromUtf8(row.values));
        result.values.insert(keyOf(row), value);
    }
    for (auto it = dotEnv.cbegin(); it != dotEnv.cend(); ++it) {
        if (!known.contains(it.key()))
            result.warnings << QStringLiteral(".env: %1 is not a setting of this program").arg(it.key());
    }
    if (result.problems.isEmpty())
        checkTogether(result);
    return result;
}

QString describeSettings(const SettingsResult &result)
{
    QString text;
    for (const auto &row : settingRows()) {
        const auto value = result.values.value(keyOf(row));
        const bool masked = row.secret && !value.text.isEmpty();
        text += QStringLiteral("%1=%2    (%3)\n")
                    .arg(keyOf(row), masked ? QStringLiteral("***") : value.text,
                         QLatin1StringView(kOrigins[static_cast<int>(value.origin)]));
    }
    return text;
}

QString settingsAsMarkdown()
{
    QString text = QStringLiteral("| key | default | values | meaning |\n| --- | --- | --- | --- |\n");
    for (const auto &row : settingRows())
        text += QStringLiteral("| `%1` | %2 | %3 | %4 |\n")
                    .arg(keyOf(row), *row.defaultText ? QStringLiteral("`%1`").arg(QString::fromUtf8(row.defaultText)) : QString(),
                         QString::fromUtf8(row.values), QString::fromUtf8(row.meaning));
    return text;
}

QString settingsAsDotEnv()
{
    QString text = QStringLiteral("# Every setting with its default. The environment goes before this file.\n");
    for (const auto &row : settingRows())
        text += QStringLiteral("\n# %1 (%2)\n%3=%4\n")
                    .arg(QString::fromUtf8(row.meaning), QString::fromUtf8(row.values), keyOf(row),
                         QString::fromUtf8(row.defaultText));
    return text;
}

QString settingsAsManual()
{
    QString text;
    for (const auto &row : settingRows())
        text += QStringLiteral(".TP\n.B %1\n\\&%2 (%3)%4.\n")
                    .arg(keyOf(row), roff(row.meaning), roff(row.values),
                         *row.defaultText ? QStringLiteral("; by default %1").arg(roff(row.defaultText)) : QString());
    return text;
}

QString settingsAsPackageFile()
{
    auto text = settingsAsDotEnv();
    static const QRegularExpression line(QStringLiteral("^([A-Z])"), QRegularExpression::MultilineOption);
    text.replace(line, QStringLiteral("#\\1"));
    return QStringLiteral("# Read by systemd for orchestratord.service, and by `orchestratord COMMAND --env-file /etc/orders-orchestrator/env`.\n"
                          "# Take away the # of what is to differ; then: systemctl restart orchestratord.\n")
           + text;
}

} // namespace oo
