#include "gui/client/profile.h"

#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace oo::gui;

namespace {

constexpr char kToken[] = "oo_s3cret/+=token";

Profile aProfile(const QString &name)
{
    Profile profile;
    profile.name = name;
    profile.url = QUrl(QStringLiteral("https://orders.example:4001"));
    profile.colour = QStringLiteral("#cc2200");
    profile.readOnly = true;
    profile.timeZone = "Europe/Berlin";
    profile.certificateFile = QStringLiteral("/etc/ssl/own authority.pem");
    profile.keepsToken = true;
    return profile;
}

QStringList filesUnder(const QString &folder)
{
    QStringList files;
    QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext())
        files << it.next();
    return files;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::filesystem::perms permissionsOf(const QString &path)
{
    return std::filesystem::status(path.toStdString()).permissions();
}

} // namespace

class ProfileTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    QString folder() const { return m_dir->filePath(QStringLiteral("settings/orders-orchestrator")); }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void aFolderThatIsNotThereHoldsNothing()
    {
        ProfileStore store(folder());
        QVERIFY(store.profiles().isEmpty());
        QCOMPARE(store.find(QStringLiteral("any")), std::nullopt);
        QCOMPARE(store.lastUsed(), QString());
        QCOMPARE(store.token(QStringLiteral("any")), QByteArray());
        store.remove(QStringLiteral("any"));
        store.forgetToken(QStringLiteral("any"));
    }

    void aCertificateFileWithoutACertificateIsTold()
    {
        auto profile = aProfile(QStringLiteral("one"));
        profile.certificateFile.clear();
        QCOMPARE(problemOf(profile), QString());
        profile.certificateFile = m_dir->filePath(QStringLiteral("missing.pem"));
        QVERIFY(problemOf(profile).contains(QStringLiteral("missing.pem")));
        QFile file(profile.certificateFile);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no certificate") > 0);
        file.close();
        QVERIFY(problemOf(profile).contains(QStringLiteral("missing.pem")));
    }

    void aProfileThatCannotBeKeptIsTold()
    {
        QFile inTheWay(m_dir->filePath(QStringLiteral("settings")));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly)); // where the folder would be
        QVERIFY(ProfileStore(folder()).save(aProfile(QStringLiteral("one"))).contains(QStringLiteral("profiles.ini")));
    }

    void aProfileComesBackAsItWasSaved_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"production", "with space", "a/b", "../../outside", "/absolute", "[x]=y;z", "50%", "back\\slash", "lastUsed", "General",
                                 "نورة 🎀", "ä,b", "@Variant(x)", "a\nb"})
            QTest::addRow("%s", name) << QString::fromUtf8(name);
        QTest::addRow("long") << QString(3000, QLatin1Char('x'));
    }

    void aProfileComesBackAsItWasSaved()
    {
        QFETCH(QString, name);
        const auto profile = aProfile(name);
        ProfileStore store(folder());
        QCOMPARE(store.save(profile), QString());
        QCOMPARE(store.keepToken(name, kToken), QString());
        store.setLastUsed(name);
        const ProfileStore again(folder());
        QCOMPARE(again.profiles(), QList<Profile>{profile});
        QCOMPARE(again.find(name), std::optional(profile));
        QCOMPARE(again.lastUsed(), name);
        QCOMPARE(again.token(name), QByteArray(kToken));
        for (const auto &file : filesUnder(m_dir->path()))
            QVERIFY2(file.startsWith(folder() + QLatin1Char('/')), qPrintable(file));
        store.remove(name);
        QVERIFY(again.profiles().isEmpty());
        QCOMPARE(again.token(name), QByteArray());
        QVERIFY(filesUnder(folder() + QStringLiteral("/tokens")).isEmpty());
    }

    void aProfileWithNothingButANameComesBack()
    {
        Profile profile;
        profile.name = QStringLiteral("bare");
        ProfileStore store(folder());
        QCOMPARE(store.save(profile), QString());
        QCOMPARE(store.find(profile.name), std::optional(profile));
    }

    void savingAgainTakesThePlaceOfTheFirst()
    {
        ProfileStore store(folder());
        auto profile = aProfile(QStringLiteral("one"));
        QCOMPARE(store.save(profile), QString());
        QCOMPARE(store.save(aProfile(QStringLiteral("Two"))), QString());
        profile.url = QUrl(QStringLiteral("http://[::1]:4001"));
        profile.readOnly = false;
        QCOMPARE(store.save(profile), QString());
        QCOMPARE(store.profiles().size(), 2);
        QCOMPARE(store.find(QStringLiteral("one")), std::optional(profile));
    }

    void removingOneLeavesTheOthersAndTheirTokens()
    {
        ProfileStore store(folder());
        for (const char *name : {"one", "two"}) {
            QCOMPARE(store.save(aProfile(QString::fromLatin1(name))), QString());
            store.keepToken(QString::fromLatin1(name), name);
        }
        store.remove(QStringLiteral("one"));
        QCOMPARE(store.profiles().size(), 1);
        QCOMPARE(store.token(QStringLiteral("one")), QByteArray());
        QCOMPARE(store.token(QStringLiteral("two")), QByteArray("two"));
    }

    void aTokenIsInAFileThatItsOwnerAloneReads()
    {
        ProfileStore store(folder());
        QCOMPARE(store.save(aProfile(QStringLiteral("one"))), QString());
        store.keepToken(QStringLiteral("one"), kToken);
        const auto files = filesUnder(folder() + QStringLiteral("/tokens"));
        QCOMPARE(files.size(), 1);
        using std::filesystem::perms;
        QCOMPARE(permissionsOf(files.first()), perms::owner_read | perms::owner_write);
        QCOMPARE(permissionsOf(folder() + QStringLiteral("/tokens")), perms::owner_all);
        for (const auto &file : filesUnder(m_dir->path()))
            QCOMPARE(contentOf(file).contains("s3cret"), file == files.first());
    }

    void aTokenThatOthersCouldReadIsNarrowedWhenItIsKeptAgain()
    {
        ProfileStore store(folder());
        store.keepToken(QStringLiteral("one"), "old");
        const auto file = filesUnder(folder()).first();
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther));
        QCOMPARE(store.keepToken(QStringLiteral("one"), kToken), QString());
        QCOMPARE(permissionsOf(file), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        QCOMPARE(store.token(QStringLiteral("one")), QByteArray(kToken));
        QCOMPARE(filesUnder(folder()).size(), 1);
    }

    void aProfileThatKeepsNoTokenForgetsTheOneItHad()
    {
        ProfileStore store(folder());
        auto profile = aProfile(QStringLiteral("one"));
        QCOMPARE(store.save(profile), QString());
        store.keepToken(profile.name, kToken);
        profile.keepsToken = false;
        QCOMPARE(store.save(profile), QString());
        QCOMPARE(store.token(profile.name), QByteArray());
        for (const auto &file : filesUnder(m_dir->path()))
            QVERIFY(!contentOf(file).contains("s3cret"));
    }

    void aTokenThatCannotBeKeptIsSaid()
    {
        QFile inTheWay(m_dir->filePath(QStringLiteral("settings")));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        QVERIFY(!ProfileStore(folder()).keepToken(QStringLiteral("one"), kToken).isEmpty());
    }

    void aTokenFileIsReadByItsFirstLine_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("token");
        QTest::addRow("with a line end") << QByteArray("abc\n") << QByteArray("abc");
        QTest::addRow("without one") << QByteArray("abc") << QByteArray("abc");
        QTest::addRow("of Windows") << QByteArray("abc\r\n") << QByteArray("abc");
        QTest::addRow("space around") << QByteArray("  abc \nmore") << QByteArray("abc");
        QTest::addRow("empty") << QByteArray() << QByteArray();
    }

    void aTokenFileIsReadByItsFirstLine()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, token);
        QFile file(m_dir->filePath(QStringLiteral("token")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QCOMPARE(readTokenFile(file.fileName()), std::optional(token));
    }

    void aTokenFileThatIsNotThereIsNothing()
    {
        QCOMPARE(readTokenFile(m_dir->filePath(QStringLiteral("none"))), std::nullopt);
        QCOMPARE(readTokenFile(m_dir->path()), std::nullopt);
    }

    void whatCannotBeConnectedToIsSaid_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("fine");
        const auto row = [](const char *url, bool fine) { QTest::addRow("%s", url) << QStringLiteral("one") << QString::fromUtf8(url) << fine; };
        row("http://127.0.0.1:4001", true);
        row("https://orders.example", true);
        row("https://orders.example:4001/", true);
        row("http://[::1]:4001", true);
        row("http://bücher.example:4001", true);
        row("", false);
        row("orders.example", false);
        row("orders.example:4001", false);
        row("ws://orders.example:4001", false);
        row("ftp://orders.example", false);
        row("file:///etc/passwd", false);
        row("http://", false);
        row("http://:4001", false);
        row("http://orders.example:99999", false);
        row("http://orders example", false);
        row("https://orders.example/console", false); // its paths are the service's own
        row("https://orders.example/?a=b", false);
        row("https://orders.example/#a", false);
        row("https://user@orders.example", false);
        row("https://user:secret@orders.example", false); // it would be kept in the settings, and shown
        QTest::addRow("no name") << QString() << QStringLiteral("http://127.0.0.1:4001") << false;
        QTest::addRow("a name of spaces") << QStringLiteral(" \t") << QStringLiteral("http://127.0.0.1:4001") << false;
    }

    void whatCannotBeConnectedToIsSaid()
    {
        QFETCH(QString, name);
        QFETCH(QString, url);
        QFETCH(bool, fine);
        Profile profile;
        profile.name = name;
        profile.url = QUrl(url);
        QCOMPARE(problemOf(profile).isEmpty(), fine);
    }
};

QTEST_GUILESS_MAIN(ProfileTest)
#include "profile_test.moc"
