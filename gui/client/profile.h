#pragma once
// Which service the console talks to, and how it is shown. Kept in the console's settings; its token never is.

#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

namespace oo::gui {

struct Profile
{
    QString name = {};
    QUrl url = {};                 // of the admin port
    QString colour = {};           // #rrggbb; empty: none
    bool readOnly = false;    // hides nothing, disables every change
    QByteArray timeZone = {};      // IANA; empty: the system's
    QString certificateFile = {};  // PEM of a certificate authority of the service's own; empty: the system's
    bool keepsToken = false;  // in a file of its own, readable by this user alone; else it is asked each time

    friend bool operator==(const Profile &, const Profile &) = default;
};

// What of `profile` cannot be connected to, for people; empty if nothing.
QString problemOf(const Profile &profile);

// Profiles in `folder`/profiles.ini, tokens in `folder`/tokens/, one file (0600) each. No thread of its own.
class ProfileStore
{
public:
    explicit ProfileStore(QString folder = defaultFolder());
    static QString defaultFolder(); // XDG's place for settings

    QList<Profile> profiles() const;
    std::optional<Profile> find(const QString &name) const;
    QString save(const Profile &profile); // by its name; what went wrong, or empty
    void remove(const QString &name);     // and its token
    QString lastUsed() const;
    void setLastUsed(const QString &name);

    QByteArray token(const QString &name) const; // empty: none is kept
    QString keepToken(const QString &name, const QByteArray &token); // what went wrong, or empty
    void forgetToken(const QString &name);

    QString folder() const { return m_folder; }

private:
    QString iniFile() const;
    QString tokenFile(const QString &name) const;
    QString m_folder;
};

// The token in a file: its first line. Nothing if it cannot be read.
std::optional<QByteArray> readTokenFile(const QString &path);

} // namespace oo::gui
