#include "gui/client/profile.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QSettings>
#include <QSslCertificate>
#include <QStandardPaths>

#include <algorithm>

namespace oo::gui {

namespace {

constexpr auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

QString groupOf(const QString &name)
{
    return QString::fromLatin1(QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).first(12).toHex());
}

QString text(const char *source)
{
    return QCoreApplication::translate("oo::gui::Profile", source);
}

} // namespace

QString problemOf(const Profile &profile)
{
    if (profile.name.trimmed().isEmpty())
        return text("Give the profile a name.");
    const auto scheme = profile.url.scheme();
    if (!profile.url.isValid() || profile.url.host().isEmpty() || (scheme != QLatin1StringView("http") && scheme != QLatin1StringView("https")))
        return text("The address must look like http://host:4001 or https://host:4001.");
    const auto path = profile.url.path();
    if (!profile.url.userInfo().isEmpty() || (!path.isEmpty() && path != QLatin1StringView("/")) || profile.url.hasQuery() || profile.url.hasFragment())
        return text("The address ends with its host and port: no user, path or anything else. The token has a place of its own.");
    if (!profile.certificateFile.isEmpty() && QSslCertificate::fromPath(profile.certificateFile, QSsl::Pem, QSslCertificate::PatternSyntax::FixedString).isEmpty())
        return text("There is no certificate in PEM form that can be read in %1.").arg(profile.certificateFile);
    return {};
}

QString ProfileStore::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/orders-orchestrator");
}

ProfileStore::ProfileStore(QString folder) : m_folder(std::move(folder)) {}

QString ProfileStore::iniFile() const
{
    return m_folder + QStringLiteral("/profiles.ini");
}

QString ProfileStore::tokenFile(const QString &name) const
{
    return m_folder + QStringLiteral("/tokens/") + groupOf(name);
}

QList<Profile> ProfileStore::profiles() const
{
    QSettings ini(iniFile(), QSettings::IniFormat);
    QList<Profile> all;
    for (const auto &group : ini.childGroups()) {
        ini.beginGroup(group);
        Profile profile;
        profile.name = ini.value("name").toString();
        profile.url = ini.value("url").toUrl();
        profile.colour = ini.value("colour").toString();
        profile.readOnly = ini.value("readOnly").toBool();
        profile.timeZone = ini.value("timeZone").toByteArray();
        profile.certificateFile = ini.value("certificateFile").toString();
        profile.keepsToken = ini.value("keepsToken").toBool();
        ini.endGroup();
        if (!profile.name.isEmpty())
            all.append(profile);
    }
    std::sort(all.begin(), all.end(), [](const Profile &a, const Profile &b) { return a.name.localeAwareCompare(b.name) < 0; });
    return all;
}

std::optional<Profile> ProfileStore::find(const QString &name) const
{
    for (const auto &profile : profiles()) {
        if (profile.name == name)
            return profile;
    }
    return std::nullopt;
}

QString ProfileStore::save(const Profile &profile)
{
    QDir().mkpath(m_folder);
    QSettings ini(iniFile(), QSettings::IniFormat);
    ini.beginGroup(groupOf(profile.name));
    ini.setValue("name", profile.name);
    ini.setValue("url", profile.url);
    ini.setValue("colour", profile.colour);
    ini.setValue("readOnly", profile.readOnly);
    ini.setValue("timeZone", profile.timeZone);
    ini.setValue("certificateFile", profile.certificateFile);
    ini.setValue("keepsToken", profile.keepsToken);
    ini.endGroup();
    if (!profile.keepsToken)
        forgetToken(profile.name);
    ini.sync();
    return ini.status() == QSettings::NoError ? QString() : text("The profile could not be kept in %1.").arg(iniFile());
}

void ProfileStore::remove(const QString &name)
{
    QSettings(iniFile(), QSettings::IniFormat).remove(groupOf(name));
    forgetToken(name);
}

QString ProfileStore::lastUsed() const
{
    return QSettings(iniFile(), QSettings::IniFormat).value("lastUsed").toString();
}

void ProfileStore::setLastUsed(const QString &name)
{
    QDir().mkpath(m_folder);
    QSettings(iniFile(), QSettings::IniFormat).setValue("lastUsed", name);
}

QByteArray ProfileStore::token(const QString &name) const
{
    return readTokenFile(tokenFile(name)).value_or(QByteArray());
}

QString ProfileStore::keepToken(const QString &name, const QByteArray &token)
{
    const auto path = tokenFile(name);
    QDir().mkpath(m_folder + QStringLiteral("/tokens"));
    QFile::setPermissions(m_folder + QStringLiteral("/tokens"), kOwnerOnly | QFile::ExeOwner);
    QSaveFile file(path);
    // Narrowed while it is empty, so that nobody else can open it before the token is in it.
    const bool done = file.open(QIODevice::WriteOnly) && file.setPermissions(kOwnerOnly) && file.write(token + '\n') > 0 && file.commit();
    return done ? QString() : text("The token could not be kept: %1").arg(file.errorString());
}

void ProfileStore::forgetToken(const QString &name)
{
    QFile::remove(tokenFile(name));
}

std::optional<QByteArray> readTokenFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.readLine(4096).trimmed();
}

} // namespace oo::gui
